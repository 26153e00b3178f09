import Glibc
import TransparencyLog

/// Reads the files of a log, or of a copy of one, for questions: nothing is checked but that they can be read.
struct LogReading: Sendable {
    /// No bundle and no pending file is larger: 256 entries, and what waits for one checkpoint.
    static let bundleBytesMax = 256 * (EntryText.bytesMax + 2)
    static let pendingBytesMax = 1 << 30
    private static let attemptsMax = 100
    private static let waitMicroseconds: UInt32 = 10_000

    let layout: LogLayout

    init(directory: String) {
        layout = LogLayout(directory: directory)
    }

    /// Makes sure that there is a log, and of this version.
    func requireLog() throws(AuditError) {
        let note = try ReadOnlyFile.contents(layout.checkpoint, bytesMax: SignedNote.byteCountMax)
        let old = AuditError(
            .format,
            "`\(layout.directory)` holds an audit log of version 1, which this version does not read"
        )
        if let note {
            if note.starts(with: "scrim-audit-chain\n".utf8) { throw old }
            return
        }
        if LogFile.exists(layout.versionOneEntries) { throw old }
        guard LogFile.exists(layout.tileDirectory) || LogFile.exists(layout.pendingDirectory) else {
            throw AuditError(.file, "`\(layout.directory)` holds no audit log")
        }
    }

    /// The signed note and what it says.
    func checkpoint() throws(AuditError) -> (note: SignedNote, head: TreeHead) {
        try requireLog()
        let bytes = try ReadOnlyFile.contents(layout.checkpoint, bytesMax: SignedNote.byteCountMax)
        guard let note = bytes.flatMap({ SignedNote($0) }), let head = TreeHead(text: note.text) else {
            throw AuditError(.damaged, "`\(layout.checkpoint)` is not a checkpoint")
        }
        return (note, head)
    }

    /// The entries of a full bundle, or of the partial one of this width; null when it is not there.
    func bundle(_ tile: Tile) throws(AuditError) -> [ArraySlice<UInt8>]? {
        guard let bytes = try ReadOnlyFile.contents(layout.path(of: tile), bytesMax: Self.bundleBytesMax) else {
            return nil
        }
        guard let ranges = EntryBundle.ranges(in: bytes), ranges.count == tile.width else {
            throw AuditError(.damaged, "`\(layout.path(of: tile))` is not a bundle of \(tile.width) entries")
        }
        return ranges.map { bytes[$0] }
    }

    /// The hashes of a tile; more than its width when it has become full.
    func hashes(_ tile: Tile) throws(AuditError) -> [TreeHash] {
        let full = Tile(tile.content, index: tile.index)
        let bytesMax = Tile.fullWidth * TreeHash.byteCount
        var found = try ReadOnlyFile.contents(layout.path(of: tile), bytesMax: bytesMax)
        if found == nil { found = try ReadOnlyFile.contents(layout.path(of: full), bytesMax: bytesMax) }
        guard let bytes = found else { throw AuditError(.damaged, "`\(layout.path(of: tile))` is missing") }
        return stride(from: 0, to: bytes.count - bytes.count % TreeHash.byteCount, by: TreeHash.byteCount).compactMap {
            TreeHash(bytes[$0..<($0 + TreeHash.byteCount)])
        }
    }

    /// Calls `body` with the bytes of every entry from the number `start` on, with its number, until that says `false`.
    ///
    /// A log that is being written moves on meanwhile: entries go from the pending file to partial bundles and to full
    /// ones, so that who finds a place empty looks at the next.
    func forEachEntry(
        from start: Int64 = 0,
        _ body: (Int64, ArraySlice<UInt8>) throws(AuditError) -> Bool
    ) throws(AuditError) {
        var next = start
        for attempt in 0..<Self.attemptsMax {
            if attempt > 0 { usleep(Self.waitMicroseconds) }
            let size = try checkpoint().head.size
            while next < size {
                let (index, place) = next.quotientAndRemainder(dividingBy: Int64(Tile.fullWidth))
                let width = Int(min(size - index * Int64(Tile.fullWidth), Int64(Tile.fullWidth)))
                guard let entries = try bundle(Tile(.entries, index: index, width: width)) else { break }
                for entry in entries.dropFirst(Int(place)) {
                    guard try body(next, entry) else { return }
                    next += 1
                }
            }
            guard next >= size, let pending = try pendingEntries(from: size) else { continue }
            for entry in pending.dropFirst(Int(next - size)) {
                guard try body(next, entry) else { return }
                next += 1
            }
            return
        }
        throw AuditError(.damaged, "entry \(next) is missing in `\(layout.directory)`")
    }

    /// The number of the entry that comes next.
    func end() throws(AuditError) -> Int64 {
        for attempt in 0..<Self.attemptsMax {
            if attempt > 0 { usleep(Self.waitMicroseconds) }
            let size = try checkpoint().head.size
            if let pending = try pendingEntries(from: size) { return size + Int64(pending.count) }
        }
        throw AuditError(.damaged, "the entries after the checkpoint are missing in `\(layout.directory)`")
    }

    /// The entries of the pending files from `start` on; null when the first is not there.
    private func pendingEntries(from start: Int64) throws(AuditError) -> [ArraySlice<UInt8>]? {
        var entries: [ArraySlice<UInt8>]?
        while true {
            let path = layout.pending(from: start + Int64(entries?.count ?? 0))
            guard let bytes = try ReadOnlyFile.contents(path, bytesMax: Self.pendingBytesMax) else { return entries }
            let before = entries?.count ?? 0
            var rest = bytes.dropFirst(PendingFile.headerBytes)
            entries = entries ?? []
            // A record that is not whole is of an entry that nobody has a receipt for.
            while let record = Self.takePendingRecord(from: &rest) { entries?.append(record.entry) }
            if entries?.count == before { return entries }
        }
    }

    /// Takes one record off the bytes behind a pending file's header; null when it is not whole.
    private static func takePendingRecord(
        from rest: inout ArraySlice<UInt8>
    ) -> (entry: ArraySlice<UInt8>, blob: ArraySlice<UInt8>)? {
        guard let length = rest.takeBigEndian(bytes: 2), let blobLength = rest.takeBigEndian(bytes: 4),
            rest.takeFirst(PendingFile.lengthCheckBytes) != nil, let entry = rest.takeFirst(Int(length)),
            let blob = rest.takeFirst(Int(blobLength)), rest.takeFirst(TreeHash.byteCount) != nil
        else { return nil }
        return (entry, blob)
    }

    /// The sealed record of an entry; null when it is not there.
    func blob(of sequence: Int64) throws(AuditError) -> [UInt8]? {
        let path = layout.blobs(ofBundle: sequence / Int64(Tile.fullWidth))
        if let file = try ReadOnlyFile(ifPresent: path) {
            while true {
                var header = try file.readFully(count: 12)[...]
                guard let index = header.takeBigEndian(bytes: 8), let length = header.takeBigEndian(bytes: 4) else {
                    break
                }
                guard length <= BlobSeal.recordBytesMax else {
                    throw AuditError(.damaged, "`\(path)` is damaged at entry \(index)")
                }
                if index == sequence { return try file.readFully(count: Int(length)) }
                try file.skip(count: Int(length))
            }
        }
        return try pendingBlob(of: sequence)
    }

    private func pendingBlob(of sequence: Int64) throws(AuditError) -> [UInt8]? {
        for name in try LogFile.names(in: layout.pendingDirectory) {
            guard let start = Int64(name), start <= sequence,
                let bytes = try ReadOnlyFile.contents(layout.pending(from: start), bytesMax: Self.pendingBytesMax)
            else { continue }
            var rest = bytes.dropFirst(PendingFile.headerBytes)
            var number = start
            while let record = Self.takePendingRecord(from: &rest) {
                if number == sequence { return Array(record.blob) }
                number += 1
            }
        }
        return nil
    }
}
