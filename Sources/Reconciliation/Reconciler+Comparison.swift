internal import BigQuery
internal import JSON

/// Counts and findings of one comparison.
struct Tally {
    var logged = 0
    var recorded = 0
    var matched = 0
    var recent = 0
    private var texts: [Reconciliation.TextComparison: Int] = [:]
    private var findings: [ReconciliationFinding] = []

    mutating func add(
        _ code: ReconciliationFinding.Code,
        _ job: LoggedJob,
        _ message: String,
        log: JSONObject,
        recorded: JSONObject? = nil
    ) {
        findings.append(
            ReconciliationFinding(
                code: code,
                project: job.project,
                jobID: job.jobID,
                time: job.submitted,
                message: message,
                logged: log,
                recorded: recorded
            )
        )
    }

    mutating func add(
        _ code: ReconciliationFinding.Code,
        _ job: RecordedJob,
        _ message: String,
        recorded: JSONObject
    ) {
        findings.append(
            ReconciliationFinding(
                code: code,
                project: job.project,
                jobID: job.jobID,
                time: job.created ?? job.ended ?? 0,
                message: message,
                logged: nil,
                recorded: recorded
            )
        )
    }

    mutating func count(_ comparison: Reconciliation.TextComparison) { texts[comparison, default: 0] += 1 }

    var reconciliation: Reconciliation {
        Reconciliation(
            findings: findings.sorted {
                ($0.time, $0.jobID, $0.code.rawValue) < ($1.time, $1.jobID, $1.code.rawValue)
            },
            loggedCount: logged,
            recordedCount: recorded,
            matchedCount: matched,
            recentCount: recent,
            texts: texts
        )
    }
}

/// One job on both sides.
extension Reconciler {
    func compare(_ job: LoggedJob, _ recorded: RecordedJob, _ tally: inout Tally) {
        compareText(job, recorded, &tally)
        compareAccount(job, recorded, &tally)
        compareLabels(job, recorded, &tally)
        if let location = recorded.location, location.uppercased() != job.location.uppercased() {
            let message = "the job was sent to another location"
            tally.add(
                .location,
                job,
                message,
                log: ["location": .string(job.location)],
                recorded: ["location": .string(location)]
            )
        }
        guard recorded.isDone else { return }
        compareBytes(job, recorded, &tally)
        compareTables(job, recorded, &tally)
        if job.outcome == "done", let failure = recorded.failure {
            tally.add(
                .outcome,
                job,
                "the log has a result of a job that failed",
                log: ["outcome": "done"],
                recorded: ["failure": .string(failure)]
            )
        }
    }

    private func compareText(_ job: LoggedJob, _ recorded: RecordedJob, _ tally: inout Tally) {
        let isAlike: Bool
        switch (job.text, recorded.text) {
        case (.digest(let sent), .digest(let ran, _)):
            tally.count(.compared)
            isAlike = sent == ran
        case (.unknown(_, .some(let sent)), .digest(_, let ran)):
            // What was sent could be cut into tokens.
            tally.count(.comparedWithoutLiterals)
            isAlike = sent == ran
        case (_, .truncated):
            tally.count(.notCompared("BigQuery's history holds its beginning only"))
            return
        case (_, .unknown):
            tally.count(.notCompared("BigQuery's history does not have it"))
            return
        case (.unknown(let reason, _), .digest):
            tally.count(.notCompared(reason.rawValue))
            return
        }
        guard !isAlike else { return }
        // Digests are not shown: who has one can try out values.
        tally.add(
            .text,
            job,
            "BigQuery ran another text than the one that was committed to",
            log: ["log": .string(job.log), "entry": .integer(job.sequence)],
            recorded: recorded.statementType.map { ["statement_type": .string($0)] } ?? [:]
        )
    }

    private func compareAccount(_ job: LoggedJob, _ recorded: RecordedJob, _ tally: inout Tally) {
        guard let actual = recorded.userEmail?.lowercased() else { return }
        let expected = job.account.map { [$0.lowercased()] } ?? accounts.sorted()
        guard !expected.contains(actual) else { return }
        tally.add(
            .account,
            job,
            "the job ran under another account",
            log: ["user_email": .array(expected.map { .string($0) })],
            recorded: ["user_email": .string(actual)]
        )
    }

    /// Labels that are not Scrim's are BigQuery's to add.
    private func compareLabels(_ job: LoggedJob, _ recorded: RecordedJob, _ tally: inout Tally) {
        guard let actual = recorded.labels else { return }
        let names = Set(job.labels.keys).union(actual.keys.filter { $0.hasPrefix("scrim_") })
        let different = names.filter { job.labels[$0] != actual[$0] }.sorted()
        guard !different.isEmpty else { return }
        func shown(_ labels: [String: String]) -> JSONObject {
            JSONObject(different.map { ($0, labels[$0].map { .string($0) } ?? .null) })
        }
        tally.add(
            .labels,
            job,
            "labels are not as they were sent: \(different.joined(separator: ", "))",
            log: shown(job.labels),
            recorded: shown(actual)
        )
    }

    /// What one side does not say, as of tables with row access policies, is not compared.
    private func compareBytes(_ job: LoggedJob, _ recorded: RecordedJob, _ tally: inout Tally) {
        let figures = [
            ("bytes_processed", job.bytesProcessed, recorded.bytesProcessed),
            ("bytes_billed", job.bytesBilled, recorded.bytesBilled),
        ]
        var (log, bigQuery) = (JSONObject(), JSONObject())
        for case (let name, .some(let logged), .some(let told)) in figures where logged != told {
            log[name] = .integer(logged)
            bigQuery[name] = .integer(told)
        }
        guard !log.isEmpty else { return }
        tally.add(.bytes, job, "other bytes were read or billed", log: log, recorded: bigQuery)
    }

    /// Where the log has what BigQuery said at the time, both must be alike; else BigQuery must have read nothing but
    /// what was sent for. A wildcard table stands in what is sent for its matches.
    private func compareTables(_ job: LoggedJob, _ recorded: RecordedJob, _ tally: inout Tally) {
        guard let told = recorded.tables, let logged = job.tablesRead ?? job.tablesSent else { return }
        let extra = logged.isCut ? [] : told.subtracting(logged.names)
        let missing = job.tablesRead == nil ? [] : logged.names.subtracting(told)
        if job.tablesRead == nil, logged.names.contains(where: { $0.hasSuffix("*") }) { return }
        guard !extra.isEmpty || !missing.isEmpty else { return }
        func shown(_ names: Set<String>) -> JSONValue { .array(names.sorted().map { .string($0) }) }
        tally.add(
            .tables,
            job,
            "other tables were read",
            log: ["tables": shown(logged.names)],
            recorded: ["tables": shown(told)]
        )
    }
}
