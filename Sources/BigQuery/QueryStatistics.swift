public import Catalog
internal import JSON

/// What BigQuery says of a query, run or dry run: what the cross-check of our own reading goes by.
public struct QueryStatistics: Sendable, Hashable {
    /// `SELECT` and others; `nil` when BigQuery does not say.
    public let statementType: String?
    /// The tables read, views resolved.
    public let referencedTables: Set<TableID>
    /// The logical views named.
    public let referencedViews: Set<TableID>
    /// The user-defined functions used, as `project.dataset.routine`.
    public let referencedRoutines: Set<String>
    /// The property graphs used, as `project.dataset.graph`.
    public let referencedGraphs: Set<String>
    /// Whether the result came from the cache.
    public let cacheHit: Bool
    /// Whether row-level security took part.
    public let rowLevelSecurityApplied: Bool
    /// Whether BigQuery itself masked a column.
    public let dataMaskingApplied: Bool
    /// Bytes read; exact, so for the audit only where a masked column takes part.
    public let bytesProcessed: Int64?
    /// Bytes billed; exact, so for the audit only.
    public let bytesBilled: Int64?
    /// Slot time used, in milliseconds.
    public let slotMilliseconds: Int64?
    /// Parameters that the text names and nobody declared; known of a dry run.
    public let undeclaredParameters: [String]
    /// The columns of the result; known of a dry run.
    public let columns: [Column]?

    /// Reads `statistics` of a job, with its `query`.
    init(_ statistics: JSONReader) throws(JSONError) {
        var statistics = statistics
        var query = try statistics.optionalObject("query") ?? JSONReader(JSONObject())
        statementType = try query.optionalString("statementType")
        referencedTables = Set(try TableReferenceDefinition.ids(query.optionalObjects("referencedTables")))
        referencedViews = Set(try TableReferenceDefinition.ids(query.optionalObjects("referencedLogicalViews")))
        referencedRoutines = try Self.names(query.optionalObjects("referencedRoutines"), last: "routineId")
        referencedGraphs = try Self.names(query.optionalObjects("referencedPropertyGraphs"), last: "propertyGraphId")
        cacheHit = try query.optionalBool("cacheHit") ?? false
        rowLevelSecurityApplied = try Self.flag(&statistics, "rowLevelSecurityStatistics", "rowLevelSecurityApplied")
        dataMaskingApplied = try Self.flag(&statistics, "dataMaskingStatistics", "dataMaskingApplied")
        let ofJob = try statistics.optionalIntegerText("totalBytesProcessed")
        bytesProcessed = try query.optionalIntegerText("totalBytesProcessed") ?? ofJob
        bytesBilled = try query.optionalIntegerText("totalBytesBilled")
        slotMilliseconds = try statistics.optionalIntegerText("totalSlotMs")
        var undeclared: [String] = []
        for parameter in try query.optionalObjects("undeclaredQueryParameters") ?? [] {
            var parameter = parameter
            undeclared.append(try parameter.optionalString("name") ?? "?")
        }
        undeclaredParameters = undeclared
        if var schema = try query.optionalObject("schema") {
            columns = try FieldDefinition.columns(of: &schema)
        } else {
            columns = nil
        }
    }

    /// A statistics object with a flag; BigQuery puts some of them on the job and some on the query.
    private static func flag(
        _ statistics: inout JSONReader,
        _ object: String,
        _ key: String
    ) throws(JSONError) -> Bool {
        if var own = try statistics.optionalObject(object), try own.optionalBool(key) == true { return true }
        guard var query = try statistics.optionalObject("query"), var own = try query.optionalObject(object) else {
            return false
        }
        return try own.optionalBool(key) ?? false
    }

    private static func names(_ references: [JSONReader]?, last: String) throws(JSONError) -> Set<String> {
        var names: Set<String> = []
        for reference in references ?? [] {
            var reference = reference
            let parts = [
                try reference.string("projectId"), try reference.string("datasetId"), try reference.string(last),
            ]
            names.insert(parts.joined(separator: "."))
        }
        return names
    }
}
