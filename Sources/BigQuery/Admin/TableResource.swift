public import Catalog
internal import JSON

/// A table as `tables.get` answered it, with every member kept: what a change of its tags is made from.
public struct TableResource: Sendable, Hashable {
    /// The table as Scrim understands it.
    public let schema: TableSchema
    /// BigQuery's version of the resource.
    public let etag: String
    /// The member `schema` as it came.
    let schemaJSON: JSONObject

    /// Reads one table resource; one that is not understood in full, or has no etag, is an error.
    init(_ resource: JSONObject) throws(BigQueryError) {
        schema = try TableDefinition(.object(resource)).schema
        guard let etag = schema.etag, !etag.isEmpty, let json = resource["schema"]?.objectValue else {
            throw BigQueryError(.unexpectedAnswer, detail: "the table has no etag or no schema")
        }
        self.etag = etag
        schemaJSON = json
    }
}

/// What is known of a table that an admin names.
public enum TableLookup: Sendable, Hashable {
    /// It was read.
    case found(TableResource)
    /// BigQuery does not find it.
    case absent
    /// It was found and cannot be understood; nothing may be changed.
    case unreadable(reason: String)
}
