import JSON
import TransparencyLog

/// What an erasure does to a log's files. Nothing else may write them meanwhile.
///
/// The file `erasing` is there from before the announcement until the last record is gone: whoever opens the log and
/// finds it does what is left, for every announcement from the number that it names on.
struct ErasureWork: Sendable {
    private static let markerBytesMax = 32

    let layout: LogLayout
    let disk: LogDisk

    private var reading: LogReading { LogReading(directory: layout.directory) }

    /// Says that an erasure begins.
    func begin() throws(AuditError) {
        let size = try reading.checkpoint().head.size
        try disk.replace(
            layout.erasing,
            by: Array("\(size)\n".utf8),
            writing: layout.newErasing,
            in: layout.directory
        )
    }

    /// Removes what the records that entries say are erased left in one bundle.
    func erase(_ erased: ErasedRecords, fromBundle index: Int64) throws(AuditError) -> Int {
        guard LogFile.exists(layout.blobs(ofBundle: index)) else { return 0 }
        let size = try reading.checkpoint().head.size
        let first = index * Int64(Tile.fullWidth)
        guard first < size else { return 0 }
        let tile = Tile(.entries, index: index, width: Int(min(size - first, Int64(Tile.fullWidth))))
        guard let entries = try reading.bundle(tile) else {
            throw AuditError(.damaged, "`\(layout.path(of: tile))` is missing")
        }
        let erased = erased.limited(to: first...(first + Int64(entries.count)))
        var numbers: Set<Int64> = []
        for (place, bytes) in entries.enumerated() {
            let sequence = first + Int64(place)
            if let head = EntryHead(bytes), erased.contains(sequence, head.retentionClass) { numbers.insert(sequence) }
        }
        return try BlobFile.erase(numbers, fromBundle: index, of: layout, on: disk)
    }

    /// Says that an erasure ended.
    func end() throws(AuditError) {
        try disk.remove(layout.erasing)
        try disk.syncDirectory(layout.directory)
    }

    /// Finishes an erasure that was interrupted. All its announcements must be under the checkpoint or not be there.
    func finishInterrupted() throws(AuditError) {
        for path in [layout.newErasing, layout.newBlobs] where LogFile.exists(path) { try disk.remove(path) }
        guard let bytes = try ReadOnlyFile.contents(layout.erasing, bytesMax: Self.markerBytesMax) else { return }
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasSuffix("\n"), let start = Int64(text.dropLast()), start >= 0 else {
            throw AuditError(.damaged, "`\(layout.erasing)` does not say where an erasure began")
        }
        let size = try reading.checkpoint().head.size
        var erased = ErasedRecords()
        guard start <= size else { throw AuditError(.damaged, "`\(layout.erasing)` is of a longer log") }
        try reading.forEachEntry(from: start) { sequence, bytes throws(AuditError) in
            guard sequence < size else { return false }
            if EntryHead(bytes)?.type == ContentErased.type, let entry = AuditEntry(bytes: bytes) { erased.add(entry) }
            return true
        }
        for bundles in erased.bundles {
            for index in bundles { _ = try erase(erased, fromBundle: index) }
        }
        try end()
    }
}

extension LogLayout {
    /// There while records are erased.
    var erasing: String { directory + "/erasing" }
    /// Left by a crash at the worst; overwritten by the next erasure.
    var newErasing: String { directory + "/erasing.new" }
    /// A file of records while it is made; it takes the place of one with more of them.
    var newBlobs: String { directory + "/blobs.new" }
}
