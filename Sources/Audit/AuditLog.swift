public import Cryptography
import class Foundation.Thread
import JSON
import Locks
import TransparencyLog

/// The append-only log of everything that is done on somebody's behalf: a Merkle tree in one directory, written by one
/// process; `docs/audit-log.md` is its specification.
///
/// `append` returns when the entry is on the disk. Writing happens on a thread of the log's own; events that arrive
/// while a sync is under way share the next one. After a failed write or sync nothing is accepted any more.
public final class AuditLog: Sendable {
    /// Makes a checkpoint known outside the log.
    public typealias CheckpointKeeper = @Sendable (KeptCheckpoint) throws(AuditError) -> Void

    /// How the log is written.
    public struct Options: Sendable {
        /// The longest time that a durable entry is without a signed checkpoint, in milliseconds.
        public var checkpointMilliseconds = 500
        /// The most entries that wait to be written; more are refused.
        public var pendingEntriesMax = 4096
        /// The most bytes of sealed texts that wait to be written; more are refused. One entry is always taken.
        public var pendingBytesMax = 67_108_864
        /// Microseconds since the Unix epoch.
        public var clock: @Sendable () -> Int64 = { AuditTime.now() }
        /// A file to which checkpoints are added, at most one a minute and the last one, best on another machine. The
        /// log is as unwritable as this file is.
        public var anchorFile: String?
        /// Hears of each checkpoint that is kept, at most one a minute and the last one, when it is durable. Called one
        /// after the other, on a thread that may be blocked for some seconds; what it throws stops the log.
        public var keepOutside: CheckpointKeeper?
        /// Hears of each change of the log's files before it is made; what it throws prevents it.
        package var diskObserver: (@Sendable (DiskOperation) throws(AuditError) -> Void)?

        /// The options for a server.
        public init() {}
    }

    /// The log's name.
    public let origin: LogOrigin
    /// What was there when the log was opened.
    public let opened: LogOpened
    private let core: LogCore
    private let seal: BlobSeal
    /// Removes records; only ``besideCheckpoints(_:)`` may run it.
    let erasureWork: ErasureWork
    private let isErasing = Locked(false)

    /// Opens the log in a directory, which is made when it is missing, and starts its thread.
    ///
    /// Blocks on the disk: call it when the process starts, not on an event loop.
    /// - Parameters:
    ///   - directory: Holds the log and nothing else.
    ///   - keys: The audit key ring; signs checkpoints and seals texts.
    ///   - origin: The log's name.
    ///   - options: How the log is written.
    /// - Throws: `locked` when another process has it open, `damaged` when entries are missing or changed, `format` when
    ///   it is of another version or has another name, `file`, `key`.
    public init(
        directory: String,
        keys: KeyRing,
        origin: LogOrigin.Rule = .forNewLog(.ofThisMachine),
        options: Options = Options()
    ) throws(AuditError) {
        // A path that ends in a slash would have another name in each operation.
        let layout = LogLayout(
            directory: directory.count > 1 && directory.hasSuffix("/")
                ? String(directory.dropLast()) : directory
        )
        let disk = LogDisk(observer: options.diskObserver)
        let seal = try BlobSeal(key: keys.current)
        let recovery = LogRecovery(
            layout: layout,
            disk: disk,
            keys: keys,
            origin: origin,
            tornBytesMax: LogCore.batchBytesMax + BlobSeal.recordBytesMax + 2 * EntryText.bytesMax
        )
        let (opened, signer) = try recovery.open()
        let checkpoints = CheckpointWriter(
            layout: layout,
            disk: disk,
            anchor: try options.anchorFile.map { path throws(AuditError) in try LogAnchor(path: path) },
            keepOutside: options.keepOutside
        )
        self.opened = LogOpened(
            origin: signer.origin.description,
            entryCount: opened.head.size + Int64(opened.unsigned.count),
            unsignedCount: Int64(opened.unsigned.count)
        )
        var writer = LogWriter(opened: opened, layout: layout, disk: disk, signer: signer, clock: options.clock)
        if let torn = opened.tornTail {
            _ = try writer.add(torn.encoded.prepared(sealing: seal))
            try writer.commit()
        }
        let first = try writer.beginCheckpoint(isLast: false)
        if let first {
            try checkpoints.write(first)
        } else {
            // Nothing is unsigned, so that these have nothing but copies; erased records must not stay in them.
            for path in opened.covered { try disk.remove(path) }
        }
        erasureWork = ErasureWork(layout: layout, disk: disk)
        try erasureWork.finishInterrupted()
        let core = LogCore(writer: writer, checkpoints: checkpoints, options: options)
        self.origin = signer.origin
        self.seal = seal
        self.core = core
        let thread = Thread { core.run(announcing: first) }
        thread.name = "scrim-audit"
        thread.start()
    }

    deinit {
        core.requestEnd()
    }

    /// Records an event and waits until it is on the disk.
    ///
    /// Cancelling the task does not take the event back.
    public func append(_ event: AuditEvent) async throws(AuditError) -> AuditReceipt {
        let prepared = try event.encoded().prepared(sealing: seal)
        return try await withCheckedContinuation { core.enqueue(prepared, $0) }.get()
    }

    /// Records an event and does not wait for the disk: for what an entry follows whose receipt somebody waits for. In the
    /// log it stands before everything that is recorded later, so that it is on the disk when that is.
    ///
    /// It shares that entry's sync, and is written after ``LogCore/notedMilliseconds`` at the latest when there is none.
    /// A failure to write it is a failure of the log, which later entries meet.
    public func note(_ event: AuditEvent) throws(AuditError) {
        try core.enqueue(event.encoded().prepared(sealing: seal))
    }

    /// Records that a job is about to be sent, and gives the receipt without which it cannot be.
    public func append(
        jobSubmitted event: JobSubmitted,
        context: AuditContext
    ) async throws(AuditError) -> JobReceipt {
        JobReceipt(job: event.job, entry: try await append(.jobSubmitted(context, event)))
    }

    /// Records that a change of tags is about to be sent, and gives the receipt without which it cannot be.
    public func append(
        tagChangeSubmitted change: TagChange,
        context: AuditContext
    ) async throws(AuditError) -> TagChangeReceipt {
        var entries: [AuditReceipt] = []
        for record in change.records { entries.append(try await append(.tagChangeSubmitted(context, record))) }
        return TagChangeReceipt(change: change, entries: entries)
    }

    /// Whether events are accepted: no write or sync failed, and the log was not closed. Nothing is written to find out.
    public var isWritable: Bool { core.isAccepting }

    /// Runs something that no checkpoint may be written beside, and waits for it.
    func besideCheckpoints<Answer: Sendable>(
        _ body: @escaping @Sendable () throws(AuditError) -> Answer
    ) async throws(AuditError) -> Answer {
        try await withCheckedContinuation { core.runBesideCheckpoints(body, $0) }.get()
    }

    /// Whether nobody else erases now.
    func beginErasing() -> Bool {
        isErasing.withLock { isErasing in
            defer { isErasing = true }
            return !isErasing
        }
    }

    func endErasing() { isErasing.withLock { $0 = false } }

    /// Waits until a signed checkpoint covers everything that was appended before.
    public func checkpoint() async throws(AuditError) {
        try await withCheckedContinuation { core.requestCheckpoint($0) }.get()
    }

    /// Writes what waits, signs a last checkpoint, and ends the thread. Later events are refused.
    ///
    /// - Throws: the failure because of which the last entries are not under a checkpoint.
    public func close() async throws(AuditError) {
        try await withCheckedContinuation { core.requestEnd($0) }.get()
    }
}

extension TornTail {
    fileprivate var encoded: EncodedEvent {
        let fields: JSONObject = [
            "type": "torn_tail_cut", "bytes": .integer(Int64(byteCount)), "sha256": .string(Hex.encode(digest)),
        ]
        return EncodedEvent(fields: fields, openings: nil)
    }
}

extension EncodedEvent {
    /// The members in their bytes, and the sealed texts, whose digest is the last of them.
    fileprivate func prepared(sealing seal: BlobSeal) throws(AuditError) -> PreparedEntry {
        guard let openings else { return PreparedEntry(object: fields.serialized(), blob: nil) }
        let blob = try seal.record(of: openings)
        var fields = fields
        fields["blob_sha256"] = .string(Hex.encode(SHA256.hash(blob)))
        return PreparedEntry(object: fields.serialized(), blob: blob)
    }
}
