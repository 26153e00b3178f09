import Cryptography
import TransparencyLog

/// Checks a pending file: linked entries that no checkpoint covers yet.
struct PendingCheck: Sendable {
    private static let headerBytes = 64
    private static let lengthsBytes = 6
    private static let lengthCheckBytes = 4
    private static let entryBytesMax = 16_384

    let start: Int64
    /// The root of the tree that the file continues; null when the file is too short to say.
    private(set) var root: TreeHash?
    private(set) var historyDigest: [UInt8]?
    private(set) var entries: EntriesCheck
    /// Bytes behind the last whole record.
    private(set) var tornBytes = 0

    /// The number of the entry that comes next.
    var end: Int64 { start + Int64(entries.leaves.count) }

    init(_ bytes: [UInt8], start: Int64) {
        let file = "pending/\(start)"
        self.start = start
        entries = EntriesCheck(file: file, start: start)
        var rest = bytes[...]
        guard let root = rest.takeFirst(TreeHash.byteCount), let digest = rest.takeFirst(SHA256.digestBytes) else {
            entries.add("ends too early")
            return
        }
        self.root = TreeHash(root)
        historyDigest = Array(digest)
        var link = SHA256.hash(Array(bytes.prefix(Self.headerBytes)))
        let hasher = TreeHasher()
        while !rest.isEmpty {
            let record = rest
            guard let length = rest.takeBigEndian(bytes: 2), let blobLength = rest.takeBigEndian(bytes: 4),
                let check = rest.takeFirst(Self.lengthCheckBytes)
            else {
                tornBytes = record.count
                break
            }
            guard SHA256.hash(link + record.prefix(Self.lengthsBytes)).starts(with: check),
                length <= Self.entryBytesMax
            else {
                entries.add("the lengths of this record were changed, or do not follow the entry before it", at: end)
                break
            }
            guard let entry = rest.takeFirst(Int(length)), let blob = rest.takeFirst(Int(blobLength)) else {
                tornBytes = record.count
                break
            }
            let linked = record[..<rest.startIndex]
            guard let stated = rest.takeFirst(SHA256.digestBytes) else {
                tornBytes = record.count
                break
            }
            let sequence = end
            entries.check(entry, hasher: hasher)
            link = SHA256.hash(link + linked)
            if !link.elementsEqual(stated) {
                entries.add("was changed, or does not follow the entry before it", at: sequence)
                link = Array(stated)
            }
            let digest = blob.isEmpty ? nil : Hex.encode(SHA256.hash(Array(blob)))
            if digest != entries.blobDigests[sequence] {
                entries.add("does not have the sealed texts that it names", at: sequence)
            }
        }
        if tornBytes > 0 { entries.add("\(tornBytes) bytes are no entry: cut off, or changed", at: end) }
    }
}
