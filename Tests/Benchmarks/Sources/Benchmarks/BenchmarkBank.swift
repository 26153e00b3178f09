import Catalog
import Masking

/// Three tables of 40 columns, 6 of each tagged, and a role that sees none of those as they are.
enum BenchmarkBank {
    static let defaults = NameDefaults(project: "demo", dataset: "bank")
    static let snapshot = CatalogSnapshot(tables: ["customers", "accounts", "transactions"].map(table))

    private static let taxonomy = "projects/demo/locations/us/taxonomies/100/policyTags/"

    /// Columns with tags, by name: type, tag, rule.
    private static let tagged: [(name: String, type: ScalarType, tag: String, rule: MaskRule)] = [
        ("full_name", .string, "pii.name", .keyedToken),
        ("email", .string, "pii.email", .emailMask),
        ("ssn", .string, "pii.ssn", .lastFourCharacters),
        ("birth_date", .date, "pii.birth_date", .dateYearMask),
        ("iban", .string, "account.number", .keyedToken),
        ("credit_limit", .numeric, "financial.limit", .defaultMaskingValue),
    ]

    private static let plainTypes: [ScalarType] = [
        .int64, .string, .float64, .date, .timestamp, .string, .numeric, .bool,
    ]

    /// A column with a tag, of one of the types that have one in turn.
    static func tagged(_ name: String, _ number: Int) -> Column {
        let kind = number % tagged.count
        let tags = [TagCarrier.policyTag("\(taxonomy)\(kind)")]
        return Column(name: name, type: .scalar(tagged[kind].type), tags: tags)
    }

    /// A column without a tag, of one of several types in turn.
    static func plain(_ name: String, _ number: Int) -> Column {
        Column(name: name, type: .scalar(plainTypes[number % plainTypes.count]))
    }

    private static func table(_ name: String) -> TableSchema {
        var columns = [Column(name: "customer_id", type: .scalar(.int64))]
        for number in 0..<33 {
            columns.append(plain("plain_\(number)", number))
        }
        for (number, column) in tagged.enumerated() {
            columns.insert(tagged(column.name, number), at: 3 + number * 5)
        }
        return TableSchema(id: TableID(project: "demo", dataset: "bank", table: name), columns: columns)
    }

    static func policy() throws -> MaskingPolicy {
        let tags = tagged.enumerated().map { "\($1.tag): \(taxonomy)\($0)\n" }.joined()
        let masks = tagged.map { "  \($0.tag): \($0.rule.name)\n" }.joined()
        let role = "groups: [analysts@bank.example]\nmasks:\n\(masks)accept_reversible: true\n"
        let files = [("tags.yaml", tags), ("mapping.yaml", ""), ("roles/analyst.yaml", role)].map {
            MappingFile(path: $0.0, bytes: Array($0.1.utf8))
        }
        guard let policy = try Mapping.load(files: files).policy(for: ["analyst"]) else {
            preconditionFailure("the mapping has the role")
        }
        return policy
    }
}
