import Audit
import BigQuery
import Identity
import Masking
import Locks

/// A job of this process: what was checked before it was sent, and what became of it.
struct OpenJob: Sendable {
    let id: JobID
    let query: MaskedQuery
    /// What BigQuery must say of the job for it to be the one that was sent.
    let fingerprint: JobFingerprint
    let mappingDigest: String
    /// Where events of this job belong that no request causes.
    let context: AuditContext
    /// Rows per page at most: the configuration's or the role's, whichever is less.
    let pageRows: Int
    var state: State = .running

    enum State: Sendable {
        case running
        /// Done, and every check held.
        case verified(VerifiedResult)
        /// Ended without a result that may be delivered.
        case failed(GateFailure)
    }
}

/// A result that passed the cross-check and may be delivered page by page.
struct VerifiedResult: Sendable {
    let bytesProcessed: Int64
    let cacheHit: Bool
    let notes: [String]
    /// When the schemas were last seen to be those that the query was masked by.
    var schemasSeen: ContinuousClock.Instant
    /// The pages delivered so far, for the log's page numbers.
    var pagesDelivered = 0
}

/// The jobs of which this process can deliver results; the oldest is forgotten when there are too many.
///
/// A job that is forgotten, or was another process's, is as if absent: its masks are no longer known here.
final class OpenJobs: Sendable {
    private struct Table {
        var jobs: [String: OpenJob] = [:]
        var order: [String] = []
        var oldest = 0
    }

    private let table = Locked(Table())
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    func insert(_ job: OpenJob) {
        table.withLock { table in
            table.jobs[job.id.text] = job
            table.order.append(job.id.text)
            guard table.order.count - table.oldest > capacity else { return }
            table.jobs[table.order[table.oldest]] = nil
            table.oldest += 1
            if table.oldest > capacity {
                table.order.removeFirst(table.oldest)
                table.oldest = 0
            }
        }
    }

    subscript(id: JobID) -> OpenJob? { table.withLock { $0.jobs[id.text] } }

    /// Records the end of a job once; of two requests that saw it end, the first counts.
    ///
    /// - Returns: the state now in force, and whether this call set it.
    func end(_ id: JobID, as state: OpenJob.State) -> (state: OpenJob.State, isFirst: Bool) {
        table.withLock { table in
            guard let job = table.jobs[id.text] else { return (state, true) }
            guard case .running = job.state else { return (job.state, false) }
            table.jobs[id.text]?.state = state
            return (state, true)
        }
    }

    /// The jobs whose end has not been seen.
    var running: [OpenJob] {
        table.withLock { table in
            table.jobs.values.filter { job in
                if case .running = job.state { true } else { false }
            }
        }
    }

    /// Changes a verified result, and gives it as it is then; nil when there is none.
    func update(_ id: JobID, _ change: (inout VerifiedResult) -> Void) -> VerifiedResult? {
        table.withLock { table in
            guard case .verified(var result) = table.jobs[id.text]?.state else { return nil }
            change(&result)
            table.jobs[id.text]?.state = .verified(result)
            return result
        }
    }

    /// Withdraws a result that was verified and no longer may be delivered.
    func withdraw(_ id: JobID, because failure: GateFailure) {
        table.withLock { $0.jobs[id.text]?.state = .failed(failure) }
    }
}
