import Cryptography
import Glibc
import JSON
import TransparencyLog

/// What lies beyond the checkpoint: entries, and what a crash left of the next checkpoint.
extension LogRecovery {
    /// The pending files from the checkpoint on, and those that it covers.
    func pendingChain(after head: TreeHead) throws(AuditError) -> (current: [PendingRecords], covered: [String]) {
        var starts: [Int64] = []
        for name in try LogFile.names(in: layout.pendingDirectory) where name != "new" {
            guard let start = Int64(name), start >= 0, String(start) == name else {
                throw damage("`pending/\(name)` does not belong to the log")
            }
            starts.append(start)
        }
        var current: [PendingRecords] = []
        var covered: [String] = []
        for start in starts.sorted() {
            let path = layout.pending(from: start)
            let records = try PendingRecords(try LogFile.contents(path), start: start, path: path)
            if start < head.size {
                guard records.end <= head.size, records.torn.isEmpty else {
                    throw damage("`pending/\(start)` has entries that the checkpoint does not cover and should")
                }
                covered.append(path)
                continue
            }
            guard start == current.last?.end ?? head.size, current.last?.torn.isEmpty ?? true else {
                throw damage("entries before `pending/\(start)` are missing")
            }
            current.append(records)
        }
        return (current, covered)
    }

    /// Each pending file names the tree that it continues.
    func check(_ chain: [PendingRecords], continue head: TreeHead) throws(AuditError) {
        for records in chain where records.start == head.size && records.root != head.root {
            throw damage("`pending/\(records.start)` continues another tree than the checkpoint's")
        }
    }

    /// Cuts what is not whole. What was found whole need not have been synced.
    func cutTail(of records: PendingRecords) throws(AuditError) -> PendingFile {
        guard records.torn.count <= tornBytesMax else {
            throw damage("`pending/\(records.start)` is damaged after entry \(records.end)")
        }
        let file = try disk.open(layout.pending(from: records.start))
        if records.torn.isEmpty { try file.sync() } else { try file.truncate(to: Int64(records.wholeBytes)) }
        return PendingFile(start: records.start, file: file, link: records.link)
    }

    /// The history, which must be the one that the newest pending file names. A crash can leave one line more, or a
    /// part of one: that of the checkpoint that was being made.
    func openHistory(digestSaid: [UInt8], end: Int64) throws(AuditError) -> (LogHistory, keptSize: Int64?) {
        let isNew = !LogFile.exists(layout.history)
        let file = try disk.open(layout.history)
        if isNew { try disk.syncDirectory(layout.directory) }
        let bytes = isNew ? [] : try LogFile.contents(layout.history)
        var digest = LogHistory.emptyDigest
        var (last, beforeLast): (ArraySlice<UInt8>, [UInt8]) = ([], digest)
        var rest = bytes[...]
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            (last, beforeLast) = (rest[...newline], digest)
            digest = LogHistory.digest(after: digest, line: last)
            rest = rest[(newline + 1)...]
        }
        if digest == digestSaid {
            if !rest.isEmpty { try file.truncate(to: Int64(rest.startIndex)) }
            return (LogHistory(file: file, digest: digest), Self.head(in: last)?.size)
        }
        guard beforeLast == digestSaid, rest.isEmpty, Self.head(in: last)?.size == end else {
            throw damage("`history` is not the one that the entries continue: checkpoints are missing or were changed")
        }
        try file.truncate(to: Int64(last.startIndex))
        return (LogHistory(file: file, digest: beforeLast), nil)
    }

    private static func head(in line: ArraySlice<UInt8>) -> TreeHead? {
        guard let text = (try? JSONValue(parsing: Array(line)))?.stringValue else { return nil }
        return SignedNote(Array(text.utf8)).flatMap { TreeHead(text: $0.text) }
    }

    /// Removes partial tiles and bundles of a checkpoint that was not finished: they need not be whole, and the next
    /// checkpoint can be over more entries. Full ones are written anew by it.
    func removeUnfinishedTiles(from start: Int64, to end: Int64) throws(AuditError) {
        let width = Int64(Tile.fullWidth)
        var contents = [Tile.Content.entries]
        for level in 0..<Tile.height where end >> Int64(level * Tile.height) > 0 {
            contents.append(.hashes(level: level))
        }
        for content in contents {
            var shift: Int64 = 0
            if case .hashes(let level) = content { shift = Int64(level * Tile.height) }
            let (signed, last) = (start >> shift, end >> shift)
            for index in (signed / width)...(last / width) {
                let directory = layout.partialDirectory(of: Tile(content, index: index))
                guard LogFile.exists(directory) else { continue }
                let unfinished = try LogFile.names(in: directory).filter { name in
                    Int64(name).map { index * width + $0 > signed } ?? false
                }
                for name in unfinished { try disk.remove("\(directory)/\(name)") }
                if !unfinished.isEmpty { try disk.syncDirectory(directory) }
            }
        }
    }

    /// Cuts sealed texts of entries from `start` on, which come again with their checkpoint.
    func cutBlobs(from start: Int64, to end: Int64) throws(AuditError) {
        let width = Int64(Tile.fullWidth)
        for bundle in (start / width)...(end / width) {
            let path = layout.blobs(ofBundle: bundle)
            guard LogFile.exists(path) else { continue }
            let file = try disk.open(path)
            let size = try file.size()
            var offset: Int64 = 0
            var next = bundle * width
            while offset < size {
                var header = try file.read(at: offset, count: 12)[...]
                guard let index = header.takeBigEndian(bytes: 8), let length = header.takeBigEndian(bytes: 4),
                    index < start
                else { break }
                offset += 12 + length
                guard index >= next, offset <= size else { throw damage("`\(path)` is damaged at entry \(index)") }
                next = index + 1
            }
            if offset < size { try file.truncate(to: offset) }
        }
    }
}
