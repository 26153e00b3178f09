/// A job as the audit log tells it.
public struct LoggedJob: Sendable, Hashable {
    /// What is known of the SQL that was sent. Never the text itself.
    public enum Text: Sendable, Hashable {
        /// SHA-256 of it, lower-case hex: the key ring opened the commitment.
        case digest(String)
        /// It is not known here, but perhaps its digest without literals, which the entry has in clear.
        case unknown(Reason, withoutLiterals: String?)

        /// Why a text cannot be compared.
        public enum Reason: String, Sendable, Hashable, CaseIterable {
            /// No key ring was given.
            case noKeys = "no key ring"
            /// The sealed texts are not there: erased, or damaged, which `scrim audit verify` tells apart.
            case gone = "the sealed text is gone"
            /// The ring has no key that opens them.
            case otherKey = "no key of the ring opens it"
        }
    }

    /// The project that ran and paid for the job.
    public let project: String
    /// Its ID.
    public let jobID: String
    /// Where it was sent to.
    public let location: String
    /// The name of the log.
    public let log: String
    /// The number of the entry `job_submitted`.
    public let sequence: Int64
    /// When that was written, in microseconds since 1970.
    public let submitted: Int64
    /// The account of an admin's job; null: one of the server's.
    public var account: String?
    /// The labels that the job was sent with.
    public var labels: [String: String] = [:]
    /// The SQL that was sent.
    public var text = Text.unknown(.noKeys, withoutLiterals: nil)
    /// The tables that the SQL reads.
    public var tablesSent: Tables?
    /// When its end was recorded, in microseconds since 1970.
    public var ended: Int64?
    /// How it ended.
    public var outcome: String?
    /// Why it did not end well.
    public var reason: String?
    /// The bytes read.
    public var bytesProcessed: Int64?
    /// The bytes billed.
    public var bytesBilled: Int64?
    /// The tables that BigQuery said it read.
    public var tablesRead: Tables?

    /// A list of tables; a long one is cut in the log.
    public struct Tables: Sendable, Hashable {
        /// Names as `project.dataset.table`.
        public let names: Set<String>
        /// Whether there were more.
        public let isCut: Bool

        /// A list.
        public init(_ names: some Sequence<String>, isCut: Bool = false) {
            self.names = Set(names)
            self.isCut = isCut
        }
    }

    /// A job that was just submitted.
    public init(
        project: String,
        jobID: String,
        location: String,
        entry: (log: String, sequence: Int64),
        submitted: Int64
    ) {
        self.project = project
        self.jobID = jobID
        self.location = location
        self.log = entry.log
        self.sequence = entry.sequence
        self.submitted = submitted
    }

    /// Whether BigQuery's figures of it are in the log.
    var hasFigures: Bool { bytesProcessed != nil }
}
