/// A job as BigQuery's own history tells it, for comparing that with the audit log. Null is what the history does not
/// say.
public struct RecordedJob: Sendable, Hashable {
    /// What is known of the SQL that ran. Never the text itself.
    public enum Text: Sendable, Hashable {
        /// Its digests as ``TextDigest`` makes them.
        case digest(String, withoutLiterals: String?)
        /// The history holds only its beginning.
        case truncated
        /// The history does not say.
        case unknown
    }

    /// The project that ran and paid for the job.
    public let project: String
    /// Its ID.
    public let jobID: String
    /// Where it ran.
    public var location: String?
    /// Under whose account.
    public var userEmail: String?
    /// Whether it has ended.
    public var isDone = false
    /// When it was made, in microseconds since 1970.
    public var created: Int64?
    /// When it ended, in microseconds since 1970.
    public var ended: Int64?
    /// `SELECT` and others.
    public var statementType: String?
    /// The SQL.
    public var text = Text.unknown
    /// The labels.
    public var labels: [String: String]?
    /// The bytes read.
    public var bytesProcessed: Int64?
    /// The bytes billed.
    public var bytesBilled: Int64?
    /// The tables read, as `project.dataset.table`.
    public var tables: Set<String>?
    /// Why it failed, in a word; null when it did not.
    public var failure: String?

    /// A job of which nothing else is known yet.
    public init(project: String, jobID: String) {
        self.project = project
        self.jobID = jobID
    }

    /// Adds what another record of the same job says; what both say, the later one is right about.
    public mutating func add(_ later: RecordedJob) {
        location = later.location ?? location
        userEmail = later.userEmail ?? userEmail
        isDone = isDone || later.isDone
        created = later.created ?? created
        ended = later.ended ?? ended
        statementType = later.statementType ?? statementType
        if later.text != .unknown { text = later.text }
        labels = later.labels ?? labels
        bytesProcessed = later.bytesProcessed ?? bytesProcessed
        bytesBilled = later.bytesBilled ?? bytesBilled
        tables = later.tables ?? tables
        failure = later.failure ?? failure
    }
}

extension RecordedJob.Text {
    /// What is kept of a text.
    public init(_ sql: String) {
        self = .digest(TextDigest.exact(sql), withoutLiterals: TextDigest.withoutLiterals(sql))
    }
}
