import Cryptography
import TransparencyLog

/// Checks entries that follow each other: their form, their numbers and their sealed texts.
struct EntriesCheck: Sendable {
    /// The file that the entries are in.
    let file: String
    private(set) var findings: [AuditVerification.Finding] = []
    private(set) var leaves: [TreeHash] = []
    private(set) var firstTime: ArraySlice<UInt8> = []
    private(set) var lastTime: ArraySlice<UInt8> = []
    private(set) var clockReversals = 0
    /// The digests of sealed texts that the entries name.
    private(set) var blobDigests: [Int64: String] = [:]
    /// The entries of them whose record is what a caller was given.
    private(set) var contentRecords: Set<Int64> = []
    /// The entries of them whose record is not there.
    private(set) var missingRecords: [Int64] = []
    /// What entries say was erased.
    private(set) var erasures: [ErasureClaim] = []
    private var next: Int64

    /// The types of entries whose record is what a caller was given.
    private static let contentTypes = ["page_delivered", "metadata_read"]

    init(file: String, start: Int64) {
        self.file = file
        next = start
    }

    mutating func check(_ entry: ArraySlice<UInt8>, hasher: TreeHasher) {
        leaves.append(hasher.leaf(entry))
        defer { next += 1 }
        guard let form = EntryForm(entry) else {
            add("does not have the form of an entry", at: next)
            return
        }
        if form.sequence != next { add("has the number \(form.sequence)", at: next) }
        if let digest = form.blobDigest {
            blobDigests[next] = String(decoding: digest, as: UTF8.self)
            if Self.contentTypes.contains(where: { form.type.elementsEqual($0.utf8) }) { contentRecords.insert(next) }
        }
        if form.type.elementsEqual("content_erased".utf8) {
            if let claim = ErasureClaim(entry, sequence: next) {
                erasures.append(claim)
            } else {
                add("does not say which records were erased", at: next)
            }
        }
        if firstTime.isEmpty { firstTime = form.time }
        if !lastTime.isEmpty, form.time.lexicographicallyPrecedes(lastTime) { clockReversals += 1 }
        lastTime = form.time
    }

    mutating func add(_ message: String, at sequence: Int64? = nil, file: String? = nil) {
        findings.append(
            AuditVerification.Finding(file: file ?? self.file, sequence: sequence, message: message)
        )
    }

    /// Checks a file of sealed texts against the entries, of which it has each at most once and in order; which
    /// are missing is for ``ErasureCheck`` to judge. Behind the entries
    /// there may be those of a checkpoint that is being written.
    ///
    /// - Parameters:
    ///   - end: the number of the entry after the last that a checkpoint covers.
    ///   - mayBeAhead: whether there can be records of a checkpoint that is being written.
    mutating func checkBlobs(
        _ blobs: ReadOnlyFile?,
        file: String,
        end: Int64,
        mayBeAhead: Bool
    ) throws(AuditError) {
        var missing = blobDigests
        var last: Int64 = -1
        while let blobs {
            var header = try blobs.readFully(count: 12)[...]
            if header.isEmpty { break }
            guard let index = header.takeBigEndian(bytes: 8), let length = header.takeBigEndian(bytes: 4) else {
                if !mayBeAhead { add("ends in the middle of a record", file: file) }
                break
            }
            let isCovered = index < end || !mayBeAhead
            guard length <= BlobSeal.recordBytesMax else {
                add("has a record that is too long", at: index, file: file)
                break
            }
            let record = try blobs.readFully(count: Int(length))
            guard record.count == Int(length) else {
                if isCovered { add("ends in the middle of a record", at: index, file: file) }
                break
            }
            guard isCovered else { continue }
            if index <= last { add("has records out of order", at: index, file: file) }
            last = index
            guard let digest = missing.removeValue(forKey: index) else {
                add("has sealed texts that no entry names", at: index, file: file)
                continue
            }
            if Hex.encode(SHA256.hash(record)) != digest { add("sealed texts were changed", at: index, file: file) }
        }
        missingRecords = missing.keys.sorted()
    }
}
