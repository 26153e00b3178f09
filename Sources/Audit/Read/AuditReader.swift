import JSON

/// Answers auditors' questions from a log directory, or a copy of one, in one pass over its entries.
public struct AuditReader: Sendable {
    private static let lineBytesMax = 16_384

    private let directory: String

    /// A reader of a log directory.
    public init(directory: String) {
        self.directory = directory
    }

    /// Calls `body` with every entry in order. An incomplete last line, as of a log that is being written, is left out.
    ///
    /// - Throws: `file` when there is no log, `damaged` at the first line that is no entry.
    public func forEachEntry(_ body: (AuditEntry) -> Void) throws(AuditError) {
        var lines = try LineStream(path: directory + "/entries.jsonl", lineBytesMax: Self.lineBytesMax)
        var number = 0
        while true {
            number += 1
            switch try lines.next() {
            case .line(let line):
                guard let entry = AuditEntry(line: line) else {
                    throw AuditError(.damaged, "line \(number) of `\(directory)/entries.jsonl` is not an entry")
                }
                body(entry)
            case .unfinished(let byteCount):
                guard byteCount <= Self.lineBytesMax else {
                    throw AuditError(.damaged, "line \(number) of `\(directory)/entries.jsonl` is too long")
                }
            case .end:
                return
            }
        }
    }

    /// The least length of a gap unless told, in seconds: who is at work asks something within a quarter of an hour.
    public static let gapSecondsDefault: Int64 = 900

    /// All sessions, or those that match, in the order in which they were first seen.
    ///
    /// - Parameter gapSeconds: how long nothing must have been recorded for it to be a gap.
    public func sessions(
        matching filter: AuditFilter = AuditFilter(),
        gapSeconds: Int64 = gapSecondsDefault
    ) throws(AuditError) -> [AuditSession] {
        var order: [String] = []
        var sessions: [String: AuditSession] = [:]
        try forEachEntry { entry in
            guard let id = entry.session, filter.matches(entry) else { return }
            if sessions[id] == nil { order.append(id) }
            sessions[id, default: AuditSession(id: id, first: entry, gapSeconds: gapSeconds)].add(entry)
        }
        return order.compactMap { sessions[$0] }
    }

    /// All jobs, or those that match, in the order in which they were submitted.
    public func jobs(matching filter: AuditFilter = AuditFilter()) throws(AuditError) -> [AuditJobRecord] {
        var order: [String] = []
        var jobs: [String: AuditJobRecord] = [:]
        try forEachEntry { entry in
            // A refusal may name a job that never was; an entry about a job has a member `job`.
            guard let id = entry.json["job"]?["job_id"]?.stringValue, filter.matches(entry) else { return }
            if jobs[id] == nil { order.append(id) }
            jobs[id, default: AuditJobRecord(id: id, first: entry)].add(entry)
        }
        return order.compactMap { jobs[$0] }
    }

    /// The entries that a number, a job ID or a session ID names; none when nothing does.
    public func entries(named name: String) throws(AuditError) -> [AuditEntry] {
        let sequence = Int64(name)
        var entries: [AuditEntry] = []
        try forEachEntry { entry in
            let isNamed = sequence.map { $0 == entry.sequence } ?? (entry.jobID == name || entry.session == name)
            if isNamed { entries.append(entry) }
        }
        return entries
    }
}

/// Which entries count.
public struct AuditFilter: Sendable {
    /// Only of this session.
    public var session: String?
    /// Only of persons whose subject is this.
    public var subject: String?

    /// Everything counts.
    public init() {}

    func matches(_ entry: AuditEntry) -> Bool {
        if let session, entry.session != session { return false }
        if let subject, entry.json["actor"]?["subject"]?.stringValue != subject { return false }
        return true
    }
}
