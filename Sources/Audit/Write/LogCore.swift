import Dispatch
import Locks

/// What the log's callers, its thread and the queue that writes checkpoints share: a bounded queue, and the writer that
/// only the thread uses.
final class LogCore: Sendable {
    typealias Appended = CheckedContinuation<Result<AuditReceipt, AuditError>, Never>
    typealias Finished = CheckedContinuation<Result<Void, AuditError>, Never>

    /// A batch is written when it has this many bytes; the last entry may go beyond.
    static let batchBytesMax = 1_048_576
    /// A checkpoint is made when this much waits for one, before its time.
    private static let unsignedBytesMax = 8_388_608

    private struct Queue {
        var events: [(event: PreparedEntry, waiter: Appended)] = []
        var checkpointWaiters: [Finished] = []
        var endWaiters: [Finished] = []
        var isEnding = false
        /// The thread is gone; nobody would answer.
        var hasEnded = false
        var failure: AuditError?
        /// What became of the checkpoint that was written beside the thread.
        var written: Result<Void, AuditError>?
    }

    private let queue = Locked(Queue())
    /// Null when the thread has begun; only it has the writer then.
    private let writer: Locked<LogWriter?>
    private let checkpoints: CheckpointWriter
    private let checkpointQueue = DispatchQueue(label: "scrim-audit-checkpoint")
    private let wake = DispatchSemaphore(value: 0)
    private let options: AuditLog.Options

    init(writer: LogWriter, checkpoints: CheckpointWriter, options: AuditLog.Options) {
        self.writer = Locked(writer)
        self.checkpoints = checkpoints
        self.options = options
    }

    // MARK: Callers

    func enqueue(_ event: PreparedEntry, _ waiter: Appended) {
        let refusal = queue.withLock { queue -> AuditError? in
            if let failure = queue.failure { return failure }
            if queue.isEnding { return AuditError(.closed, "the audit log is closed") }
            guard queue.events.count < options.pendingEntriesMax else {
                return AuditError(.overloaded, "\(queue.events.count) audit entries wait to be written")
            }
            queue.events.append((event, waiter))
            return nil
        }
        if let refusal { waiter.resume(returning: .failure(refusal)) } else { wake.signal() }
    }

    var isAccepting: Bool { queue.withLock { $0.failure == nil && !$0.isEnding } }

    func requestCheckpoint(_ waiter: Finished) {
        let refusal = queue.withLock { queue -> AuditError? in
            if let failure = queue.failure { return failure }
            if queue.isEnding { return AuditError(.closed, "the audit log is closed") }
            queue.checkpointWaiters.append(waiter)
            return nil
        }
        if let refusal { waiter.resume(returning: .failure(refusal)) } else { wake.signal() }
    }

    func requestEnd(_ waiter: Finished? = nil) {
        let answer = queue.withLock { queue -> Result<Void, AuditError>? in
            queue.isEnding = true
            guard !queue.hasEnded else { return queue.failure.map { .failure($0) } ?? .success(()) }
            if let waiter { queue.endWaiters.append(waiter) }
            return nil
        }
        if let answer { waiter?.resume(returning: answer) }
        wake.signal()
    }

    // MARK: The thread

    /// Where the thread stands.
    private struct Progress {
        var writer: LogWriter
        var isCheckpointUnderWay = false
        var checkpointDue: DispatchTime?
        /// Those whose entries the checkpoint under way covers, and those who came later.
        var waitersOfCheckpoint: [Finished] = []
        var waiters: [Finished] = []
    }

    /// Writes until the end is asked for or the disk fails.
    func run() {
        // The files are closed and the lock on the directory is gone before anybody is told.
        let (failure, waiters) = writeUntilEnd()
        end(failure, waiters)
    }

    private func writeUntilEnd() -> (AuditError?, [Finished]) {
        let taken = writer.withLock { writer in
            defer { writer = nil }
            return writer
        }
        guard let taken else { return (nil, []) }
        var progress = Progress(writer: taken)
        var failure: AuditError?
        do throws(AuditError) {
            while try turn(&progress) {}
        } catch {
            failure = error
        }
        // A checkpoint under way still uses the files.
        checkpointQueue.sync {}
        return (failure, progress.waitersOfCheckpoint + progress.waiters)
    }

    /// One round; whether there is another.
    private func turn(_ progress: inout Progress) throws(AuditError) -> Bool {
        if let due = progress.checkpointDue, !progress.isCheckpointUnderWay {
            _ = wake.wait(timeout: due)
        } else {
            wake.wait()
        }
        let (batch, isEnding, written) = queue.withLock { queue in
            let taken = (queue.events, queue.isEnding, queue.written)
            progress.waiters += queue.checkpointWaiters
            queue.events = []
            queue.checkpointWaiters = []
            queue.written = nil
            return taken
        }
        try write(batch[...], with: &progress.writer)
        if progress.checkpointDue == nil, !progress.writer.unsigned.isEmpty {
            progress.checkpointDue = .now() + .milliseconds(options.checkpointMilliseconds)
        }
        if let written {
            progress.isCheckpointUnderWay = false
            try written.get()
            for waiter in progress.waitersOfCheckpoint { waiter.resume(returning: .success(())) }
            progress.waitersOfCheckpoint = []
        }
        if progress.isCheckpointUnderWay {
            // Memory holds what waits for a checkpoint, so that writing waits for a disk that cannot follow.
            if progress.writer.unsignedBytes > 4 * Self.unsignedBytesMax { checkpointQueue.sync {} }
            return true
        }
        return try checkpoint(&progress, isEnding: isEnding)
    }

    /// Begins a checkpoint when it is time; whether the thread goes on.
    private func checkpoint(_ progress: inout Progress, isEnding: Bool) throws(AuditError) -> Bool {
        let isDue = progress.checkpointDue.map { $0 <= .now() } ?? false
        let mustSign = isDue || progress.writer.unsignedBytes >= Self.unsignedBytesMax
        if isEnding {
            if let work = try progress.writer.beginCheckpoint(isLast: true) { try checkpoints.write(work) }
            return false
        }
        if mustSign || !progress.waiters.isEmpty {
            progress.checkpointDue = nil
            progress.waitersOfCheckpoint = progress.waiters
            progress.waiters = []
            if let work = try progress.writer.beginCheckpoint(isLast: false) {
                start(work)
                progress.isCheckpointUnderWay = true
            } else {
                for waiter in progress.waitersOfCheckpoint { waiter.resume(returning: .success(())) }
                progress.waitersOfCheckpoint = []
            }
        }
        return true
    }

    /// Writes a checkpoint beside the thread, so that entries do not wait for it.
    private func start(_ work: CheckpointWork) {
        checkpointQueue.async { [self] in
            let result: Result<Void, AuditError>
            do throws(AuditError) {
                try checkpoints.write(work)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            queue.withLock { $0.written = result }
            wake.signal()
        }
    }

    /// Writes a batch in one or more commits and answers everybody in it, also when it fails.
    private func write(
        _ batch: ArraySlice<(event: PreparedEntry, waiter: Appended)>,
        with writer: inout LogWriter
    ) throws(AuditError) {
        var rest = batch
        while !rest.isEmpty {
            var receipts: [(waiter: Appended, receipt: AuditReceipt)] = []
            while writer.batchBytes < Self.batchBytesMax, let next = rest.popFirst() {
                do throws(AuditError) {
                    receipts.append((next.waiter, try writer.add(next.event)))
                } catch {
                    // This one event cannot be written; the log can.
                    next.waiter.resume(returning: .failure(error))
                }
            }
            do throws(AuditError) {
                try writer.commit()
            } catch {
                for waiter in receipts.map(\.waiter) + rest.map(\.waiter) { waiter.resume(returning: .failure(error)) }
                throw error
            }
            for (waiter, receipt) in receipts { waiter.resume(returning: .success(receipt)) }
        }
    }

    /// Answers everybody who still waits. After a failure nothing can be written any more: what is in the files is
    /// unknown until the log is opened anew.
    private func end(_ error: AuditError?, _ checkpointWaiters: [Finished]) {
        let failure = error.map {
            AuditError(.failed, "the audit log cannot be written any more: \($0.message)")
        }
        let (events, others) = queue.withLock { queue in
            queue.failure = failure
            queue.hasEnded = true
            let taken = (queue.events, checkpointWaiters + queue.checkpointWaiters + queue.endWaiters)
            queue.events = []
            queue.checkpointWaiters = []
            queue.endWaiters = []
            return taken
        }
        let closed = failure ?? AuditError(.closed, "the audit log is closed")
        for (_, waiter) in events { waiter.resume(returning: .failure(closed)) }
        let result: Result<Void, AuditError> = failure.map { .failure($0) } ?? .success(())
        for waiter in others { waiter.resume(returning: result) }
    }
}
