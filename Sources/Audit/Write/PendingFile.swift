import Cryptography
import TransparencyLog

/// An entry that is on the disk, and under no checkpoint yet.
struct PendingEntry: Sendable, Hashable {
    let bytes: [UInt8]
    /// The sealed texts; null for an entry without commitments.
    let blob: [UInt8]?
    let leaf: TreeHash
}

/// The entries since the last checkpoint in one file that is only appended to: what a receipt rests on.
/// `docs/audit-log.md`, section 4, has the format.
struct PendingFile: Sendable {
    static let headerBytes = 2 * TreeHash.byteCount
    /// What tells a length that was changed from a record that was not written whole.
    static let lengthCheckBytes = 4

    /// The number of the first entry.
    let start: Int64
    private let file: LogFile
    private var link: [UInt8]

    /// Makes the file; it is there, whole, or not.
    static func make(
        start: Int64,
        root: TreeHash,
        historyDigest: [UInt8],
        in layout: LogLayout,
        on disk: LogDisk
    ) throws(AuditError) -> PendingFile {
        let header = root.bytes + historyDigest
        let path = layout.pending(from: start)
        try disk.replace(path, by: header, writing: layout.newPending, in: layout.pendingDirectory)
        return PendingFile(start: start, file: try disk.open(path), link: SHA256.hash(header))
    }

    init(start: Int64, file: LogFile, link: [UInt8]) {
        self.start = start
        self.file = file
        self.link = link
    }

    /// Adds the record of an entry to what is to be written.
    mutating func encode(_ entry: PendingEntry, into batch: inout [UInt8]) {
        let begin = batch.count
        batch.append(bigEndian: UInt16(truncatingIfNeeded: entry.bytes.count))
        batch.append(bigEndian: UInt32(truncatingIfNeeded: entry.blob?.count ?? 0))
        let stream = SHA256Stream()
        stream.update(link)
        stream.update(batch[begin...])
        batch += stream.finish().prefix(Self.lengthCheckBytes)
        batch += entry.bytes
        if let blob = entry.blob { batch += blob }
        stream.update(link)
        stream.update(batch[begin...])
        link = stream.finish()
        batch += link
    }

    /// One write and one sync.
    func commit(_ batch: [UInt8]) throws(AuditError) {
        try file.append(batch)
        try file.sync()
    }
}
