import JSON

/// The kinds of sealed records, each kept for a time of its own.
public enum RetentionClass: String, Sendable, Hashable, CaseIterable, Comparable {
    /// What callers wrote: SQL, parameters, reasons.
    case texts
    /// What callers were given, where that is recorded.
    case content

    /// The class of an entry's record.
    init(ofType type: String) {
        self = type == "page_delivered" || type == "metadata_read" ? .content : .texts
    }

    /// In the order of their names.
    public static func < (left: RetentionClass, right: RetentionClass) -> Bool { left.rawValue < right.rawValue }
}

/// How long records are kept.
public struct RetentionPolicy: Sendable, Hashable {
    /// Seconds for each class; a class that is not named is kept for ever.
    public var seconds: [RetentionClass: Int64]

    /// A policy.
    public init(_ seconds: [RetentionClass: Int64] = [:]) {
        self.seconds = seconds
    }

    /// Before which time records of each class are due, as entries write times.
    func cutoffs(at now: Int64) -> [RetentionClass: String] {
        seconds.mapValues { seconds in
            let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
            return AuditTime.text(microseconds: overflow ? 0 : now - min(microseconds, now))
        }
    }
}

/// Why records are erased.
public enum ErasureBasis: Sendable, Hashable {
    /// They were kept as long as their class says: they are older than this time.
    case retention(olderThan: String)
    /// Somebody ordered it for these.
    case order(RecordChoice)
}

/// Which records something is about. What is named must all hold; where nothing is named, it is about every record.
public struct RecordChoice: Sendable, Hashable {
    /// Records of this session.
    public var session: String?
    /// Records of this subject.
    public var person: String?
    /// Records of this job.
    public var job: String?
    /// The record of the entry of this number.
    public var entry: Int64?
    /// Records from this time on, as entries write times.
    public var from: String?
    /// Records before this time, as entries write times.
    public var to: String?

    /// Every record.
    public init() {}

    func covers(_ entry: AuditEntry) -> Bool {
        if let session, entry.session != session { return false }
        if let person, entry.json["actor"]?["subject"]?.stringValue != person { return false }
        if let job, entry.jobID != job { return false }
        if let number = self.entry, entry.sequence != number { return false }
        if let from, entry.time < from { return false }
        if let to, entry.time >= to { return false }
        return true
    }
}
