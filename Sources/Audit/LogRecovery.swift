import Cryptography
import Glibc

/// What a crash left behind the last complete entry, and was cut off.
struct TornTail: Equatable {
    let byteCount: Int
    let digest: [UInt8]
}

/// A log that is ready to be written on.
struct OpenedLog {
    /// Holds the lock.
    let directory: LogFile
    let entries: LogFile
    let salts: LogFile
    /// The log's end: all of its entries, also those after the checkpoint that was found.
    let end: Checkpoint
    let tornTail: TornTail?
}

/// Opens a log for writing.
///
/// Entries up to the checkpoint were on the disk before it was signed, so they must be there. After it, a crash of the
/// process or the machine leaves a prefix of what was written: complete entries, which stay, and at most one that is
/// incomplete, whose sync cannot have ended and which nobody was told of. That one is cut. Everything else is damage,
/// and the log is not opened.
struct LogRecovery {
    let layout: LogLayout
    let signer: AuditSigner
    /// The most bytes that one write had; a torn tail is not longer.
    let tornBytesMax: Int

    func open() throws(AuditError) -> OpenedLog {
        try LogFile.makeDirectory(layout.directory)
        let directory = try LogFile(opening: layout.directory, flags: O_RDONLY | O_DIRECTORY)
        try directory.lock()
        let checkpoint = try findCheckpoint()
        // Before the first entry is under a checkpoint, a crash can have come before the files were made.
        let creation = checkpoint.count == 0 ? O_CREAT : 0
        let entries = try LogFile(opening: layout.entries, flags: O_RDWR | O_APPEND | creation)
        let salts = try LogFile(opening: layout.salts, flags: O_RDWR | O_APPEND | creation)
        try directory.sync()
        try checkLastEntry(of: checkpoint, in: entries)
        let (end, tornTail) = try readOn(from: checkpoint, in: entries)
        if tornTail != nil { try entries.truncate(to: end.length) }
        try cutRecords(of: salts, after: end.count)
        // What was found complete need not have been synced.
        try entries.sync()
        return OpenedLog(directory: directory, entries: entries, salts: salts, end: end, tornTail: tornTail)
    }

    private func findCheckpoint() throws(AuditError) -> Checkpoint {
        if LogFile.exists(layout.checkpoint) { return try layout.loadCheckpoint(signer: signer) }
        guard !LogFile.exists(layout.entries) else {
            throw AuditError(.damaged, "`\(layout.directory)` has entries and no checkpoint")
        }
        try layout.store(.empty, time: AuditTime.text(microseconds: AuditTime.now()), signer: signer)
        return .empty
    }

    /// The entry that the checkpoint names must end where the checkpoint says.
    private func checkLastEntry(of checkpoint: Checkpoint, in entries: LogFile) throws(AuditError) {
        let damaged = AuditError(.damaged, "`\(layout.entries)` does not hold what its checkpoint says")
        guard try entries.size() >= checkpoint.length else { throw damaged }
        guard checkpoint.count > 0 else {
            guard checkpoint == .empty else { throw damaged }
            return
        }
        let count = Int(min(Int64(EntryLine.bytesMax) + 1, checkpoint.length))
        let bytes = try entries.read(at: checkpoint.length - Int64(count), count: count)
        guard bytes.last == UInt8(ascii: "\n") else { throw damaged }
        let body = bytes.dropLast()
        let line = body[((body.lastIndex(of: UInt8(ascii: "\n")) ?? body.startIndex - 1) + 1)...]
        guard EntryLine.storedHash(of: line, sequence: checkpoint.count) == checkpoint.hash else { throw damaged }
    }

    /// Checks the entries after the checkpoint and finds the end of the log.
    private func readOn(
        from checkpoint: Checkpoint,
        in entries: LogFile
    ) throws(AuditError) -> (end: Checkpoint, tornTail: TornTail?) {
        var end = checkpoint
        var rest: [UInt8] = []
        while true {
            let chunk = try entries.read(at: end.length + Int64(rest.count), count: Self.chunkBytes)
            rest += chunk
            var start = rest.startIndex
            while let newline = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = rest[start..<newline]
                guard let hash = EntryLine.hash(ofStored: line, sequence: end.count + 1, previous: end.hash) else {
                    throw AuditError(.damaged, "`\(layout.entries)` is damaged at entry \(end.count + 1)")
                }
                end = Checkpoint(count: end.count + 1, hash: hash, length: end.length + Int64(line.count) + 1)
                start = newline + 1
            }
            rest.removeFirst(start)
            guard rest.count <= tornBytesMax else {
                throw AuditError(.damaged, "`\(layout.entries)` is damaged after entry \(end.count)")
            }
            if chunk.isEmpty { break }
        }
        let torn = rest.isEmpty ? nil : TornTail(byteCount: rest.count, digest: SHA256.hash(rest))
        return (end, torn)
    }

    /// Salts are written before their entries, so that a crash leaves records of entries that are not there, the last
    /// of them perhaps torn. All of them come from one write.
    private func cutRecords(of salts: LogFile, after count: Int64) throws(AuditError) {
        let size = try salts.size()
        let tailBytes = Int(min(size, Int64(tornBytesMax)))
        let tail = try salts.read(at: size - Int64(tailBytes), count: tailBytes)
        let newline = UInt8(ascii: "\n")
        var start = tail.startIndex
        if Int64(tailBytes) < size {
            guard let first = tail.firstIndex(of: newline) else {
                throw AuditError(.damaged, "`\(layout.salts)` is damaged at its end")
            }
            start = first + 1
        }
        while let end = tail[start...].firstIndex(of: newline) {
            let number = String(decoding: tail[start..<end].prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self)
            guard let sequence = Int64(number) else {
                throw AuditError(.damaged, "`\(layout.salts)` is damaged at its end")
            }
            if sequence > count { break }
            start = end + 1
        }
        if start < tail.endIndex { try salts.truncate(to: size - Int64(tail.endIndex - start)) }
    }

    private static let chunkBytes = 1_048_576
}
