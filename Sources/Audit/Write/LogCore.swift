import Dispatch
import Locks

/// What the log's callers, its thread and the queue that writes checkpoints share: a bounded queue, and the writer that
/// only the thread uses.
final class LogCore: Sendable {
    typealias Appended = CheckedContinuation<Result<AuditReceipt, AuditError>, Never>
    typealias Finished = CheckedContinuation<Result<Void, AuditError>, Never>

    /// A batch is written when it has this many bytes; the last entry may go beyond.
    static let batchBytesMax = 1_048_576
    /// From so many writers on, a commit waits for them.
    private static let gatheredFrom = 4
    private static let patienceNanosecondsMax: UInt64 = 2_000_000
    /// A checkpoint is made when this much waits for one, before its time.
    private static let unsignedBytesMax = 8_388_608
    /// How long an entry that nobody waits for is left to share the sync of a later one, in milliseconds.
    static let notedMilliseconds = 100

    private struct Queue {
        var events: [(event: PreparedEntry, waiter: Appended?)] = []
        /// The sealed texts of the events.
        var sealedBytes = 0
        var checkpointWaiters: [Finished] = []
        var endWaiters: [Finished] = []
        var isEnding = false
        /// The thread is gone; nobody would answer.
        var hasEnded = false
        var failure: AuditError?
        /// How many of the events somebody waits for.
        var waited = 0
        /// The thread will be woken for entries that nobody waits for.
        var isWakingPlanned = false
        /// They have waited long enough.
        var areNotesDue = false
        /// What became of the checkpoint that was written beside the thread.
        var written: Result<Void, AuditError>?
        /// The thread sleeps until somebody waits for this many events, or something else is to be done.
        var awaited: Int?

        /// Whether the thread is to be woken now, which happens once.
        mutating func isWakeDue(urgent: Bool = false) -> Bool {
            guard let awaited, urgent || areNotesDue || waited >= awaited else { return false }
            self.awaited = nil
            return true
        }
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
        let (refusal, isWakeDue) = queue.withLock { queue -> (AuditError?, Bool) in
            let refusal = take(event, waiter, into: &queue)
            return (refusal, refusal == nil && queue.isWakeDue())
        }
        if let refusal { waiter.resume(returning: .failure(refusal)) }
        if isWakeDue { wake.signal() }
    }

    /// Takes an entry that nobody waits for.
    func enqueue(_ event: PreparedEntry) throws(AuditError) {
        let (refusal, mustPlan) = queue.withLock { queue -> (AuditError?, Bool) in
            let refusal = take(event, nil, into: &queue)
            let mustPlan = refusal == nil && !queue.isWakingPlanned
            if mustPlan { queue.isWakingPlanned = true }
            return (refusal, mustPlan)
        }
        if let refusal { throw refusal }
        guard mustPlan else { return }
        let due = DispatchTime.now() + .milliseconds(Self.notedMilliseconds)
        DispatchQueue.global().asyncAfter(deadline: due) { [self] in
            let isWakeDue = queue.withLock { queue in
                queue.areNotesDue = !queue.events.isEmpty
                return queue.isWakeDue()
            }
            if isWakeDue { wake.signal() }
        }
    }

    /// Takes an entry into the queue, or says why not.
    private func take(_ event: PreparedEntry, _ waiter: Appended?, into queue: inout Queue) -> AuditError? {
        if let failure = queue.failure { return failure }
        if queue.isEnding { return AuditError(.closed, "the audit log is closed") }
        guard queue.events.count < options.pendingEntriesMax else {
            return AuditError(.overloaded, "\(queue.events.count) audit entries wait to be written")
        }
        let sealedBytes = queue.sealedBytes + (event.blob?.count ?? 0)
        guard queue.events.isEmpty || sealedBytes <= options.pendingBytesMax else {
            return AuditError(.overloaded, "\(queue.sealedBytes) bytes of audit records wait to be written")
        }
        queue.sealedBytes = sealedBytes
        queue.events.append((event, waiter))
        if waiter != nil { queue.waited += 1 }
        return nil
    }

    var isAccepting: Bool { queue.withLock { $0.failure == nil && !$0.isEnding } }

    func requestCheckpoint(_ waiter: Finished) {
        let (refusal, isWakeDue) = queue.withLock { queue -> (AuditError?, Bool) in
            if let failure = queue.failure { return (failure, false) }
            if queue.isEnding { return (AuditError(.closed, "the audit log is closed"), false) }
            queue.checkpointWaiters.append(waiter)
            return (nil, queue.isWakeDue(urgent: true))
        }
        if let refusal { waiter.resume(returning: .failure(refusal)) }
        if isWakeDue { wake.signal() }
    }

    /// Runs something when no checkpoint is being written, and lets none be written until it ends.
    func runBesideCheckpoints<Answer: Sendable>(
        _ body: @escaping @Sendable () throws(AuditError) -> Answer,
        _ waiter: CheckedContinuation<Result<Answer, AuditError>, Never>
    ) {
        let refusal = queue.withLock { queue -> AuditError? in
            if let failure = queue.failure { return failure }
            if queue.isEnding { return AuditError(.closed, "the audit log is closed") }
            // Under the lock, so that it comes before the end, which waits for this queue.
            checkpointQueue.async {
                let result: Result<Answer, AuditError>
                do throws(AuditError) {
                    result = .success(try body())
                } catch {
                    result = .failure(error)
                }
                waiter.resume(returning: result)
            }
            return nil
        }
        if let refusal { waiter.resume(returning: .failure(refusal)) }
    }

    func requestEnd(_ waiter: Finished? = nil) {
        let (answer, isWakeDue) = queue.withLock { queue -> (Result<Void, AuditError>?, Bool) in
            queue.isEnding = true
            guard !queue.hasEnded else { return (queue.failure.map { .failure($0) } ?? .success(()), false) }
            if let waiter { queue.endWaiters.append(waiter) }
            return (nil, queue.isWakeDue(urgent: true))
        }
        if let answer { waiter?.resume(returning: answer) }
        if isWakeDue { wake.signal() }
    }

    // MARK: The thread

    /// Where the thread stands.
    private struct Progress {
        var writer: LogWriter
        var isCheckpointUnderWay = false
        var checkpointDue: DispatchTime?
        /// How many wrote at once lately: those of the last commit, and those who came while it was made.
        var writers = 1
        /// How long the last commit took.
        var commitNanoseconds: UInt64 = 0
        /// Those whose entries the checkpoint under way covers, and those who came later.
        var waitersOfCheckpoint: [Finished] = []
        var waiters: [Finished] = []
    }

    /// Writes until the end is asked for or the disk fails.
    ///
    /// - Parameter first: the checkpoint that was written when the log was opened, of which nobody outside knows.
    func run(announcing first: CheckpointWork?) {
        // The files are closed and the lock on the directory is gone before anybody is told.
        let (failure, waiters) = writeUntilEnd(announcing: first)
        end(failure, waiters)
    }

    private func writeUntilEnd(announcing first: CheckpointWork?) -> (AuditError?, [Finished]) {
        let taken = writer.withLock { writer in
            defer { writer = nil }
            return writer
        }
        guard let taken else { return (nil, []) }
        var progress = Progress(writer: taken)
        if let first {
            start(first, isWritten: true)
            progress.isCheckpointUnderWay = true
        }
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
        sleep(until: progress.isCheckpointUnderWay ? nil : progress.checkpointDue, orEvents: 1)
        gather(progress)
        let (batch, isEnding, written) = queue.withLock { queue in
            let taken = (queue.events, queue.isEnding, queue.written)
            progress.waiters += queue.checkpointWaiters
            queue.events = []
            queue.waited = 0
            queue.isWakingPlanned = false
            queue.areNotesDue = false
            queue.sealedBytes = 0
            queue.checkpointWaiters = []
            queue.written = nil
            return taken
        }
        let began = DispatchTime.now()
        try write(batch[...], with: &progress.writer)
        if !batch.isEmpty {
            progress.commitNanoseconds = DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds
            progress.writers = batch.count { $0.waiter != nil } + queue.withLock { $0.waited }
        }
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

    /// Sleeps until so many events wait, or something else is to be done; at most until a time.
    private func sleep(until time: DispatchTime?, orEvents count: Int) {
        let mustSleep = queue.withLock { queue in
            queue.awaited = count
            let isUrgent = queue.isEnding || !queue.checkpointWaiters.isEmpty || queue.written != nil
            return !queue.isWakeDue(urgent: isUrgent)
        }
        // A signal that comes after its time is found by the next sleep, which then ends for nothing.
        if mustSleep { _ = wake.wait(timeout: time ?? .distantFuture) }
    }

    /// Waits for those who were answered last, because most of them come again at once: without that the first of them
    /// has a sync to himself, and all others wait for it. Never longer than half of what a commit takes.
    private func gather(_ progress: Progress) {
        guard progress.writers >= Self.gatheredFrom else { return }
        let isAnyone = queue.withLock { $0.waited > 0 }
        let patience = min(progress.commitNanoseconds / 2, Self.patienceNanosecondsMax)
        if isAnyone { sleep(until: .now() + .nanoseconds(Int(patience)), orEvents: progress.writers) }
    }

    /// Begins a checkpoint when it is time; whether the thread goes on.
    private func checkpoint(_ progress: inout Progress, isEnding: Bool) throws(AuditError) -> Bool {
        let isDue = progress.checkpointDue.map { $0 <= .now() } ?? false
        let mustSign = isDue || progress.writer.unsignedBytes >= Self.unsignedBytesMax
        if isEnding {
            checkpointQueue.sync {}
            if let work = try progress.writer.beginCheckpoint(isLast: true) {
                try checkpoints.write(work)
                try checkpoints.announce(work)
            }
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
    private func start(_ work: CheckpointWork, isWritten: Bool = false) {
        checkpointQueue.async { [self] in
            let result: Result<Void, AuditError>
            do throws(AuditError) {
                if !isWritten { try checkpoints.write(work) }
                try checkpoints.announce(work)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            let isWakeDue = queue.withLock { queue in
                queue.written = result
                return queue.isWakeDue(urgent: true)
            }
            if isWakeDue { wake.signal() }
        }
    }

    /// Writes a batch in one or more commits and answers everybody in it, also when it fails.
    private func write(
        _ batch: ArraySlice<(event: PreparedEntry, waiter: Appended?)>,
        with writer: inout LogWriter
    ) throws(AuditError) {
        var rest = batch
        while !rest.isEmpty {
            var receipts: [(waiter: Appended?, receipt: AuditReceipt)] = []
            while writer.batchBytes < Self.batchBytesMax, let next = rest.popFirst() {
                do throws(AuditError) {
                    receipts.append((next.waiter, try writer.add(next.event)))
                } catch {
                    // This one event cannot be written; the log can.
                    if let waiter = next.waiter {
                        waiter.resume(returning: .failure(error))
                        continue
                    }
                    // Where nobody waits it must not go missing silently.
                    Self.fail(receipts.map(\.waiter) + rest.map(\.waiter), error)
                    throw error
                }
            }
            do throws(AuditError) {
                try writer.commit()
            } catch {
                Self.fail(receipts.map(\.waiter) + rest.map(\.waiter), error)
                throw error
            }
            for (waiter, receipt) in receipts { waiter?.resume(returning: .success(receipt)) }
        }
    }

    private static func fail(_ waiters: [Appended?], _ error: AuditError) {
        for waiter in waiters { waiter?.resume(returning: .failure(error)) }
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
        for (_, waiter) in events { waiter?.resume(returning: .failure(closed)) }
        let result: Result<Void, AuditError> = failure.map { .failure($0) } ?? .success(())
        for waiter in others { waiter.resume(returning: result) }
    }
}
