import Cryptography
import Glibc
import TransparencyLog

/// What a crash left behind the last complete entry, and was cut off.
struct TornTail: Equatable {
    let byteCount: Int
    let digest: [UInt8]
}

/// A log that is ready to be written on.
struct OpenedLog: Sendable {
    /// Holds the lock.
    let directory: LogFile
    let head: TreeHead
    let note: SignedNote
    let edge: TreeEdge
    let pending: PendingFile
    let history: LogHistory
    /// The size of the last checkpoint that the history has.
    let keptSize: Int64?
    /// Entries after the checkpoint.
    let unsigned: [PendingEntry]
    /// Pending files whose entries the next checkpoint covers, or an earlier one does.
    let covered: [String]
    let tornTail: TornTail?
}

/// Opens a log for writing.
///
/// What the checkpoint covers was on the disk before it was signed, so it must be there. After it, a crash of the
/// process or the machine leaves a prefix of what was written: complete entries, which stay, and at most one that is
/// incomplete, whose sync cannot have ended and which nobody was told of. That one is cut. Everything else is damage,
/// and the log is not opened.
struct LogRecovery {
    let layout: LogLayout
    let disk: LogDisk
    let keys: KeyRing
    let origin: LogOrigin.Rule
    /// The most bytes that one write had; a torn tail is not longer.
    let tornBytesMax: Int

    func open() throws(AuditError) -> (log: OpenedLog, signer: AuditSigner) {
        try disk.makeDirectories(layout.directory)
        let directory = try LogFile(opening: layout.directory, flags: O_RDONLY | O_DIRECTORY)
        try directory.lock()
        guard !LogFile.exists(layout.versionOneEntries) else {
            throw AuditError(
                .format,
                "`\(layout.directory)` has a log of version 1, which this version does not write on: name an empty "
                    + "directory, and keep the old one for the version that wrote it"
            )
        }
        if !LogFile.exists(layout.checkpoint) { try makeLog() }
        let (head, note, signer) = try loadCheckpoint()
        let edge = try loadEdge(of: head)
        let chain = try pendingChain(after: head)
        guard let newest = chain.current.last else {
            throw damage("the entries after the checkpoint, `pending/\(head.size)`, are not there")
        }
        let end = newest.end
        let (history, keptSize) = try openHistory(digestSaid: newest.historyDigest, end: end)
        var unsigned: [PendingEntry] = []
        for records in chain.current { unsigned += records.entries }
        try check(chain.current, continue: head)
        try removeUnfinishedTiles(from: head.size, to: end)
        try cutBlobs(from: head.size, to: end)
        let pending = try cutTail(of: newest)
        let log = OpenedLog(
            directory: directory,
            head: head,
            note: note,
            edge: edge,
            pending: pending,
            history: history,
            keptSize: keptSize,
            unsigned: unsigned,
            covered: chain.covered + chain.current.dropLast().map { layout.pending(from: $0.start) },
            tornTail: newest.torn.isEmpty
                ? nil : TornTail(byteCount: newest.torn.count, digest: SHA256.hash(Array(newest.torn)))
        )
        return (log, signer)
    }

    // MARK: The checkpoint

    /// Makes an empty log where there is nothing, or what a crash left of making one.
    private func makeLog() throws(AuditError) {
        let names = try LogFile.names(in: layout.directory)
        let unfinished = LogLayout.unfinishedNames
        guard names.allSatisfy({ unfinished.contains($0) }) else {
            throw damage("there is no checkpoint, and the directory is not empty")
        }
        if try disk.makeDirectory(layout.pendingDirectory) { try disk.syncDirectory(layout.directory) }
        for name in try LogFile.names(in: layout.pendingDirectory) {
            let size = try LogFile(opening: layout.pendingDirectory + "/" + name, flags: O_RDONLY).size()
            guard ["0", "new"].contains(name), size <= Int64(PendingFile.headerBytes) else {
                throw damage("there are entries and no checkpoint")
            }
        }
        let head = TreeHead(
            origin: origin.ofNewLog.description,
            size: 0,
            root: TreeHasher.emptyRoot
        )
        let note = try AuditSigner(keys: keys, origin: origin.ofNewLog).note(head)
        _ = try PendingFile.make(
            start: 0,
            root: head.root,
            historyDigest: LogHistory.emptyDigest,
            in: layout,
            on: disk
        )
        try disk.syncDirectory(layout.directory)
        try disk.replace(
            layout.checkpoint,
            by: Array(note.serialized.utf8),
            writing: layout.newCheckpoint,
            in: layout.directory
        )
    }

    /// The checkpoint, which must be signed by one of our keys.
    private func loadCheckpoint() throws(AuditError) -> (TreeHead, SignedNote, AuditSigner) {
        guard let note = SignedNote(try LogFile.contents(layout.checkpoint)), let head = TreeHead(text: note.text),
            let name = try? LogOrigin(head.origin)
        else { throw damage("the file `checkpoint` is not one") }
        if case .exactly(let wanted) = origin, wanted != name {
            throw AuditError(
                .format,
                "`\(layout.directory)` is the log `\(name)`, not `\(wanted)`: a log keeps the name that it was made with"
            )
        }
        let signer = try AuditSigner(keys: keys, origin: name)
        guard signer.hasSigned(note) else {
            throw damage("the checkpoint is not signed by a key of the audit key ring")
        }
        return (head, note, signer)
    }

    /// The partial tiles and the partial bundle, which must lead to the checkpoint's root.
    private func loadEdge(of head: TreeHead) throws(AuditError) -> TreeEdge {
        var tiles: [Tile: [TreeHash]] = [:]
        var count = head.size
        var level = 0
        while count > 0 {
            let (index, width) = count.quotientAndRemainder(dividingBy: Int64(Tile.fullWidth))
            if width > 0 {
                let tile = Tile(.hashes(level: level), index: index, width: Int(width))
                tiles[tile] = try hashes(of: tile)
            }
            count = index
            level += 1
        }
        guard var tree = TileTree(size: head.size, edge: { tiles[$0] ?? [] }), tree.root() == head.root else {
            throw damage("the tiles do not lead to the checkpoint")
        }
        let (index, width) = head.size.quotientAndRemainder(dividingBy: Int64(Tile.fullWidth))
        guard width > 0 else { return TreeEdge(size: head.size, partialTiles: tiles, bundle: []) }
        let bundle = try LogFile.contents(layout.path(of: Tile(.entries, index: index, width: Int(width))))
        let leaves = tiles[Tile(.hashes(level: 0), index: index, width: Int(width))]
        guard EntryBundle.ranges(in: bundle)?.map({ TreeHasher().leaf(bundle[$0]) }) == leaves else {
            throw damage("the last entries under the checkpoint were changed")
        }
        return TreeEdge(size: head.size, partialTiles: tiles, bundle: bundle)
    }

    private func hashes(of tile: Tile) throws(AuditError) -> [TreeHash] {
        let bytes = try LogFile.contents(layout.path(of: tile))
        return stride(from: 0, to: bytes.count, by: TreeHash.byteCount).compactMap {
            TreeHash(bytes[$0..<min($0 + TreeHash.byteCount, bytes.count)])
        }
    }

    func damage(_ what: String) -> AuditError { AuditError(.damaged, "`\(layout.directory)` is damaged: \(what)") }
}

extension LogLayout {
    /// What may be there before the first checkpoint is.
    fileprivate static let unfinishedNames: Set<String> = ["pending", "checkpoint.new"]
}
