public import Catalog
public import JSON

/// One page of a job's rows, cells as BigQuery sent them.
public struct ResultPage: Sendable, Hashable {
    /// Whether the job is done; if not, there is nothing else here.
    public let isComplete: Bool
    /// The columns of the result.
    public let columns: [Column]
    /// The rows: the `v` of each cell, one for each column. Made into what callers get by ``CellConversion``.
    public let rows: [[JSONValue]]
    /// How many rows the whole result has.
    public let totalRows: Int64?
    /// What asks for the next page; `nil` on the last.
    public let nextPageToken: String?
    /// Whether the result came from the cache.
    public let cacheHit: Bool

    /// Reads an answer of `jobs.getQueryResults`; every row must have one cell for each column.
    init(_ answer: JSONReader) throws(JSONError) {
        var answer = answer
        isComplete = try answer.bool("jobComplete")
        if var schema = try answer.optionalObject("schema") {
            columns = try FieldDefinition.columns(of: &schema)
        } else {
            columns = []
        }
        totalRows = try answer.optionalIntegerText("totalRows")
        nextPageToken = try answer.optionalString("pageToken")
        cacheHit = try answer.optionalBool("cacheHit") ?? false
        var rows: [[JSONValue]] = []
        for row in try answer.optionalObjects("rows") ?? [] {
            guard let cells = RowShape.cells(of: row.object, count: columns.count) else {
                throw row.invalid("f", "is not a row of \(columns.count) cells")
            }
            rows.append(cells)
        }
        self.rows = rows
    }
}

/// The shape of rows and STRUCT values: `{"f": [{"v": …}, …]}`.
enum RowShape {
    /// The cells; `nil` when the shape or their number is another.
    static func cells(of row: JSONObject, count: Int) -> [JSONValue]? {
        guard let fields = row["f"]?.arrayValue, fields.count == count else { return nil }
        var cells: [JSONValue] = []
        cells.reserveCapacity(count)
        for field in fields {
            guard let value = field["v"] else { return nil }
            cells.append(value)
        }
        return cells
    }
}
