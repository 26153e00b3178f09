import Cryptography
import TransparencyLog

/// What a pending file holds, as the writer finds it when it opens a log.
struct PendingRecords {
    let start: Int64
    let root: TreeHash
    let historyDigest: [UInt8]
    private(set) var entries: [PendingEntry] = []
    /// The link of the last entry.
    private(set) var link: [UInt8]
    /// The length of the header and of all whole records.
    private(set) var wholeBytes = PendingFile.headerBytes
    /// What is left behind the last whole record.
    let torn: ArraySlice<UInt8>

    /// The number of the entry that comes next.
    var end: Int64 { start + Int64(entries.count) }

    /// Reads the file that begins with the entry `start`; throws `damaged` where it is not what the writer makes.
    init(_ bytes: [UInt8], start: Int64, path: String) throws(AuditError) {
        var rest = bytes[...]
        guard let root = rest.takeFirst(TreeHash.byteCount).flatMap({ TreeHash($0) }),
            let digest = rest.takeFirst(SHA256.digestBytes)
        else { throw AuditError(.damaged, "`\(path)` ends too early") }
        self.start = start
        self.root = root
        historyDigest = Array(digest)
        link = SHA256.hash(Array(bytes.prefix(PendingFile.headerBytes)))
        var next = start
        while let record = try Self.record(from: rest, link: link, sequence: next, path: path) {
            let whole = rest.prefix(record.byteCount - SHA256.digestBytes)
            let expected = SHA256.hash(link + whole)
            rest = rest.dropFirst(record.byteCount)
            guard expected.elementsEqual(bytes[(rest.startIndex - SHA256.digestBytes)..<rest.startIndex]) else {
                throw AuditError(.damaged, "`\(path)` is damaged at entry \(next)")
            }
            link = expected
            next += 1
            entries.append(record.entry)
            wholeBytes += record.byteCount
        }
        torn = rest
    }

    /// The record at the beginning of `bytes`; null when it is not whole.
    private static func record(
        from bytes: ArraySlice<UInt8>,
        link: [UInt8],
        sequence: Int64,
        path: String
    ) throws(AuditError) -> (entry: PendingEntry, byteCount: Int)? {
        var rest = bytes
        let damage = AuditError(.damaged, "`\(path)` is damaged at entry \(sequence)")
        guard let length = rest.takeBigEndian(bytes: 2), let blobLength = rest.takeBigEndian(bytes: 4),
            let check = rest.takeFirst(PendingFile.lengthCheckBytes)
        else { return nil }
        // Lengths that were written are right, whether or not what they are of was written whole.
        guard SHA256.hash(link + bytes.prefix(6)).starts(with: check), length <= EntryText.bytesMax,
            blobLength <= BlobSeal.recordBytesMax
        else { throw damage }
        guard let entry = rest.takeFirst(Int(length)) else { return nil }
        guard entry.starts(with: EntryText.start(sequence: sequence)) else { throw damage }
        guard let blob = rest.takeFirst(Int(blobLength)), rest.takeFirst(SHA256.digestBytes) != nil else { return nil }
        let bytesOfEntry = Array(entry)
        let pending = PendingEntry(
            bytes: bytesOfEntry,
            blob: blob.isEmpty ? nil : Array(blob),
            leaf: TreeHasher().leaf(bytesOfEntry)
        )
        return (pending, rest.startIndex - bytes.startIndex)
    }
}
