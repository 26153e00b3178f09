import Audit
import BigQuery
import Identity
public import JSON
import Masking

/// What callers do with a job that was sent: page on, ask for it again, cancel it.
extension QueryGate {
    /// The next page. The caller, the mapping and the schemas are checked again for every page.
    public func fetchPage(cursor: String, maxRows: Int?, for caller: Caller) async throws(GateFailure) -> JSONObject {
        let caller = requester(caller)
        do throws(GateFailure) {
            _ = try admit(caller, to: "fetch_page")
            guard let cursor = keys.cursors.open(cursor, now: Self.now) else { throw GateFailure.unknownCursor }
            let (job, result) = try await deliverable(cursor.jobID, for: caller, otherwise: .unknownCursor)
            return try await page(of: job, result, from: cursor.firstRow, maxRows: maxRows, for: caller)
        } catch {
            throw await recorded(error, tool: "fetch_page", jobID: nil, for: caller)
        }
    }

    /// A job again: its first page when it is done, after waiting for at most ``GateSettings/jobWaitSecondsMax``.
    public func job(_ jobID: String, waitSeconds: Int?, for caller: Caller) async throws(GateFailure) -> JSONObject {
        let caller = requester(caller)
        do throws(GateFailure) {
            _ = try admit(caller, to: "get_job")
            guard let id = keys.jobs.verify(jobID, for: caller.principal), let job = openJobs[id] else {
                throw GateFailure.unknownJob
            }
            if case .verified = job.state {
                let (job, result) = try await deliverable(jobID, for: caller, otherwise: .unknownJob)
                return try await page(of: job, result, from: 0, maxRows: nil, for: caller)
            }
            try checkMapping(of: job, for: caller)
            let wait = Duration.seconds(min(max(waitSeconds ?? 0, 0), GateSettings.jobWaitSecondsMax))
            return try await answer(job, wait: wait, for: caller)
        } catch {
            throw await recorded(error, tool: "get_job", jobID: jobID, for: caller)
        }
    }

    /// Asks BigQuery to cancel a job. It may still end on its own; `get_job` tells.
    public func cancel(_ jobID: String, for caller: Caller) async throws(GateFailure) -> JSONObject {
        let caller = requester(caller)
        do throws(GateFailure) {
            _ = try admit(caller, to: "cancel_job")
            guard let id = keys.jobs.verify(jobID, for: caller.principal), let job = openJobs[id] else {
                throw GateFailure.unknownJob
            }
            guard case .running = job.state else {
                return QueryAnswer.cancelled(job, status: job.status, in: frame(caller))
            }
            do {
                try await bigQuery.cancel(id.text)
            } catch {
                throw GateFailure(error, masked: job.query.touchesMaskedTable)
            }
            let failure = GateFailure("upstream.stopped", "the job was cancelled", fix: "run the query again")
            if openJobs.end(id, as: .failed(failure)).isFirst {
                let context = caller.auditContext
                try await record(
                    .jobEnded(context, JobEnded(job: auditJob(id), outcome: .cancelled, reason: "cancelled by caller"))
                )
            }
            return QueryAnswer.cancelled(job, status: "cancelled", in: frame(caller))
        } catch {
            throw await recorded(error, tool: "cancel_job", jobID: jobID, for: caller)
        }
    }

    /// A job whose result may be delivered to this caller now.
    ///
    /// - Parameter unknown: what is said of a job that does not exist, was forgotten, or is somebody else's.
    private func deliverable(
        _ jobID: String,
        for caller: Requester,
        otherwise unknown: GateFailure
    ) async throws(GateFailure) -> (OpenJob, VerifiedResult) {
        guard let id = keys.jobs.verify(jobID, for: caller.principal), let job = openJobs[id] else { throw unknown }
        try checkMapping(of: job, for: caller)
        let result: VerifiedResult
        switch job.state {
        case .running: throw unknown
        case .failed(let failure): throw failure
        case .verified(let verified): result = verified
        }
        guard result.schemasSeen.duration(to: .now) > GateSettings.schemaAgeMax else { return (job, result) }
        let seen = ContinuousClock.now
        let problems = Self.problems(of: await schemas.changes(since: job.query))
        guard problems.isEmpty else {
            let failure = GateFailure(problems)
            openJobs.withdraw(id, because: failure)
            throw failure
        }
        return (job, openJobs.update(id) { $0.schemasSeen = seen } ?? result)
    }

    /// A result was masked under one mapping; under another one it is not delivered any more.
    private func checkMapping(of job: OpenJob, for caller: Requester) throws(GateFailure) {
        guard job.mappingDigest == caller.mapping.digest else {
            throw GateFailure(
                "policy.mapping_changed",
                "the masking rules changed since the query ran",
                fix: "run the query again"
            )
        }
    }
}

extension OpenJob {
    /// `running`, `done` or `failed`, as answers say it.
    var status: String {
        switch state {
        case .running: "running"
        case .verified: "done"
        case .failed: "failed"
        }
    }
}
