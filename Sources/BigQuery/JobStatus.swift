internal import JSON

/// A job as BigQuery describes it at one moment.
public struct JobStatus: Sendable, Hashable {
    /// How far a job is.
    public enum State: Sendable, Hashable {
        case pending
        case running
        case done
        /// A state that this version does not know; never taken for done.
        case unknown
    }

    /// The project that runs the job.
    public let project: String
    /// Where it runs.
    public let location: String?
    /// Its ID.
    public let jobID: String
    /// How far it is.
    public let state: State
    /// Why it failed; `nil` while it runs, or when it did not.
    public let failure: BigQueryError?
    /// What the query did.
    public let statistics: QueryStatistics
    /// Under whose account the job runs.
    public let userEmail: String?
    /// The job's labels.
    public let labels: [String: String]
    /// SHA-256 of the SQL that the job has, lower-case hex.
    public let queryDigest: String
    /// Whether the SQL is read as legacy SQL.
    public let usesLegacySQL: Bool
    /// When the job was made, in milliseconds since 1970.
    public let created: Int64?
    /// When it began to run, in milliseconds since 1970: schemas must be read again after this.
    public let started: Int64?
    /// When it ended, in milliseconds since 1970.
    public let ended: Int64?
    /// How many child jobs it has; a query has none.
    public let childJobs: Int64

    /// Whether the job ended well and its rows can be read.
    public var isComplete: Bool { state == .done && failure == nil }

    /// Reads a job resource.
    init(_ resource: JSONReader) throws(JSONError) {
        var job = resource
        var reference = try job.object("jobReference")
        project = try reference.string("projectId")
        location = try reference.optionalString("location")
        jobID = try reference.string("jobId")
        var status = try job.object("status")
        state =
            switch try status.string("state") {
            case "PENDING": .pending
            case "RUNNING": .running
            case "DONE": .done
            default: .unknown
            }
        failure = status.optionalValue("errorResult").map { BigQueryError(jobError: $0) }
        userEmail = try job.optionalString("user_email")
        var configuration = try job.object("configuration")
        labels = try Self.labels(configuration.optionalObject("labels"))
        var query = try configuration.object("query")
        queryDigest = TextDigest.exact(try query.string("query"))
        usesLegacySQL = try query.optionalBool("useLegacySql") ?? true
        var statistics = try job.optionalObject("statistics") ?? JSONReader(JSONObject())
        created = try statistics.optionalIntegerText("creationTime")
        started = try statistics.optionalIntegerText("startTime")
        ended = try statistics.optionalIntegerText("endTime")
        childJobs = try statistics.optionalIntegerText("numChildJobs") ?? 0
        self.statistics = try QueryStatistics(statistics)
    }

    private static func labels(_ reader: JSONReader?) throws(JSONError) -> [String: String] {
        guard var reader else { return [:] }
        var labels: [String: String] = [:]
        for key in reader.object.keys { labels[key] = try reader.string(key) }
        return labels
    }

}

/// What a job must show to be the one that was sent.
public struct JobFingerprint: Sendable, Hashable {
    /// SHA-256 of the SQL, lower-case hex.
    public let queryDigest: String
    /// Labels that the job must have, with these values; it may have more.
    public let labels: [String: String]
    /// The account it must run under.
    public let userEmail: String

    /// Creates a fingerprint of what is known of a job.
    public init(queryDigest: String, labels: [String: String], userEmail: String) {
        self.queryDigest = queryDigest
        self.labels = labels
        self.userEmail = userEmail
    }

    /// What of a job is not as it was sent, by name; empty when it is ours.
    public func differences(from status: JobStatus) -> [String] {
        var differences: [String] = []
        if status.queryDigest != queryDigest || status.usesLegacySQL { differences.append("query") }
        if !labels.allSatisfy({ status.labels[$0.key] == $0.value }) { differences.append("labels") }
        if status.userEmail?.lowercased() != userEmail.lowercased() { differences.append("user_email") }
        return differences
    }
}
