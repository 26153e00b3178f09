import Audit
import Identity

/// What a gate leaves behind when its process ends.
extension QueryGate {
    /// Cancels every job whose end has not been seen, for a server after which nobody could ask for it: a job is
    /// known only to the process that sent it. Call it before ``stop()``.
    public func cancelRunningJobs() async {
        for job in openJobs.running {
            let failure = GateFailure("upstream.stopped", "the server ended", fix: "run the query again")
            guard openJobs.end(job.id, as: .failed(failure)).isFirst else { continue }
            cancellations.cancel(job.id)
            let event = JobEnded(job: auditJob(job.id), outcome: .cancelled, reason: "server ended")
            try? await record(.jobEnded(job.context, event))
        }
    }
}
