public import JSON

/// Something that the log and BigQuery's history do not say alike, or that explains why they do not.
public struct ReconciliationFinding: Sendable, Hashable {
    /// What is not alike.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// A job of our account that the log does not know: somebody went past Scrim.
        case notInLog = "job.not_in_log"
        /// A job of the log that BigQuery does not know.
        case notInBigQuery = "job.not_in_bigquery"
        /// The same, and the log itself says that the job failed before BigQuery told of it.
        case neverMade = "job.never_made"
        /// Two entries submit a job of one ID.
        case loggedTwice = "job.logged_twice"
        /// BigQuery ran another text than was committed to.
        case text = "text.differs"
        /// Other bytes were read or billed.
        case bytes = "bytes.differ"
        /// Other tables were read.
        case tables = "tables.differ"
        /// The job has other labels than it was sent with.
        case labels = "labels.differ"
        /// The job ran under another account.
        case account = "account.differs"
        /// The job ran elsewhere.
        case location = "location.differs"
        /// The log has a good end of a job that failed.
        case outcome = "outcome.differs"
        /// BigQuery ran the text of a job once more by itself, without effects.
        case reExecuted = "job.reexecuted"
        /// BigQuery's own account did something else, such as refreshing a materialized view.
        case ofBigQuery = "job.of_bigquery"

        /// Whether it is a difference, and no explanation.
        public var isDifference: Bool { self != .reExecuted && self != .ofBigQuery }
    }

    /// What is not alike.
    public let code: Code
    /// The job's project.
    public let project: String
    /// The job's ID.
    public let jobID: String
    /// When the job was made, in microseconds since 1970.
    public let time: Int64
    /// One line for people.
    public let message: String
    /// What the log says; null: nothing.
    public let logged: JSONObject?
    /// What BigQuery says; null: nothing.
    public let recorded: JSONObject?

    /// The same for machines.
    public var json: JSONValue {
        [
            "code": .string(code.rawValue), "difference": .bool(code.isDifference), "project": .string(project),
            "job_id": .string(jobID), "time": .string(Moment.text(time)), "message": .string(message),
            "log": logged.map { .object($0) } ?? .null, "bigquery": recorded.map { .object($0) } ?? .null,
        ]
    }
}

/// The outcome of a comparison.
public struct Reconciliation: Sendable {
    /// What was found, by time and job ID.
    public let findings: [ReconciliationFinding]
    /// Jobs of the log that are in the period.
    public let loggedCount: Int
    /// Jobs of our accounts in BigQuery's history that are in the period.
    public let recordedCount: Int
    /// Jobs that both have.
    public let matchedCount: Int
    /// Jobs that BigQuery may not show yet: submitted within the clocks' difference of when it was asked.
    public let recentCount: Int
    /// How the texts of the jobs that both have were compared.
    public let texts: [TextComparison: Int]

    /// How two texts were compared.
    public enum TextComparison: Sendable, Hashable {
        /// Byte for byte.
        case compared
        /// But for literals, comments and white space.
        case comparedWithoutLiterals
        /// Not at all, and why.
        case notCompared(String)
    }

    /// Whether there is a difference.
    public var differs: Bool { findings.contains { $0.code.isDifference } }
}
