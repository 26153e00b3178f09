internal import Catalog
internal import JSON

/// Reads `TableFieldSchema`, of tables and of results.
///
/// <https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema>
enum FieldDefinition {
    /// Deepest nesting of records that BigQuery has.
    static let nestingMax = 15

    /// The members of a field that are understood: they carry no tag, or are read below.
    private static let knownKeys: Set<String> = [
        "name", "type", "mode", "fields", "description", "policyTags", "dataPolicies", "dataPolicyList",
        "dataGovernanceTagsInfo", "maxLength", "precision", "scale", "roundingMode", "collation",
        "defaultValueExpression", "rangeElementType", "foreignTypeDefinition", "timestampPrecision",
        "generatedColumn", "identityColumn",
    ]

    /// Words in the name of a member not understood that make the schema unreadable: it may be a carrier of tags.
    private static let suspiciousWords = [
        "tag", "polic", "mask", "categor", "classif", "sensitiv", "govern", "security",
    ]

    /// The columns of a `TableSchema` object; one without `fields` has none.
    static func columns(of schema: inout JSONReader) throws(JSONError) -> [Column] {
        try columns(schema.optionalObjects("fields") ?? [], depth: 0)
    }

    private static func columns(_ fields: [JSONReader], depth: Int) throws(JSONError) -> [Column] {
        var columns: [Column] = []
        for field in fields { columns.append(try column(field, depth: depth)) }
        return columns
    }

    private static func column(_ field: JSONReader, depth: Int) throws(JSONError) -> Column {
        var field = field
        guard depth <= nestingMax else { throw field.invalid("fields", "is nested too deep") }
        for key in field.object.keys where !knownKeys.contains(key) {
            let name = key.lowercased()
            if suspiciousWords.contains(where: name.contains) {
                throw field.invalid(key, "is not known and may mark the column as sensitive")
            }
        }
        return Column(
            name: try field.string("name"),
            type: try type(of: &field, depth: depth),
            mode: try mode(of: &field),
            description: try field.optionalString("description"),
            tags: try tags(of: &field)
        )
    }

    private static func mode(of field: inout JSONReader) throws(JSONError) -> ColumnMode {
        switch try field.optionalString("mode") ?? "NULLABLE" {
        case "NULLABLE": return .nullable
        case "REQUIRED": return .required
        case "REPEATED": return .repeated
        default: throw field.invalid("mode", "is not known")
        }
    }

    private static func type(of field: inout JSONReader, depth: Int) throws(JSONError) -> ColumnType {
        let name = try field.string("type")
        switch name.uppercased() {
        case "RECORD", "STRUCT":
            return .record(try columns(field.optionalObjects("fields") ?? [], depth: depth + 1))
        case "RANGE":
            guard var element = try field.optionalObject("rangeElementType"),
                let scalar = ScalarType(named: try element.string("type")),
                [.date, .datetime, .timestamp].contains(scalar)
            else { return .unknown(name) }
            return .range(of: scalar)
        case "TIMESTAMP":
            // With picoseconds a value has more digits than this version carries.
            let precision = try field.optionalIntegerText("timestampPrecision") ?? 6
            return precision == 6 ? .scalar(.timestamp) : .unknown("TIMESTAMP(\(precision))")
        default:
            return ScalarType(named: name).map { .scalar($0) } ?? .unknown(name)
        }
    }

    /// All three carriers, in the order in which BigQuery gives them weight.
    private static func tags(of field: inout JSONReader) throws(JSONError) -> [TagCarrier] {
        var policies = try field.optionalObjects("dataPolicies") ?? []
        if var list = try field.optionalObject("dataPolicyList") {
            policies += try list.optionalObjects("dataPolicies") ?? []
        }
        var tags: [TagCarrier] = []
        for policy in policies {
            var policy = policy
            tags.append(.dataPolicy(try policy.string("name")))
        }
        if var info = try field.optionalObject("dataGovernanceTagsInfo"),
            var pairs = try info.optionalObject("dataGovernanceTags")
        {
            for key in pairs.object.keys.sorted() {
                tags.append(.governanceTag(key: key, value: try pairs.string(key)))
            }
        }
        if var policyTags = try field.optionalObject("policyTags") {
            tags += (try policyTags.optionalStrings("names") ?? []).map { .policyTag($0) }
        }
        var seen: Set<TagCarrier> = []
        return tags.filter { seen.insert($0).inserted }
    }
}
