import JSON
import TransparencyLog

/// Answers auditors' questions from a log directory, or a copy of one, in one pass over its entries.
public struct AuditReader: Sendable {
    private let directory: String

    /// A reader of a log directory.
    public init(directory: String) {
        self.directory = directory
    }

    /// The name that the log says it has.
    public func origin() throws(AuditError) -> LogOrigin {
        try LogOrigin(LogReading(directory: directory).checkpoint().head.origin)
    }

    /// Calls `body` with every entry in order. An incomplete one at the end, as of a log that is being written, is left
    /// out.
    ///
    /// - Throws: `file` when there is no log, `damaged` at the first entry that is none.
    public func forEachEntry(_ body: (AuditEntry) -> Void) throws(AuditError) {
        try LogReading(directory: directory).forEachEntry { sequence, bytes throws(AuditError) in
            body(try entry(sequence, bytes))
            return true
        }
    }

    /// Calls `body` with the entries of a type among the last ones, in order.
    ///
    /// - Parameter count: how many entries are looked at, of whatever type.
    func forEachOfLast(
        _ count: Int64,
        ofType type: String,
        _ body: (AuditEntry) -> Void
    ) throws(AuditError) {
        let reading = LogReading(directory: directory)
        let start = max(0, try reading.end() - count)
        let timeAndMember = #"YYYY-MM-DDThh:mm:ss.ffffffZ","#.utf8.count
        try reading.forEachEntry(from: start) { sequence, bytes throws(AuditError) in
            let place = EntryText.start(sequence: sequence).count + timeAndMember
            if bytes.dropFirst(place).starts(with: #""type":"\#(type)""#.utf8) { body(try entry(sequence, bytes)) }
            return true
        }
    }

    private func entry(_ sequence: Int64, _ bytes: ArraySlice<UInt8>) throws(AuditError) -> AuditEntry {
        guard let entry = AuditEntry(bytes: bytes) else {
            throw AuditError(.damaged, "entry \(sequence) of `\(directory)` is not an entry")
        }
        return entry
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
        if let sequence = Int64(name) { return try entry(numbered: sequence).map { [$0] } ?? [] }
        var entries: [AuditEntry] = []
        try forEachEntry { entry in
            if entry.jobID == name || entry.session == name { entries.append(entry) }
        }
        return entries
    }

    private func entry(numbered sequence: Int64) throws(AuditError) -> AuditEntry? {
        guard sequence >= 0 else { return nil }
        var found: AuditEntry?
        let reading = LogReading(directory: directory)
        guard try sequence < reading.end() else { return nil }
        try reading.forEachEntry(from: sequence) { sequence, bytes throws(AuditError) in
            found = try entry(sequence, bytes)
            return false
        }
        return found
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
