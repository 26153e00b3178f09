import JSON

/// The arguments of each tool, decoded.
///
/// Each `init` asks for every argument, also after one was wrong, so that all problems are found; it fails when one
/// that must be there is not.
enum ToolArguments {
    struct ListDatasets: Sendable, Hashable {
        let cursor: String?

        init(_ reader: inout ArgumentReader) { cursor = reader.optionalText("cursor") }
    }

    struct ListTables: Sendable, Hashable {
        let dataset: String
        let cursor: String?

        init?(_ reader: inout ArgumentReader) {
            let dataset = reader.text("dataset")
            cursor = reader.optionalText("cursor")
            guard let dataset else { return nil }
            self.dataset = dataset
        }
    }

    struct DescribeTable: Sendable, Hashable {
        let table: String

        init?(_ reader: inout ArgumentReader) {
            guard let table = reader.text("table") else { return nil }
            self.table = table
        }
    }

    struct SearchSchema: Sendable, Hashable {
        let text: String
        let limit: Int?

        init?(_ reader: inout ArgumentReader) {
            let text = reader.text("text")
            limit = reader.optionalInteger("limit", in: ToolArguments.matchesRange).map { Int($0) }
            guard let text else { return nil }
            self.text = text
        }
    }

    struct EstimateQuery: Sendable, Hashable {
        let sql: String
        let parameters: JSONValue?

        init?(_ reader: inout ArgumentReader) {
            let sql = reader.text("sql")
            parameters = reader.optionalContainer("parameters")
            guard let sql else { return nil }
            self.sql = sql
        }
    }

    struct Query: Sendable, Hashable {
        let sql: String
        let parameters: JSONValue?
        let maxRows: Int?
        let maxBytesBilled: Int64?
        let reason: String?

        init?(_ reader: inout ArgumentReader) {
            let sql = reader.text("sql")
            parameters = reader.optionalContainer("parameters")
            maxRows = reader.optionalInteger("max_rows", in: ToolArguments.rowsRange).map { Int($0) }
            maxBytesBilled = reader.optionalBigInteger("max_bytes_billed", in: 1...Int64.max)
            reason = reader.optionalText("reason")
            guard let sql else { return nil }
            self.sql = sql
        }
    }

    struct FetchPage: Sendable, Hashable {
        let cursor: String
        let maxRows: Int?

        init?(_ reader: inout ArgumentReader) {
            let cursor = reader.text("cursor")
            maxRows = reader.optionalInteger("max_rows", in: ToolArguments.rowsRange).map { Int($0) }
            guard let cursor else { return nil }
            self.cursor = cursor
        }
    }

    struct GetJob: Sendable, Hashable {
        let jobID: String
        let waitSeconds: Int?

        init?(_ reader: inout ArgumentReader) {
            let jobID = reader.text("job_id")
            waitSeconds = reader.optionalInteger("wait_s", in: 0...ToolArguments.waitSecondsMax).map { Int($0) }
            guard let jobID else { return nil }
            self.jobID = jobID
        }
    }

    struct CancelJob: Sendable, Hashable {
        let jobID: String

        init?(_ reader: inout ArgumentReader) {
            guard let jobID = reader.text("job_id") else { return nil }
            self.jobID = jobID
        }
    }

    /// Rows of a page that may be asked for; how many come is for the configured limit to say.
    static let rowsRange: ClosedRange<Int64> = 1...1_000_000
    /// Matches of a search.
    static let matchesRange: ClosedRange<Int64> = 1...100
    /// How long `get_job` may wait, below the patience of the least patient client.
    static let waitSecondsMax: Int64 = 25
}
