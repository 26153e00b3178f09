import TransparencyLog

/// An event that is ready to get a place in the log.
struct PreparedEntry: Sendable {
    /// The JSON object of all members but number and time.
    let object: [UInt8]
    /// The sealed texts; null where nothing was committed to.
    let blob: [UInt8]?
}

/// What the log's thread owns: the pending file and the right edge of the tree.
struct LogWriter: Sendable {
    /// The least time between two checkpoints that are kept, in microseconds.
    private static let keepMicroseconds: Int64 = 60_000_000

    private let layout: LogLayout
    private let disk: LogDisk
    private let signer: AuditSigner
    private let clock: @Sendable () -> Int64
    /// Holds the lock.
    private let directory: LogFile
    private var edge: TreeEdge
    private var pending: PendingFile
    private var history: LogHistory
    /// Entries that are durable and under no checkpoint.
    private(set) var unsigned: [PendingEntry]
    private(set) var unsignedBytes = 0
    /// Pending files that were there when the log was opened.
    private var covered: [String]
    private var head: TreeHead
    private var note: SignedNote
    private var keptAt: Int64?
    /// The size of the last checkpoint that the history has.
    private var keptSize: Int64?
    /// Made for the next commit.
    private var batch: [UInt8] = []
    private var added: [PendingEntry] = []

    init(
        opened log: OpenedLog,
        layout: LogLayout,
        disk: LogDisk,
        signer: AuditSigner,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.layout = layout
        self.disk = disk
        self.signer = signer
        self.clock = clock
        directory = log.directory
        edge = log.edge
        pending = log.pending
        history = log.history
        unsigned = log.unsigned
        unsignedBytes = log.unsigned.reduce(0) { $0 + $1.bytes.count + ($1.blob?.count ?? 0) }
        covered = log.covered
        head = log.head
        note = log.note
        keptSize = log.keptSize
    }

    /// The bytes that wait for `commit`.
    var batchBytes: Int { batch.count }

    /// Gives an event its place in the log. It counts for nothing before `commit`.
    mutating func add(_ event: PreparedEntry) throws(AuditError) -> AuditReceipt {
        let sequence = head.size + Int64(unsigned.count + added.count)
        let bytes = try EntryText.bytes(
            sequence: sequence,
            time: AuditTime.text(microseconds: clock()),
            object: event.object
        )
        let entry = PendingEntry(bytes: bytes, blob: event.blob, leaf: TreeHasher().leaf(bytes))
        pending.encode(entry, into: &batch)
        added.append(entry)
        return AuditReceipt(sequence: sequence, entryHash: entry.leaf.bytes)
    }

    /// Writes what was added and waits until it is on the disk.
    mutating func commit() throws(AuditError) {
        guard !added.isEmpty else { return }
        try pending.commit(batch)
        unsigned += added
        unsignedBytes += batch.count
        batch.removeAll(keepingCapacity: true)
        added.removeAll(keepingCapacity: true)
    }

    /// Makes the checkpoint of all that is on the disk, and a pending file for what comes after it.
    ///
    /// - Parameter isLast: the log is closed after it; then it is kept in any case.
    /// - Returns: what must be written for it; null when there is nothing to do.
    mutating func beginCheckpoint(isLast: Bool) throws(AuditError) -> CheckpointWork? {
        let now = clock()
        let mayKeep = isLast || keptAt.map { abs(now - $0) >= Self.keepMicroseconds } ?? true
        guard !unsigned.isEmpty || (isLast && keptSize != head.size && head.size > 0) else { return nil }
        let former = unsigned.isEmpty ? nil : layout.pending(from: pending.start)
        var files: TreeEdge.Files?
        if !unsigned.isEmpty {
            let grown = edge.append(unsigned, in: layout)
            head = TreeHead(origin: head.origin, size: edge.size, root: grown.root)
            note = try signer.note(head)
            files = grown
        }
        if mayKeep {
            // After a crash it can be there already.
            if keptSize != head.size { try history.append(note) }
            keptSize = head.size
            keptAt = now
        }
        pending = try PendingFile.make(
            start: head.size,
            root: head.root,
            historyDigest: history.digest,
            in: layout,
            on: disk
        )
        var work = CheckpointWork(head: head, note: note, isKept: mayKeep)
        work.files = files?.tiles ?? []
        work.blobs = files?.blobs ?? []
        work.obsolete = files?.obsolete ?? []
        let kept = layout.pending(from: pending.start)
        work.covered = (covered + (former.map { [$0] } ?? [])).filter { $0 != kept }
        covered = []
        unsigned = []
        unsignedBytes = 0
        return work
    }
}
