import Audit
import BigQuery
import Catalog
import FoundationEssentials
import Identity
import JSON
import Logging
import Masking

/// Steps 7 and 8: waiting, the cross-check, and pages.
extension QueryGate {
    /// Answers with a job's first page once it is done and every check held, or with `status: "running"`.
    func answer(
        _ job: OpenJob,
        wait: Duration,
        maxRows: Int? = nil,
        for caller: Requester
    ) async throws(GateFailure) -> JSONObject {
        switch job.state {
        case .failed(let failure): throw failure
        case .verified(let result): return try await page(of: job, result, from: 0, maxRows: maxRows, for: caller)
        case .running: break
        }
        guard try await isDone(job, within: wait, for: caller) else {
            return QueryAnswer.running(job, in: frame(caller))
        }
        let result = try await verified(job, for: caller)
        return try await page(of: job, result, from: 0, maxRows: maxRows, for: caller)
    }

    private func isDone(_ job: OpenJob, within wait: Duration, for caller: Requester) async throws(GateFailure) -> Bool
    {
        let deadline = ContinuousClock.now + wait
        do {
            while true {
                let left = max(ContinuousClock.now.duration(to: deadline), .zero)
                if try await bigQuery.awaitCompletion(of: job.id.text, for: left).isComplete { return true }
                // BigQuery may answer earlier than it was asked to wait.
                guard ContinuousClock.now < deadline else { return false }
            }
        } catch {
            throw await ended(job, by: error, caller.auditContext)
        }
    }

    /// Lets BigQuery's own account of the finished job, and the schemas as they are now, vouch for the result.
    private func verified(_ job: OpenJob, for caller: Requester) async throws(GateFailure) -> VerifiedResult {
        let context = caller.auditContext
        async let changed = schemas.changes(since: job.query)
        let status: JobStatus
        do {
            status = try await bigQuery.job(job.id.text)
        } catch {
            _ = await changed
            throw await ended(job, by: error, context)
        }
        let changedTables = await changed
        if let error = status.failure { throw await ended(job, by: error, context, status: status) }
        let check = CrossCheck(
            query: job.query,
            fingerprint: job.fingerprint,
            rowPoliciesAllowed: rowPoliciesAllowed(by: caller.mapping)
        )
        let problems = check.problems(of: status) + Self.problems(of: changedTables)
        guard problems.isEmpty else {
            logger.record(.critical, "a result is withheld", [LogField("job", job.id), .codes(problems)])
            throw await ended(job, as: GateFailure(problems), outcome: .withheld, context, status: status)
        }
        let result = VerifiedResult(
            bytesProcessed: status.statistics.bytesProcessed ?? 0,
            cacheHit: status.statistics.cacheHit,
            notes: status.statistics.dataMaskingApplied ? [QueryAnswer.maskedBeneath] : [],
            schemasSeen: .now
        )
        guard openJobs.end(job.id, as: .verified(result)).isFirst else { return result }
        // The page that follows is waited for, and this entry stands before its own.
        try note(
            .jobEnded(
                context,
                JobEnded(
                    job: auditJob(job.id),
                    outcome: .done,
                    statistics: statistics(of: status, job),
                    referencedTables: status.statistics.referencedTables.sorted().map(\.description)
                )
            )
        )
        return result
    }

    static func problems(of changed: [String]) -> [Refusal] {
        changed.isEmpty
            ? []
            : [
                Refusal(
                    code: "crosscheck.schema_changed",
                    message: "a schema, its tags or the definition of a function changed while the query ran",
                    position: nil,
                    fix: "run the query again"
                )
            ]
    }

    private func rowPoliciesAllowed(by mapping: Mapping) -> Set<TableID> {
        Set(
            mapping.rowPoliciesAsServiceAccount.compactMap { name in
                let parts = name.split(separator: ".").map(String.init)
                guard parts.count == 2 || parts.count == 3 else { return nil }
                let project = parts.count == 3 ? parts[0] : settings.project
                return TableID(project: project, dataset: parts[parts.count - 2], table: parts[parts.count - 1])
            }
        )
    }

    /// One page of a verified result, in the log before it leaves.
    func page(
        of job: OpenJob,
        _ result: VerifiedResult,
        from firstRow: Int64,
        maxRows: Int?,
        for caller: Requester
    ) async throws(GateFailure) -> JSONObject {
        let rowsMax = min(job.pageRows, maxRows ?? .max)
        let page: ResultPage
        let converted: [JSONValue]
        do {
            page = try await bigQuery.page(of: job.id.text, from: .row(firstRow), rowsMax: rowsMax)
            converted = try Self.converted(page)
        } catch {
            throw GateFailure(error, masked: job.query.touchesMaskedTable)
        }
        let rows = Self.rows(converted, bytesMax: settings.pageBytes)
        if rows.isEmpty, let total = page.totalRows, firstRow < total, rowsMax > 0 {
            // Saying that this was the last page would hide the rest.
            throw GateFailure("upstream.empty_page", "BigQuery sent no rows where there are more", fix: "try again")
        }
        let nextRow = firstRow + Int64(rows.count)
        var cursor: String?
        if !rows.isEmpty, nextRow < page.totalRows ?? nextRow {
            cursor = try seal(
                PageCursor(
                    jobID: job.id.text,
                    firstRow: nextRow,
                    mappingDigest: job.mappingDigest,
                    expires: Self.now + GateSettings.cursorSecondsMax
                )
            )
        }
        let delivered = openJobs.update(job.id) { $0.pagesDelivered += 1 }
        let answer = QueryAnswer.page(
            job,
            result,
            DeliveredPage(columns: page.columns, rows: rows, totalRows: page.totalRows, cursor: cursor),
            bytesShown: shownBytes(result.bytesProcessed, job.query),
            in: frame(caller)
        )
        try await record(
            .pageDelivered(
                caller.auditContext,
                PageDelivered(
                    job: auditJob(job.id),
                    page: delivered?.pagesDelivered ?? 1,
                    rowCount: rows.count,
                    content: JSONValue.array(rows).serialized(),
                    keeping: settings.recordsContent ? answer["columns"] : nil
                )
            )
        )
        return answer
    }

    private static func converted(_ page: ResultPage) throws(BigQueryError) -> [JSONValue] {
        var rows: [JSONValue] = []
        rows.reserveCapacity(page.rows.count)
        for cells in page.rows { rows.append(.array(try CellConversion.row(cells, page.columns))) }
        return rows
    }

    /// The rows that fit into a page; the first always does, so that paging comes to an end.
    private static func rows(_ rows: [JSONValue], bytesMax: Int) -> [JSONValue] {
        var bytes = 0
        for (index, row) in rows.enumerated() {
            bytes += row.serialized().count + 1
            if bytes > bytesMax, index > 0 { return Array(rows[..<index]) }
        }
        return rows
    }

    private func seal(_ cursor: PageCursor) throws(GateFailure) -> String {
        do {
            return try keys.cursors.seal(cursor)
        } catch {
            throw GateFailure("policy.sealing", "no cursor could be made", fix: "tell the operator")
        }
    }

    static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    private func statistics(of status: JobStatus, _ job: OpenJob) -> JobEnded.Statistics {
        var statistics = JobEnded.Statistics()
        statistics.bytesProcessed = status.statistics.bytesProcessed
        statistics.bytesBilled = status.statistics.bytesBilled
        statistics.bytesShown = status.statistics.bytesProcessed.map { shownBytes($0, job.query) }
        statistics.slotMilliseconds = status.statistics.slotMilliseconds
        statistics.isCacheHit = status.statistics.cacheHit
        return statistics
    }

    func auditJob(_ id: JobID) -> AuditJob {
        AuditJob(project: settings.project, location: settings.location, jobID: id.text)
    }

    /// Ends a job because a call of BigQuery failed, in the log and in the table of open jobs.
    ///
    /// A caller who went away (in the modern era of MCP a closed connection cancels the request), or a send that nobody
    /// knows the end of, may have left a job running: BigQuery is asked to end it, outside the caller's own task.
    func ended(
        _ job: OpenJob,
        by error: BigQueryError,
        _ context: AuditContext,
        status: JobStatus? = nil
    ) async -> GateFailure {
        let outcome = error.reason.outcome
        if error.reason == .cancelled || error.reason == .unclearSend { cancellations.cancel(job.id) }
        if outcome == .withheld {
            logger.record(.critical, "a job under our ID is not ours", [LogField("job", job.id)])
        }
        let failure = GateFailure(error, masked: job.query.touchesMaskedTable)
        return await ended(job, as: failure, outcome: outcome, context, status: status)
    }

    private func ended(
        _ job: OpenJob,
        as failure: GateFailure,
        outcome: JobEnded.Outcome,
        _ context: AuditContext,
        status: JobStatus?
    ) async -> GateFailure {
        guard openJobs.end(job.id, as: .failed(failure)).isFirst else { return failure }
        let event = JobEnded(
            job: auditJob(job.id),
            outcome: outcome,
            reason: failure.refusals.map(\.code).joined(separator: " "),
            statistics: status.map { statistics(of: $0, job) } ?? JobEnded.Statistics(),
            referencedTables: status?.statistics.referencedTables.sorted().map(\.description) ?? []
        )
        do {
            try await record(.jobEnded(context, event))
            return failure
        } catch {
            return error
        }
    }
}
