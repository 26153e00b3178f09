/// Which sessions or jobs are asked for; everything that is given must hold. Texts are compared byte for byte unless it
/// says otherwise.
public struct AuditFilter: Sendable {
    /// Only of this session.
    public var session: String?
    /// Only of persons whose subject is this.
    public var subject: String?
    /// Only of persons who had this role.
    public var role: String?
    /// Only of clients in whose name, or whose name for the issuer, this is; letters A to Z in either case.
    public var client: String?
    /// Only what was submitted then or later, in microseconds since the Unix epoch; of sessions, what lasted until then.
    public var from: Int64?
    /// Only what was submitted before that, in microseconds since the Unix epoch; of sessions, what began before.
    public var to: Int64?
    /// Only where this table was read: in full, or its last parts.
    public var table: String?
    /// Only where this column was masked: its name, or with its table's, or that table's last parts, before it. Given
    /// together with ``table`` it is a column of that table.
    public var column: String?
    /// Only where a column of this tag was masked.
    public var tag: String?
    /// Only this job.
    public var job: String?
    /// Only where this is in the SQL without its literals; letters A to Z in either case.
    public var statement: String?
    /// Only of this outcome; `running` for those whose end is not known.
    public var outcome: String?
    /// Only where BigQuery read so many bytes or more.
    public var bytesMin: Int64?
    /// Only where BigQuery read so many bytes or fewer.
    public var bytesMax: Int64?

    /// Everything counts.
    public init() {}

    /// Whether everything counts.
    var isEmpty: Bool {
        !asksForJobs && session == nil && subject == nil && role == nil && client == nil && from == nil && to == nil
    }

    /// Whether it asks for anything that only jobs have.
    var asksForJobs: Bool {
        table != nil || column != nil || tag != nil || job != nil || statement != nil || outcome != nil
            || bytesMin != nil || bytesMax != nil
    }
}

/// One page of a longer answer.
public struct AuditPage: Sendable {
    /// The most that are wanted; null for all.
    public var limit: Int?
    /// Only what comes after the session or job of this ID, in the order that is asked for.
    public var after: String?
    /// From the last to the first.
    public var isDescending = false

    /// All of it, from the first to the last.
    public init() {}
}

/// What jobs can be sorted by; equal ones by time.
public enum JobOrder: String, Sendable, CaseIterable {
    /// When they were submitted.
    case time
    /// When their end was recorded.
    case ended
    /// The bytes that BigQuery read.
    case bytes
    /// The rows delivered.
    case rows
    /// The pages delivered.
    case pages
}

/// What sessions can be sorted by; equal ones by the order in which they were first seen.
public enum SessionOrder: String, Sendable, CaseIterable {
    /// When they began.
    case time
    /// When the last entry was made.
    case last
    /// Requests.
    case requests
    /// Jobs submitted.
    case jobs
    /// Requests refused.
    case refusals
    /// Rows delivered.
    case rows
}
