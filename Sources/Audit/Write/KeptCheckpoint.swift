import JSON
public import TransparencyLog

/// A checkpoint that is durable and kept, at most one a minute and the last one: what others should know of the log, so
/// that it cannot be taken back unseen.
public struct KeptCheckpoint: Sendable {
    /// What it says.
    public let head: TreeHead
    /// The signed note.
    public let note: SignedNote
    private let layout: LogLayout
    private let disk: LogDisk

    init(_ work: CheckpointWork, layout: LogLayout, disk: LogDisk) {
        head = work.head
        note = work.note
        self.layout = layout
        self.disk = disk
    }

    /// The hashes that show that its tree begins with that of so many entries (RFC 6962, 2.1.2), read from the log's
    /// tiles.
    ///
    /// - Throws: `damaged` when that tree is the larger one, or a tile is missing; `file`.
    public func consistencyProof(from size: Int64) throws(AuditError) -> [TreeHash] {
        let reading = LogReading(directory: layout.directory)
        var tiles = TileSubtrees(size: head.size) { tile in try reading.hashes(tile) }
        let missing = AuditError(.damaged, "the log has no proof from \(size) to \(head.size) entries")
        do {
            let proof = try TreeProof.consistency(from: size, to: head.size) { level, index in
                guard let hash = try tiles.hash(level: level, index: index) else { throw missing }
                return hash
            }
            guard let proof else { throw missing }
            return proof
        } catch {
            throw error as? AuditError ?? missing
        }
    }

    /// The checkpoints with cosignatures that stand beside the log; what cannot be read is not among them.
    public func cosigned() throws(AuditError) -> [SignedNote] {
        guard LogFile.exists(layout.cosigned) else { return [] }
        return try LogFile.contents(layout.cosigned).split(separator: UInt8(ascii: "\n")).compactMap { line in
            (try? JSONValue(parsing: Array(line)))?.stringValue.flatMap { SignedNote(Array($0.utf8)) }
        }
    }

    /// Puts others in their place, one for each witness. One caller at a time.
    public func write(cosigned notes: [SignedNote]) throws(AuditError) {
        try disk.replace(
            layout.cosigned,
            by: notes.flatMap { LogHistory.line(of: $0) },
            writing: layout.newCosigned,
            in: layout.directory
        )
    }
}
