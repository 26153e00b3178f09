public import BigQuery
internal import JSON

/// Compares the jobs of the log with those of BigQuery's history, job by job, in both directions. Pure: it reads nothing.
public struct Reconciler: Sendable {
    /// The account under which BigQuery runs queries of others once more, to find regressions, and work of its own:
    /// refreshing materialized views, applying changes
    /// (<https://cloud.google.com/bigquery/docs/release-notes#May_20_2026>).
    public static let accountOfBigQuery = "bigquery-adminbot@system.gserviceaccount.com"
    /// What job IDs of ours begin with.
    private static let ownPrefix = "scrim_"

    private typealias Key = LoggedJobs.Key
    let period: ReconciliationPeriod
    /// The accounts whose every job must be in the log, in lower case.
    let accounts: Set<String>
    /// When BigQuery was asked, in microseconds since 1970.
    private let askedAt: Int64
    private var recorded: [Key: RecordedJob] = [:]

    /// A comparison of a period.
    ///
    /// - Parameters:
    ///   - accounts: those whose every job must be in the log.
    ///   - askedAt: when BigQuery was asked, in microseconds since 1970.
    public init(period: ReconciliationPeriod, accounts: some Sequence<String>, askedAt: Int64) {
        self.period = period
        self.accounts = Set(accounts.map { $0.lowercased() })
        self.askedAt = askedAt
    }

    /// Adds what BigQuery's history says of a job; more about one that is there already is added to it.
    ///
    /// Jobs of other accounts count only when their ID could be one of ours.
    public mutating func add(_ job: RecordedJob) {
        let key = Key(project: job.project, jobID: job.jobID)
        if recorded[key] != nil {
            recorded[key]?.add(job)
            return
        }
        let account = job.userEmail?.lowercased() ?? ""
        guard accounts.contains(account) || account == Self.accountOfBigQuery || job.jobID.hasPrefix(Self.ownPrefix)
        else { return }
        recorded[key] = job
    }

    /// Whether a job of our accounts is missing in `logged` that was made so shortly before BigQuery was asked that it
    /// may have been recorded while the log was read.
    public func hasRecentStranger(to logged: LoggedJobs) -> Bool {
        recorded.values.contains { job in
            isOurs(job) && made(job) >= askedAt - 2 * ReconciliationPeriod.clockSkewMicroseconds
                && !logged.contains(project: job.project, jobID: job.jobID)
        }
    }

    /// The comparison with the jobs of the log.
    public func compare(with logged: LoggedJobs) -> Reconciliation {
        var tally = Tally()
        let (jobs, repeated) = logged.gathered
        for (key, job) in jobs {
            let counterpart = recorded[key].flatMap { period.canMatter(made: made($0)) ? $0 : nil }
            let inPeriod = period.touches(from: job.submitted, to: job.ended ?? job.submitted)
            if let counterpart {
                guard inPeriod || touches(counterpart) else { continue }
                tally.matched += 1
                compare(job, counterpart, &tally)
            } else if inPeriod {
                missing(job, &tally)
            } else {
                continue
            }
            tally.logged += 1
        }
        for job in repeated where period.touches(from: job.submitted, to: job.submitted) {
            tally.add(.loggedTwice, job, "two entries submit a job of this ID", log: ["entry": .integer(job.sequence)])
        }
        strangers(to: jobs, &tally)
        return tally.reconciliation
    }

    // MARK: Jobs that only one side has

    private func missing(_ job: LoggedJob, _ tally: inout Tally) {
        if job.ended == nil, job.submitted >= askedAt - ReconciliationPeriod.clockSkewMicroseconds {
            tally.recent += 1
            return
        }
        var facts: JSONObject = ["log": .string(job.log), "entry": .integer(job.sequence)]
        facts["outcome"] = job.outcome.map { .string($0) } ?? .null
        facts["reason"] = job.reason.map { .string($0) }
        if !job.hasFigures, job.outcome == "failed" || job.outcome == "unknown" {
            let message = "BigQuery has no such job, and the log says that it failed when it was sent"
            tally.add(.neverMade, job, message, log: facts)
        } else {
            tally.add(.notInBigQuery, job, "the log has this job and BigQuery does not", log: facts)
        }
    }

    private func strangers(to logged: [Key: LoggedJob], _ tally: inout Tally) {
        var texts: [String: [RecordedJob]] = [:]
        for job in recorded.values where isOurs(job) {
            if case .digest(let digest, _) = job.text { texts[digest, default: []].append(job) }
        }
        for (key, job) in recorded where touches(job) {
            if isOurs(job) { tally.recorded += 1 }
            guard logged[key] == nil else { continue }
            if isOurs(job) {
                let message = "a job of \(job.userEmail ?? "an unknown account") that the log does not know"
                tally.add(.notInLog, job, message, recorded: job.facts)
            } else if job.userEmail?.lowercased() == Self.accountOfBigQuery {
                if case .digest(let digest, _) = job.text, let original = original(of: job, among: texts[digest] ?? [])
                {
                    let message = "BigQuery ran the text of \(original) once more by itself"
                    var facts = job.facts
                    facts["original_job_id"] = .string(original)
                    tally.add(.reExecuted, job, message, recorded: facts)
                } else {
                    tally.add(.ofBigQuery, job, "work of BigQuery's own account", recorded: job.facts)
                }
            }
        }
    }

    /// The job that another, of the same text, was a repetition of: the last one before it.
    private func original(of job: RecordedJob, among candidates: [RecordedJob]) -> String? {
        let order = { (left: RecordedJob, right: RecordedJob) in
            (self.made(left), left.jobID) < (self.made(right), right.jobID)
        }
        let earlier = candidates.filter { made($0) <= made(job) }.max(by: order)
        return (earlier ?? candidates.min(by: order))?.jobID
    }

    private func isOurs(_ job: RecordedJob) -> Bool { accounts.contains(job.userEmail?.lowercased() ?? "") }

    /// A job of which no time is known is never left out.
    private func made(_ job: RecordedJob) -> Int64 { job.created ?? job.ended ?? period.from }

    private func touches(_ job: RecordedJob) -> Bool {
        period.touches(from: made(job), to: job.ended ?? (job.isDone ? made(job) : askedAt))
    }
}

extension RecordedJob {
    /// What is told of a job that the log does not know.
    fileprivate var facts: JSONObject {
        var facts = JSONObject()
        facts["user_email"] = userEmail.map { .string($0) }
        facts["location"] = location.map { .string($0) }
        facts["created"] = created.map { .string(Moment.text($0)) }
        facts["ended"] = ended.map { .string(Moment.text($0)) }
        facts["statement_type"] = statementType.map { .string($0) }
        facts["failure"] = failure.map { .string($0) }
        facts["bytes_processed"] = bytesProcessed.map { .integer($0) }
        facts["bytes_billed"] = bytesBilled.map { .integer($0) }
        facts["tables"] = tables.map { .array($0.sorted().map { .string($0) }) }
        facts["labels"] = labels.map {
            .object(JSONObject($0.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
        }
        return facts
    }
}
