public import Audit
public import Catalog
internal import JSON

/// The body of the `tables.patch` that changes the policy tags of some columns, and nothing else.
///
/// `schema` is replaced as a whole by a patch, so what is sent is the schema that was read, edited: members that this
/// version does not know stay as they came, and the tags of other columns are sent again, because a field that is sent
/// without `policyTags` loses them. A tag is taken away by `policyTags: {names: []}`
/// (<https://cloud.google.com/bigquery/docs/column-level-security#remove_a_policy_tag>).
public struct TagPatch: Sendable, Hashable {
    /// The table.
    public let table: TableID
    /// What changes, and the etag that the table must still have.
    public let change: TagChange
    /// The schema that is sent.
    let schema: JSONObject

    /// Edits a table's schema.
    ///
    /// - Throws: `invalidRequest` when a column is not there, is not a leaf, has another tag than the change says, or
    ///   the schema holds something that could not be sent back as it came.
    public init(editing resource: TableResource, change: TagChange) throws(BigQueryError) {
        guard change.table == resource.schema.id.description else { throw Self.refused("it is for another table") }
        guard change.etag == resource.etag else { throw BigQueryError(.conditionNotMet, mayHaveBeenSent: false) }
        guard !Self.holdsFraction(.object(resource.schemaJSON)) else {
            // A double's digits may not be those that came, and no member of a schema has a fraction today.
            throw Self.refused("the schema holds a number with a fraction or an exponent")
        }
        var schema = resource.schemaJSON
        for column in change.columns {
            let path = column.column.split(separator: ".", omittingEmptySubsequences: false)
            schema = try Self.edited(schema, path[...], column)
        }
        table = resource.schema.id
        self.change = change
        self.schema = schema
    }

    /// The document that is sent.
    var body: [UInt8] { JSONValue.object(["schema": .object(schema)]).serialized() }

    /// Whether a table that was read after the patch has exactly the schema that was sent.
    func isResult(_ resource: TableResource) -> Bool {
        Self.normalized(.object(schema)) == Self.normalized(.object(resource.schemaJSON))
    }

    private static func edited(
        _ parent: JSONObject,
        _ path: ArraySlice<Substring>,
        _ column: AuditTagChange
    ) throws(BigQueryError) -> JSONObject {
        guard let name = path.first?.lowercased(), var fields = parent["fields"]?.arrayValue else {
            throw refused("`\(column.column)` is not there")
        }
        let found = fields.indices.filter { fields[$0]["name"]?.stringValue?.lowercased() == name }
        guard found.count == 1, let position = found.first, var field = fields[position].objectValue else {
            throw refused("`\(column.column)` is not there, or there twice")
        }
        if path.count > 1 {
            field = try edited(field, path.dropFirst(), column)
        } else {
            guard field["fields"] == nil else { throw refused("`\(column.column)` is a STRUCT") }
            let names = field["policyTags"]?["names"]?.arrayValue ?? []
            guard names == (column.old.map { [.string($0.resource)] } ?? []) else {
                throw BigQueryError(.conditionNotMet, detail: "`\(column.column)` has another tag")
            }
            var policyTags = field["policyTags"]?.objectValue ?? JSONObject()
            policyTags["names"] = .array(column.new.map { [.string($0.resource)] } ?? [])
            field["policyTags"] = .object(policyTags)
        }
        fields[position] = .object(field)
        var edited = parent
        edited["fields"] = .array(fields)
        return edited
    }

    private static func holdsFraction(_ value: JSONValue) -> Bool {
        switch value {
        case .double: true
        case .array(let values): values.contains(where: holdsFraction)
        case .object(let members): members.contains { holdsFraction($0.value) }
        case .null, .bool, .integer, .string: false
        }
    }

    /// Without what is the same as nothing: `policyTags` that name none.
    private static func normalized(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let values):
            return .array(values.map(normalized))
        case .object(let members):
            let kept = members.filter { key, value in
                key != "policyTags" || value["names"]?.arrayValue?.isEmpty == false
            }
            return .object(JSONObject(kept.map { ($0.key, normalized($0.value)) }))
        case .null, .bool, .integer, .double, .string:
            return value
        }
    }

    private static func refused(_ detail: String) -> BigQueryError {
        BigQueryError(.invalidRequest, detail: detail, mayHaveBeenSent: false)
    }
}

/// What became of a patch.
public struct TagPatchResult: Sendable, Hashable {
    /// How it ended.
    public let outcome: TagChangeEnded.Outcome
    /// BigQuery's reason when it did not end well.
    public let error: BigQueryError?
    /// The table's etag afterwards, where it was read.
    public let etag: String?
}
