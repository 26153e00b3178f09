internal import Audit
internal import Catalog
internal import GoogleSQL
internal import JSON
internal import Masking

/// Reads BigQuery's history of jobs in one project and region: those of some accounts, and those whose ID is made like
/// ours. Only made here; everything that varies is a parameter, but for project and region, which are names.
///
/// <https://cloud.google.com/bigquery/docs/information-schema-jobs>
public struct JobHistoryQuery: Sendable, Hashable {
    /// How long the view keeps a job: 180 days, in microseconds.
    public static let retentionMicroseconds: Int64 = 180 * 86_400_000_000
    /// What all job IDs of Scrim's begin with.
    static let ownPrefix = "scrim_"

    /// What is read; two questions that are equal have the same answer.
    public struct Scope: Sendable, Hashable {
        /// The project whose jobs are read.
        public let project: String
        /// Where they ran.
        public let location: String
        /// Jobs made at this time or later, in microseconds since 1970.
        public let createdFrom: Int64
        /// Jobs made before this time, in microseconds since 1970.
        public let createdBefore: Int64
        /// The accounts.
        public let accounts: [String]

        /// A scope.
        public init(
            project: String,
            location: String,
            createdFrom: Int64,
            createdBefore: Int64,
            accounts: some Sequence<String>
        ) {
            self.project = project
            self.location = location
            self.createdFrom = createdFrom
            self.createdBefore = createdBefore
            self.accounts = accounts.map { $0.lowercased() }.sorted()
        }
    }

    /// What is read.
    let scope: Scope
    /// The view.
    let view: TableID
    /// The text that is sent.
    let sql: String

    /// The query; `nil` when the location is no name of a region.
    public init?(_ scope: Scope) {
        let region = scope.location.lowercased()
        guard !region.isEmpty, !scope.project.isEmpty,
            region.unicodeScalars.allSatisfy({ ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-" })
        else { return nil }
        self.scope = scope
        view = TableID(project: scope.project, dataset: "region-\(region)", table: "INFORMATION_SCHEMA.JOBS")
        sql = """
            SELECT job_id, user_email, state, statement_type, creation_time, end_time, query, total_bytes_processed, \
            total_bytes_billed, error_result, referenced_tables, labels \
            FROM \(quotedIdentifier(scope.project)).\(quotedIdentifier("region-\(region)")).INFORMATION_SCHEMA.JOBS \
            WHERE creation_time >= @scrim_from AND creation_time < @scrim_before \
            AND (LOWER(user_email) IN UNNEST(@scrim_accounts) OR STARTS_WITH(job_id, '\(Self.ownPrefix)'))
            """
    }

    /// What the text's parameters stand for.
    var parameters: [QueryParameter] {
        [
            QueryParameter(name: "scrim_from", type: .scalar(.timestamp), value: Self.moment(scope.createdFrom)),
            QueryParameter(name: "scrim_before", type: .scalar(.timestamp), value: Self.moment(scope.createdBefore)),
            QueryParameter(
                name: "scrim_accounts",
                type: .array(of: .scalar(.string)),
                value: .array(scope.accounts.map { .scalar($0) })
            ),
        ]
    }

    private static func moment(_ microseconds: Int64) -> ParameterValue {
        .scalar(AuditTime.text(microseconds: microseconds))
    }

    /// A row of the answer. The text is read here and only its digest kept.
    func job(_ cells: [JSONValue], _ columns: [Column]) throws(BigQueryError) -> RecordedJob {
        var row = JSONObject()
        for (value, column) in zip(try CellConversion.row(cells, columns), columns) { row[column.name] = value }
        guard let jobID = row["job_id"]?.stringValue else { throw CellConversion.mismatch }
        var job = RecordedJob(project: scope.project, jobID: jobID)
        job.location = scope.location
        job.userEmail = row["user_email"]?.stringValue
        job.isDone = row["state"]?.stringValue == "DONE"
        job.created = row["creation_time"]?.stringValue.flatMap { AuditTime.microseconds($0) }
        job.ended = row["end_time"]?.stringValue.flatMap { AuditTime.microseconds($0) }
        job.statementType = row["statement_type"]?.stringValue
        if let text = row["query"]?.stringValue { job.text = RecordedJob.Text(text) }
        job.bytesProcessed = Self.integer(row["total_bytes_processed"])
        job.bytesBilled = Self.integer(row["total_bytes_billed"])
        if let error = row["error_result"], !error.isNull { job.failure = error["reason"]?.stringValue ?? "unknown" }
        job.tables = (row["referenced_tables"]?.arrayValue).map { Set($0.map(Self.tableName)) }
        var labels: [String: String] = [:]
        for label in row["labels"]?.arrayValue ?? [] {
            if let key = label["key"]?.stringValue { labels[key] = label["value"]?.stringValue ?? "" }
        }
        job.labels = labels
        return job
    }

    /// Integers beyond 2^53 are converted to text.
    private static func integer(_ value: JSONValue?) -> Int64? {
        value?.integerValue ?? value?.stringValue.flatMap { Int64($0) }
    }

    private static func tableName(_ table: JSONValue) -> String {
        ["project_id", "dataset_id", "table_id"].map { table[$0]?.stringValue ?? "" }.joined(separator: ".")
    }
}
