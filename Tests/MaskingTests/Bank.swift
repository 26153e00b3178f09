import Catalog
import Cryptography
import struct Foundation.Date
import GoogleSQL

@testable import Masking

/// The small bank of the tests: mapping, tables, and short ways to rewrite.
enum Bank {
    static let taxonomy = "projects/demo/locations/us/taxonomies/100/policyTags/"

    static func tag(_ number: Int) -> [TagCarrier] { [.policyTag("\(taxonomy)\(number)")] }

    static let tagsFile = """
        pii: \(taxonomy)1
        pii.ssn: \(taxonomy)11
        pii.email: \(taxonomy)12
        pii.name: \(taxonomy)14
        pii.birth_date: \(taxonomy)15
        account.number: \(taxonomy)21
        financial.amount: \(taxonomy)31
        secret: \(taxonomy)4
        pii.address: projects/demo/locations/us/dataPolicies/address
        pii.note: tag:demo/sensitivity=note
        """

    static let analystFile = """
        groups: [analysts@bank.example]
        masks:
          pii: DEFAULT_MASKING_VALUE
          pii.email: EMAIL_MASK
          pii.ssn: LAST_FOUR_CHARACTERS
          pii.name: KEYED_TOKEN
          pii.birth_date: DATE_YEAR_MASK
          account: KEYED_TOKEN
          financial: DEFAULT_MASKING_VALUE
          secret: DENY
        default: ALWAYS_NULL
        accept_reversible: true
        """

    static func mapping(
        _ roles: [String: String] = [:],
        settings: String = ""
    ) throws(MappingErrors) -> Mapping {
        var files = [file("tags.yaml", tagsFile), file("mapping.yaml", settings)]
        for (name, text) in roles.isEmpty ? ["analyst": analystFile] : roles {
            files.append(file("roles/\(name).yaml", text))
        }
        return try Mapping.load(files: files)
    }

    static func file(_ path: String, _ text: String) -> MappingFile {
        MappingFile(path: path, bytes: Array(text.utf8))
    }

    static func id(_ table: String, dataset: String = "bank") -> TableID {
        TableID(project: "demo", dataset: dataset, table: table)
    }

    static func column(
        _ name: String,
        _ type: ScalarType,
        _ mode: ColumnMode = .nullable,
        tags: [TagCarrier] = []
    ) -> Column {
        Column(name: name, type: .scalar(type), mode: mode, tags: tags)
    }

    static let customers = TableSchema(
        id: id("customers"),
        columns: [
            column("customer_id", .int64),
            column("full_name", .string, tags: tag(14)),
            column("email", .string, tags: tag(12)),
            column("ssn", .string, tags: tag(11)),
            column("birth_date", .date, tags: tag(15)),
            column("segment", .string),
            column("credit_limit", .numeric, tags: tag(31)),
            Column(
                name: "address",
                type: .record([
                    column("street", .string, tags: tag(1)), column("city", .string),
                    column("zip", .string, tags: tag(1)),
                ])
            ),
            Column(
                name: "contacts",
                type: .record([column("kind", .string), column("value", .string, tags: tag(12))]),
                mode: .repeated
            ),
        ]
    )

    static let accounts = TableSchema(
        id: id("accounts"),
        columns: [
            column("account_id", .int64), column("customer_id", .int64),
            column("iban", .string, tags: tag(21)), column("kind", .string),
            column("balance", .numeric, tags: tag(31)), column("flags", .string, .repeated),
        ]
    )

    static let branches = TableSchema(
        id: id("branches"),
        columns: [column("branch_id", .int64), column("city", .string)]
    )

    static let vault = TableSchema(
        id: id("vault"),
        columns: [
            column("vault_id", .int64), column("pin", .bytes, tags: tag(4)), column("email", .string, tags: tag(12)),
        ]
    )

    static let view = TableSchema(
        id: id("directory"),
        kind: .view(ViewDefinition(query: "SELECT 1")),
        columns: [column("email", .string)]
    )

    static let snapshot = CatalogSnapshot(tables: [customers, accounts, branches, vault, view])

    static func analyze(_ sql: String, _ parameters: [QueryParameter] = []) -> AnalyzedQuery {
        AnalyzedQuery.analyze(
            sql,
            defaults: NameDefaults(project: "demo", dataset: "bank"),
            parameters: parameters
        )
    }

    static func rewriter(
        _ mapping: Mapping,
        roles: [String] = ["analyst"],
        scans: ScanCache? = nil
    ) throws -> MaskingRewriter {
        guard let policy = mapping.policy(for: roles) else { throw BankError.noRole }
        return MaskingRewriter(policy: policy, tokenKeys: try KeyRing.generate(now: .distantPast), scans: scans) {
            () throws(CryptographyError) -> [UInt8] in [UInt8](repeating: 0xAB, count: 16)
        }
    }

    static func rewrite(_ sql: String, _ parameters: [QueryParameter] = []) throws -> MaskedQuery {
        try rewriter(mapping()).rewrite(analyze(sql, parameters), against: snapshot).get()
    }

    /// The codes of the refusals, in their order; empty when the query is rewritten.
    static func codes(_ sql: String, _ parameters: [QueryParameter] = []) throws -> [String] {
        switch try rewriter(mapping()).rewrite(analyze(sql, parameters), against: snapshot) {
        case .success: []
        case .failure(let list): list.refusals.map(\.code)
        }
    }
}

enum BankError: Error {
    case noRole
}
