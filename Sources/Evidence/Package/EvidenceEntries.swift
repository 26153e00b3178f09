public import Audit
import JSON

/// Why evidence cannot be put together.
public struct EvidenceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One line for people.
    public let description: String
}

/// The entries of a package: those that are chosen, and those that one needs beside them.
///
/// Beside them are the submission of each job that a chosen entry is about, the loading of each mapping that one names,
/// and of a period the entry before and the one after it, which show that nothing was left out.
public struct EvidenceEntries: Sendable {
    /// All of them, by their numbers.
    public let all: [SignedEntry]
    /// The numbers of those that are chosen.
    let selected: Set<Int64>

    /// The entries that are chosen.
    var chosen: [SignedEntry] { all.filter { selected.contains($0.sequence) } }

    /// Goes through a log: once for what is chosen, and once for what is needed beside it.
    ///
    /// - Parameter entriesMax: more are refused.
    /// - Throws: ``EvidenceError`` when too much is chosen, `AuditError`.
    public init(of log: SignedLog, choice: EvidenceChoice, entriesMax: Int) throws {
        let chosen = try Self.chosen(from: log, choice: choice, entriesMax: entriesMax)
        var needs = EvidenceNeeds(of: chosen, choice: choice)
        var loaded: [String: SignedEntry] = [:]
        var found: [Int64: SignedEntry] = [:]
        let selected = Set(chosen.map(\.sequence))
        try log.forEachEntry { entry throws(AuditError) in
            if let digest = entry.entry.loadedMapping { loaded[digest] = entry }
            // The last loading before the first entry that names it.
            for digest in needs.mappings(namedBy: entry.entry) {
                if let loading = loaded[digest] { found[loading.sequence] = loading }
            }
            if needs.includes(entry.entry) { found[entry.sequence] = entry }
            return found.count <= entriesMax
        }
        guard found.count <= entriesMax else { throw Self.tooMany(entriesMax) }
        for entry in chosen { found[entry.sequence] = entry }
        all = found.values.sorted { $0.sequence < $1.sequence }
        self.selected = selected
    }

    /// Takes the entries of a package apart again.
    init(packaged entries: [SignedEntry], choice: EvidenceChoice) {
        var selection = EvidenceSelection(choice)
        all = entries
        selected = Set(entries.filter { selection.includes($0.entry) }.map(\.sequence))
    }

    /// The entries that are chosen, in order: the one place that asks the log, so that an index can take its place.
    static func chosen(
        from log: SignedLog,
        choice: EvidenceChoice,
        entriesMax: Int
    ) throws -> [SignedEntry] {
        var selection = EvidenceSelection(choice)
        var chosen: [SignedEntry] = []
        try log.forEachEntry { entry throws(AuditError) in
            if selection.includes(entry.entry) { chosen.append(entry) }
            return chosen.count <= entriesMax
        }
        guard chosen.count <= entriesMax else { throw tooMany(entriesMax) }
        return chosen
    }

    private static func tooMany(_ entriesMax: Int) -> EvidenceError {
        EvidenceError(
            description: "over \(entriesMax) entries are chosen: choose a shorter period, a person or a dataset"
        )
    }
}

/// What the chosen entries refer to, and what of a period is between and around them.
struct EvidenceNeeds {
    /// Jobs whose submission is wanted.
    private let jobs: Set<String>
    private let digests: Set<String>
    private var openDigests: Set<String>
    /// Of a period: from the entry before the first to the one after the last.
    let neighbours: ClosedRange<Int64>?

    init(of chosen: [SignedEntry], choice: EvidenceChoice) {
        jobs = Set(chosen.compactMap { $0.entry.json["job"]?["job_id"]?.stringValue })
        digests = Set(chosen.compactMap { $0.entry.namedMapping })
        openDigests = digests
        if choice.isPeriod, let first = chosen.first?.sequence, let last = chosen.last?.sequence {
            neighbours = (first - 1)...(last + 1)
        } else {
            neighbours = nil
        }
    }

    /// Whether an entry is needed, the loading of a mapping aside.
    func includes(_ entry: AuditEntry) -> Bool {
        if neighbours?.contains(entry.sequence) == true { return true }
        return entry.type == "job_submitted" && entry.jobID.map { jobs.contains($0) } == true
    }

    /// Whether an entry loads a mapping that is needed.
    func includesLoading(_ entry: AuditEntry) -> Bool { entry.loadedMapping.map { digests.contains($0) } ?? false }

    /// The needed mappings that an entry is the first to name.
    mutating func mappings(namedBy entry: AuditEntry) -> [String] {
        guard let digest = entry.namedMapping, openDigests.remove(digest) != nil else { return [] }
        return [digest]
    }
}

extension AuditEntry {
    /// The mapping that this entry says was read.
    var loadedMapping: String? { type == "mapping_loaded" ? json["mapping"]?.stringValue : nil }

    /// The mapping under which what this entry tells was done.
    var namedMapping: String? { type == "mapping_loaded" ? nil : json["mapping"]?.stringValue }
}
