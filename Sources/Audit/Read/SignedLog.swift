import Cryptography
import JSON
import TransparencyLog

/// An entry that a checkpoint covers, with the bytes that were hashed.
public struct SignedEntry: Sendable {
    /// The name of its log.
    public let origin: String
    /// What it says.
    public let entry: AuditEntry
    /// Its bytes as they are stored.
    public let bytes: [UInt8]

    /// An entry of these bytes; null when they are none. Whoever makes one knows that a checkpoint covers it.
    package init?(origin: String, bytes: [UInt8]) {
        guard let entry = AuditEntry(bytes: bytes[...]) else { return nil }
        self.origin = origin
        self.entry = entry
        self.bytes = bytes
    }

    /// The number in the log.
    public var sequence: Int64 { entry.sequence }

    /// SHA-256(0x00 ‖ entry): the leaf in the tree.
    public var leafHash: [UInt8] { TreeHasher().leaf(bytes).bytes }
}

/// A log as its checkpoint covers it at one moment, whatever is written meanwhile. Nothing is checked but that it can be
/// read, and the proofs that are made.
public struct SignedLog {
    /// The checkpoint as it is stored.
    public let checkpoint: String
    /// The log's name.
    public let origin: String
    /// How many entries the checkpoint covers.
    public let size: Int64
    private let note: SignedNote
    private let head: TreeHead
    private let reading: LogReading
    private var subtrees: TileSubtrees

    /// Reads the checkpoint of a log directory, or of a copy of one.
    public init(directory: String) throws(AuditError) {
        let reading = LogReading(directory: directory)
        (note, head) = try reading.checkpoint()
        self.reading = reading
        checkpoint = note.serialized
        origin = head.origin
        size = head.size
        subtrees = TileSubtrees(size: head.size) { try reading.hashes($0) }
    }

    /// Calls `body` with each entry that the checkpoint covers, from the number `start` on, until that says `false`.
    ///
    /// - Throws: `damaged` at the first entry that is none; what `body` throws.
    public func forEachEntry(
        from start: Int64 = 0,
        _ body: (SignedEntry) throws(AuditError) -> Bool
    ) throws(AuditError) {
        guard start >= 0, start < size else { return }
        try reading.forEachEntry(from: start) { sequence, bytes throws(AuditError) in
            guard sequence < size else { return false }
            guard let entry = SignedEntry(origin: origin, bytes: Array(bytes)), entry.sequence == sequence else {
                throw AuditError(.damaged, "entry \(sequence) of `\(reading.layout.directory)` is not an entry")
            }
            return try body(entry) && sequence + 1 < size
        }
    }

    /// The proof that an entry is under the checkpoint: a `.tlog-proof`.
    ///
    /// - Throws: `damaged` when the log's tiles do not lead from it to the checkpoint.
    public mutating func proof(of entry: SignedEntry) throws(AuditError) -> String {
        let path = try withSubtrees { [size] read in
            try TreeProof.inclusion(of: entry.sequence, size: size, reading: read)
        }
        let proof = EntryProof(index: entry.sequence, path: path ?? [], checkpoint: note)
        guard proof.head(provenFor: TreeHasher().leaf(entry.bytes)) == head else {
            throw AuditError(
                .damaged,
                "entry \(entry.sequence) of `\(reading.layout.directory)` does not lead to its checkpoint"
            )
        }
        return proof.serialized
    }

    /// The proof that the checkpoint continues the tree of an earlier one, in the form in which witnesses are sent it:
    /// <https://c2sp.org/tlog-witness>, "add-checkpoint".
    ///
    /// - Throws: `damaged` when the log's tiles do not give it.
    public mutating func consistency(from earlier: Int64) throws(AuditError) -> String {
        let path = try withSubtrees { [size] read in
            try TreeProof.consistency(from: earlier, to: size, reading: read)
        }
        let lines = ["old \(earlier)"] + (path ?? []).map { Base64.encode($0.bytes) }
        return lines.joined(separator: "\n") + "\n\n" + checkpoint
    }

    private mutating func withSubtrees<Result>(
        _ body: (SubtreeReader) throws -> Result
    ) throws(AuditError) -> Result {
        let directory = reading.layout.directory
        do {
            return try body { level, index in
                guard let hash = try subtrees.hash(level: level, index: index) else {
                    throw AuditError(.damaged, "a tile of `\(directory)` is too short")
                }
                return hash
            }
        } catch let error as AuditError {
            throw error
        } catch {
            throw AuditError(.damaged, "the tiles of `\(directory)` cannot be read")
        }
    }

    /// The kept checkpoints that matter to some entries, in order: the last before the entry `first`, those up to the
    /// first that covers `last`, and the newest.
    public func history(covering first: Int64, through last: Int64) throws(AuditError) -> [HistoryLine] {
        let bytes = try ReadOnlyFile.contents(reading.layout.history, bytesMax: LogReading.pendingBytesMax) ?? []
        var before: HistoryLine?
        var covering: [HistoryLine] = []
        var newest: HistoryLine?
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            guard let kept = HistoryLine(line: line), kept.size <= size else { continue }
            newest = kept
            if kept.size <= first {
                before = kept
            } else if covering.last.map({ $0.size <= last }) ?? true {
                covering.append(kept)
            }
        }
        let kept = (before.map { [$0] } ?? []) + covering
        return kept.last?.size == newest?.size ? kept : kept + (newest.map { [$0] } ?? [])
    }
}

/// A line of a log's history.
public struct HistoryLine: Sendable, Hashable {
    /// The line: the note as a JSON string.
    public let line: String
    /// The entries that it covers.
    public let size: Int64

    /// Reads a line; null when it is none.
    init?(line: ArraySlice<UInt8>) {
        guard let note = (try? JSONValue(parsing: Array(line)))?.stringValue.flatMap({ SignedNote(Array($0.utf8)) }),
            let head = TreeHead(text: note.text)
        else { return nil }
        self.line = String(decoding: line, as: UTF8.self)
        size = head.size
    }
}
