import Dispatch
import Locks

/// What the log's callers and its thread share: a bounded queue, and the writer that only the thread uses.
final class LogCore: Sendable {
    typealias Appended = CheckedContinuation<Result<AuditReceipt, AuditError>, Never>
    typealias Finished = CheckedContinuation<Result<Void, AuditError>, Never>

    /// A batch is written when it has this many bytes; the last entry may go beyond.
    static let batchBytesMax = 1_048_576

    private struct Queue {
        var events: [(event: EncodedEvent, waiter: Appended)] = []
        var checkpointWaiters: [Finished] = []
        var endWaiters: [Finished] = []
        var isEnding = false
        /// The thread is gone; nobody would answer.
        var hasEnded = false
        var failure: AuditError?
    }

    private let queue = Locked(Queue())
    /// Null when the thread has ended: the files are closed and the lock on the directory is gone.
    private let writer: Locked<LogWriter?>
    private let wake = DispatchSemaphore(value: 0)
    private let options: AuditLog.Options

    init(writer: LogWriter, options: AuditLog.Options) {
        self.writer = Locked(writer)
        self.options = options
    }

    // MARK: Callers

    func enqueue(_ event: EncodedEvent, _ waiter: Appended) {
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

    /// Writes until the end is asked for or the disk fails.
    func run() {
        var checkpointDue: DispatchTime?
        while true {
            if let due = checkpointDue { _ = wake.wait(timeout: due) } else { wake.wait() }
            let (batch, checkpointWaiters, isEnding) = queue.withLock { queue in
                let taken = (queue.events, queue.checkpointWaiters, queue.isEnding)
                queue.events = []
                queue.checkpointWaiters = []
                return taken
            }
            do throws(AuditError) {
                let mustSign = isEnding || !checkpointWaiters.isEmpty || (checkpointDue.map { $0 <= .now() } ?? false)
                let isUnsigned = try writer.withLock { writer throws(AuditError) in
                    try write(batch[...], with: &writer)
                    if mustSign { try writer?.writeCheckpoint() }
                    return writer?.needsCheckpoint ?? false
                }
                if !isUnsigned {
                    checkpointDue = nil
                } else if checkpointDue == nil {
                    checkpointDue = .now() + .milliseconds(options.checkpointMilliseconds)
                }
            } catch {
                return fail(error, checkpointWaiters)
            }
            for waiter in checkpointWaiters { waiter.resume(returning: .success(())) }
            if isEnding, finish() { return }
        }
    }

    /// Writes a batch in one or more commits and answers everybody in it, also when it fails.
    private func write(
        _ batch: ArraySlice<(event: EncodedEvent, waiter: Appended)>,
        with writer: inout LogWriter?
    ) throws(AuditError) {
        var rest = batch
        while !rest.isEmpty {
            guard var current = writer else { return }
            // One owner at a time, so that nothing is copied.
            writer = nil
            defer { writer = current }
            var receipts: [(waiter: Appended, receipt: AuditReceipt)] = []
            while current.pendingBytes < Self.batchBytesMax, let next = rest.popFirst() {
                do throws(AuditError) {
                    receipts.append((next.waiter, try current.add(next.event)))
                } catch {
                    // This one event cannot be written; the log can.
                    next.waiter.resume(returning: .failure(error))
                }
            }
            do throws(AuditError) {
                try current.commit()
            } catch {
                for waiter in receipts.map(\.waiter) + rest.map(\.waiter) { waiter.resume(returning: .failure(error)) }
                throw error
            }
            for (waiter, receipt) in receipts { waiter.resume(returning: .success(receipt)) }
        }
    }

    /// Nothing can be written any more: what is in the file is unknown until the log is opened anew.
    private func fail(_ error: AuditError, _ checkpointWaiters: [Finished]) {
        writer.withLock { $0 = nil }
        let failure = AuditError(.failed, "the audit log cannot be written any more: \(error.message)")
        let (events, others) = queue.withLock { queue in
            queue.failure = failure
            queue.hasEnded = true
            let taken = (queue.events, checkpointWaiters + queue.checkpointWaiters + queue.endWaiters)
            queue.events = []
            queue.checkpointWaiters = []
            queue.endWaiters = []
            return taken
        }
        for (_, waiter) in events { waiter.resume(returning: .failure(failure)) }
        for waiter in others { waiter.resume(returning: .failure(failure)) }
    }

    /// Whether the thread may end: nothing came in since the last batch was taken.
    private func finish() -> Bool {
        let waiters = queue.withLock { queue -> [Finished]? in
            guard queue.events.isEmpty, queue.checkpointWaiters.isEmpty else { return nil }
            // Before anybody can be told that the log is closed.
            writer.withLock { $0 = nil }
            queue.hasEnded = true
            let taken = queue.endWaiters
            queue.endWaiters = []
            return taken
        }
        guard let waiters else {
            wake.signal()
            return false
        }
        for waiter in waiters { waiter.resume(returning: .success(())) }
        return true
    }
}
