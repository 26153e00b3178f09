import Audit
import AuditIndex
import JSON

/// An entry and the log that has it.
struct LocatedEntry {
    let entry: AuditEntry
    let log: AuditIndex.Log
}

/// What an auditor named: an entry, a job with its session, or a session with its jobs.
struct AuditSubject {
    private(set) var entries: [LocatedEntry] = []
    private(set) var job: AuditJobRecord?
    private(set) var session: AuditSession?
    /// The jobs of the session that was named.
    private(set) var jobs: [AuditJobRecord] = []
    private(set) var isOfSeveralLogs = false

    var isEmpty: Bool { entries.isEmpty }

    /// Finds what has a name.
    ///
    /// - Throws: `AuditError`; `ConfigurationError`, also where only the number of an entry of several logs is given.
    static func find(_ name: String, in locations: AuditCommand.Locations) throws -> AuditSubject {
        if let (origin, sequence) = entryName(name) { return try entry(sequence, of: origin, in: locations) }
        let index = try locations.openIndex()
        var subject = AuditSubject()
        subject.isOfSeveralLogs = index.logs.count > 1
        let found = try index.entries(named: name)
        for log in index.logs {
            let numbers = found.filter { $0.log == log }.map(\.sequence)
            let entries = try AuditReader(directory: log.directory).entries(numbered: numbers)
            subject.entries += entries.map { LocatedEntry(entry: $0, log: log) }
        }
        // Of several logs by time; within each log the order is that of its entries.
        if subject.isOfSeveralLogs { subject.entries.sort { $0.entry.time < $1.entry.time } }
        var filter = AuditFilter()
        filter.job = name
        try index.jobs(matching: filter) { subject.job = $0 }
        filter = AuditFilter()
        filter.session = subject.job?.session ?? name
        try index.sessions(matching: filter) { subject.session = $0 }
        if subject.job == nil, subject.session != nil { try index.jobs(matching: filter) { subject.jobs.append($0) } }
        return subject
    }

    /// `12`, or `audit.example/scrim-1#12`.
    private static func entryName(_ name: String) -> (origin: String?, sequence: Int64)? {
        if let sequence = Int64(name) { return (nil, sequence) }
        guard let mark = name.lastIndex(of: "#"), let sequence = Int64(name[name.index(after: mark)...]) else {
            return nil
        }
        return (String(name[..<mark]), sequence)
    }

    private static func entry(
        _ sequence: Int64,
        of origin: String?,
        in locations: AuditCommand.Locations
    ) throws -> AuditSubject {
        let directories = try locations.logDirectories()
        guard origin != nil || directories.count == 1 else {
            throw ConfigurationError("there are several logs: name the entry as ORIGIN#\(sequence)")
        }
        var subject = AuditSubject()
        for directory in directories {
            let reader = AuditReader(directory: directory)
            let name = try reader.origin().description
            guard origin == nil || name == origin else { continue }
            let log = AuditIndex.Log(origin: name, directory: directory)
            subject.entries += try reader.entries(numbered: [sequence]).map { LocatedEntry(entry: $0, log: log) }
        }
        return subject
    }

    /// A job and its session, or a session and its jobs, for people; null for an entry.
    var text: String? {
        var parts: [String] = []
        if let job { parts.append("job " + AuditCommand.text(of: job)) }
        if let session { parts.append("session " + AuditCommand.text(of: session)) }
        for job in jobs {
            let end = "\(job.outcome), \(AuditCommand.count(job.rowCount, "row"))"
            parts.append(AuditCommand.printable("  job     \(job.id)  \(job.submittedTime ?? "not submitted")  \(end)"))
        }
        return parts.isEmpty ? nil : parts.joined(separator: "\n")
    }

    /// The same for machines: `job` and `session`, or `session` and `jobs`, or `entries`.
    var summary: JSONValue {
        var object = JSONObject()
        if let job { object["job"] = job.json }
        if let session { object["session"] = session.json }
        if job == nil, session != nil { object["jobs"] = .array(jobs.map(\.json)) }
        if object.isEmpty { object["entries"] = .array(entries.map(\.entry.json)) }
        return .object(object)
    }
}
