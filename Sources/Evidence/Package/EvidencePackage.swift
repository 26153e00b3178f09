public import Audit
import Cryptography
import JSON
public import Masking

/// An evidence package: everything that somebody needs to see what happened, and to check it, without the log.
///
/// The same log and the same choice give the same bytes.
public struct EvidencePackage {
    /// The most entries of a package.
    public static let entriesMax = 100_000

    static let entriesPath = "entries.jsonl"
    static let checkpointPath = "checkpoint"
    static let historyPath = "history"
    static let reportPath = "report.html"
    /// As `sha256sum --check` reads it.
    static let sumsPath = "SHA256SUMS"

    static func proofPath(of sequence: Int64) -> String { "proofs/\(sequence).tlog-proof" }

    static func consistencyPath(of size: Int64) -> String { "consistency/\(size)" }

    static func mappingPath(_ digest: String, _ file: String) -> String { "mapping/\(digest)/\(file)" }

    /// The most earlier checkpoints of a package: one a minute would be many in a month.
    static let historyMax = 1000

    /// As many of them as a package holds, at even steps, with the first and the last three.
    static func thinned<Kept>(_ history: [Kept]) -> [Kept] {
        guard history.count > historyMax else { return history }
        let step = history.count / (historyMax / 2)
        return history.enumerated().filter { $0.offset % step == 0 || $0.offset >= history.count - 3 }.map(\.element)
    }

    /// How many entries are chosen.
    public var selectedCount: Int { manifest.selectedCount }
    /// The digests of the mappings in force whose files are not in the package.
    public let missingMappings: [String]

    private var log: SignedLog
    private let entries: EvidenceEntries
    private let manifest: EvidenceManifest
    private let mappings: [String: [MappingFile]]

    /// Puts a package together.
    ///
    /// - Parameters:
    ///   - log: the log.
    ///   - choice: what is asked for.
    ///   - gapSeconds: the least length of a gap in a session.
    ///   - keys: the keys that sign the log, as somebody else than the log names them.
    ///   - software: the program's name and version.
    ///   - mappingFiles: gives the files of mappings by their digests, those that it can find.
    public init(
        of log: SignedLog,
        choice: EvidenceChoice,
        gapSeconds: Int64,
        keys: [NamedKey],
        software: String,
        mappingFiles: (Set<String>) throws -> [String: [MappingFile]]
    ) throws {
        self.log = log
        entries = try EvidenceEntries(of: log, choice: choice, entriesMax: Self.entriesMax)
        let digests = Set(entries.chosen.compactMap { $0.entry.loadedMapping ?? $0.entry.namedMapping })
        let found = try digests.isEmpty ? [:] : mappingFiles(digests).filter { digests.contains($0.key) }
        mappings = found
        missingMappings = digests.filter { found[$0] == nil }.sorted()
        manifest = EvidenceManifest(
            software: software,
            origin: log.origin,
            size: log.size,
            choice: choice,
            gapSeconds: gapSeconds,
            selectedCount: entries.selected.count,
            supportingCount: entries.all.count - entries.selected.count,
            keys: keys,
            mappings: found.keys.sorted()
        )
    }

    /// Gives each file of the package to `write`, with its path below the package's directory.
    public mutating func forEachFile(_ write: (_ path: String, _ bytes: [UInt8]) throws -> Void) throws {
        var sums: [(path: String, digest: String)] = []
        func add(_ path: String, _ bytes: [UInt8]) throws {
            sums.append((path, Hex.encode(SHA256.hash(bytes))))
            try write(path, bytes)
        }
        var lines: [UInt8] = []
        for entry in entries.all {
            lines += entry.bytes + [UInt8(ascii: "\n")]
            try add(Self.proofPath(of: entry.sequence), Array(log.proof(of: entry).utf8))
        }
        try add(Self.entriesPath, lines)
        try add(Self.checkpointPath, Array(log.checkpoint.utf8))
        let numbers = entries.all.map(\.sequence)
        let history = try log.history(covering: numbers.first ?? 0, through: numbers.last ?? 0)
        let kept = Self.thinned(history)
        try add(Self.historyPath, Array(kept.map { $0.line + "\n" }.joined().utf8))
        for earlier in kept {
            try add(Self.consistencyPath(of: earlier.size), Array(log.consistency(from: earlier.size).utf8))
        }
        for (digest, files) in mappings {
            for file in files { try add(Self.mappingPath(digest, file.path), file.bytes) }
        }
        try add(EvidenceManifest.path, manifest.json.serialized())
        let report = EvidenceReport(manifest: manifest, entries: entries, checkpoint: log.checkpoint)
        try add(Self.reportPath, Array(report.html.utf8))
        let lists = sums.sorted { $0.path < $1.path }.map { "\($0.digest)  \($0.path)\n" }
        try write(Self.sumsPath, Array(lists.joined().utf8))
    }
}
