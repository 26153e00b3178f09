public import Cryptography
import class Foundation.Thread
import JSON

/// The append-only log of everything that is done on somebody's behalf: a hash chain in one directory, written by one
/// process; `docs/audit-log.md` is its specification.
///
/// `append` returns when the entry is on the disk. Writing happens on a thread of the log's own; events that arrive
/// while a sync is under way share the next one. After a failed write or sync nothing is accepted any more.
public final class AuditLog: Sendable {
    /// How the log is written.
    public struct Options: Sendable {
        /// The longest time that a durable entry is without a signed checkpoint, in milliseconds.
        public var checkpointMilliseconds = 500
        /// The most entries that wait to be written; more are refused.
        public var pendingEntriesMax = 4096
        /// Microseconds since the Unix epoch.
        public var clock: @Sendable () -> Int64 = { AuditTime.now() }

        /// The options for a server.
        public init() {}
    }

    private let core: LogCore

    /// Opens the log in a directory, which is made when it is missing, and starts its thread.
    ///
    /// Blocks on the disk: call it when the process starts, not on an event loop.
    /// - Parameters:
    ///   - directory: Holds the log and nothing else.
    ///   - keys: The audit key ring; signs checkpoints and seals salts.
    ///   - options: How the log is written.
    /// - Throws: `locked` when another process has it open, `damaged` when entries are missing or changed, `file`,
    ///   `key`.
    public init(directory: String, keys: KeyRing, options: Options = Options()) throws(AuditError) {
        let layout = LogLayout(directory: directory)
        let signer = try AuditSigner(keys: keys)
        let recovery = LogRecovery(layout: layout, signer: signer, tornBytesMax: LogCore.batchBytesMax * 2)
        let opened = try recovery.open()
        var writer = LogWriter(
            opened: opened,
            layout: layout,
            signer: signer,
            seal: try SaltSeal(key: keys.current),
            clock: options.clock
        )
        if let torn = opened.tornTail {
            _ = try writer.add(torn.encoded)
            try writer.commit()
        }
        try writer.writeCheckpoint()
        let core = LogCore(writer: writer, options: options)
        self.core = core
        let thread = Thread { core.run() }
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
        let encoded = try event.encoded()
        return try await withCheckedContinuation { core.enqueue(encoded, $0) }.get()
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
        return EncodedEvent(fields: fields, salts: nil)
    }
}
