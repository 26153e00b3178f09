import BigQuery
import JSON
import Reconciliation

/// What `scrim audit reconcile` tells.
struct ReconciliationReport {
    /// Where BigQuery's side comes from.
    enum Source {
        /// INFORMATION_SCHEMA.JOBS, read under the auditor's account.
        case history(account: String, [Read])
        /// Files of Cloud Audit Logs.
        case files([(path: String, content: CloudAuditLogFile.Content)])

        /// One place that was asked.
        struct Read {
            let place: LoggedJobs.Place
            let read: JobHistoryRead
        }
    }

    let outcome: Reconciliation
    let period: ReconciliationPeriod
    let accounts: [String]
    let logs: [ReconciledLog]
    let source: Source
    let notices: [String]

    /// For machines.
    var json: JSONValue {
        let counts: JSONValue = [
            "log": .integer(Int64(outcome.loggedCount)), "bigquery": .integer(Int64(outcome.recordedCount)),
            "both": .integer(Int64(outcome.matchedCount)), "too_recent": .integer(Int64(outcome.recentCount)),
        ]
        return [
            "verdict": outcome.differs ? "differences" : "no differences",
            "from": .string(Moment.text(period.from)), "to": .string(Moment.text(period.before)),
            "service_accounts": .array(accounts.map { .string($0) }),
            "logs": .array(logs.map { ["directory": .string($0.directory), "name": .string($0.origin)] }),
            "source": sourceJSON, "jobs": counts,
            "texts": [
                "compared": .integer(Int64(outcome.texts[.compared] ?? 0)),
                "compared_without_literals": .integer(Int64(outcome.texts[.comparedWithoutLiterals] ?? 0)),
                "not_compared": .object(JSONObject(textsNotCompared.map { ($0.reason, .integer(Int64($0.count))) })),
            ],
            "findings": .array(outcome.findings.map(\.json)), "notices": .array(notices.map { .string($0) }),
        ]
    }

    private var textsNotCompared: [(reason: String, count: Int)] {
        outcome.texts.compactMap { comparison, count in
            if case .notCompared(let reason) = comparison { (reason, count) } else { nil }
        }
        .sorted { $0.reason < $1.reason }
    }

    private var sourceJSON: JSONValue {
        switch source {
        case .history(let account, let reads):
            let places = reads.map { read -> JSONValue in
                [
                    "project": .string(read.place.project), "location": .string(read.place.location),
                    "job_id": .string(read.read.jobID), "jobs": .integer(Int64(read.read.jobCount)),
                ]
            }
            return ["kind": "INFORMATION_SCHEMA.JOBS", "account": .string(account), "reads": .array(places)]
        case .files(let files):
            let rows = files.map { file -> JSONValue in
                [
                    "file": .string(file.path), "entries": .integer(Int64(file.content.entryCount)),
                    "job_entries": .integer(Int64(file.content.jobEntryCount)),
                ]
            }
            return ["kind": "cloud audit log", "files": .array(rows)]
        }
    }

    /// For people.
    var text: String {
        let count = AuditCommand.count(outcome.findings.count { $0.code.isDifference }, "difference")
        var lines = [
            outcome.differs ? count : "no differences",
            "period   \(Moment.text(period.from)) to \(Moment.text(period.before))",
            "accounts \(accounts.joined(separator: ", "))",
        ]
        lines += logs.map { "log      \($0.origin) in \($0.directory)" }
        lines += sourceLines
        lines.append(
            """
            jobs     \(outcome.loggedCount) in the log, \(outcome.recordedCount) of the accounts in BigQuery, \
            \(outcome.matchedCount) in both
            """
        )
        if let count = outcome.texts[.compared] { lines.append("texts    \(count) compared") }
        if let count = outcome.texts[.comparedWithoutLiterals] {
            lines.append("texts    \(count) compared but for literals, because no key opens them")
        }
        lines += textsNotCompared.map { "texts    \($0.count) not compared: \($0.reason)" }
        if outcome.recentCount > 0 {
            lines.append("notice: \(AuditCommand.count(outcome.recentCount, "job")) of the last minute left out")
        }
        lines += notices.map { "notice: \($0)" }
        for finding in outcome.findings {
            lines.append("\(finding.code.rawValue)  \(finding.jobID)  \(Moment.text(finding.time))  \(finding.message)")
            if let logged = finding.logged { lines.append("  log       \(JSONValue.object(logged).text)") }
            if let recorded = finding.recorded { lines.append("  bigquery  \(JSONValue.object(recorded).text)") }
        }
        return lines.map(AuditCommand.printable).joined(separator: "\n")
    }

    private var sourceLines: [String] {
        switch source {
        case .history(let account, let reads):
            reads.map {
                "bigquery \($0.place.project), \($0.place.location): job \($0.read.jobID) under \(account)"
            }
        case .files(let files):
            files.map {
                "bigquery \($0.path): \(AuditCommand.count($0.content.jobEntryCount, "entry", "entries")) about jobs"
            }
        }
    }
}
