public import Audit
public import JSON

/// What evidence is asked for. Everything that is named must hold.
public struct EvidenceChoice: Sendable, Hashable {
    /// The first moment that counts, as the log writes times.
    public var from: String?
    /// The first moment that no longer counts.
    public var to: String?
    /// The subject of the person, also as one who acts for another.
    public var subject: String?
    /// `project.dataset`: only what names it or something in it, and all of a job that does.
    public var dataset: String?
    /// The session's ID.
    public var session: String?
    /// The job's ID.
    public var job: String?

    /// Everything.
    public init() {}

    /// Whether nothing but times is chosen by, so that the entries follow each other without a gap.
    public var isPeriod: Bool { subject == nil && dataset == nil && session == nil && job == nil }

    private static var keys: [(name: String, path: WritableKeyPath<EvidenceChoice, String?>)] {
        [
            ("from", \.from), ("to", \.to), ("person", \.subject), ("dataset", \.dataset), ("session", \.session),
            ("job", \.job),
        ]
    }

    /// What is chosen by, and its value; empty for everything.
    var parts: [(name: String, value: String)] {
        Self.keys.compactMap { key in self[keyPath: key.path].map { (key.name, $0) } }
    }

    /// The choice as the manifest has it.
    public var json: JSONValue { .object(JSONObject(parts.map { ($0.name, .string($0.value)) })) }

    /// Reads a choice.
    init(_ reader: JSONReader) throws(JSONError) {
        var reader = reader
        for key in Self.keys { self[keyPath: key.path] = try reader.optionalString(key.name) }
        try reader.finish()
    }
}

/// Tells which entries are chosen. They are shown to it in the log's order: that of a page names no dataset, and counts
/// because its job was seen before.
public struct EvidenceSelection: Sendable {
    private let choice: EvidenceChoice
    private var jobsOfDataset: Set<String> = []

    /// A selection at the start of a log.
    public init(_ choice: EvidenceChoice) {
        self.choice = choice
    }

    /// Whether an entry is chosen.
    public mutating func includes(_ entry: AuditEntry) -> Bool {
        if let dataset = choice.dataset {
            let job = entry.json["job"]?["job_id"]?.stringValue
            let isKnown = job.map { jobsOfDataset.contains($0) } ?? false
            guard isKnown || entry.names(dataset) else { return false }
            if let job { jobsOfDataset.insert(job) }
        }
        if let from = choice.from, entry.time < from { return false }
        if let to = choice.to, entry.time >= to { return false }
        if let session = choice.session, entry.session != session { return false }
        if let job = choice.job, entry.jobID != job { return false }
        if let subject = choice.subject, !entry.concerns(subject) { return false }
        return true
    }
}

extension AuditEntry {
    /// Whether a dataset or something in it is among what the entry names. A list that was cut could have named it.
    fileprivate func names(_ dataset: String) -> Bool {
        let texts = { (key: String) in (json[key]?.arrayValue ?? []).compactMap(\.stringValue) }
        let masked = (json["masked_columns"]?.arrayValue ?? []).compactMap { $0["table"]?.stringValue }
        let named = texts("tables") + texts("resources") + masked + (json["table"]?.stringValue.map { [$0] } ?? [])
        let cut = json["cut"]
        return named.contains { $0 == dataset || $0.hasPrefix(dataset + ".") }
            || ["tables", "resources", "masked_columns"].contains { cut?[$0] != nil }
    }

    /// Whether somebody of this name asked, was turned away, or acted for the one who asked.
    fileprivate func concerns(_ subject: String) -> Bool {
        let acting = (json["actor"]?["act"]?.arrayValue ?? []).compactMap { $0["subject"]?.stringValue }
        return json["actor"]?["subject"]?.stringValue == subject || json["subject"]?.stringValue == subject
            || acting.contains(subject)
    }
}
