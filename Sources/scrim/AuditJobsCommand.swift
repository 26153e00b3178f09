import ArgumentParser
import Audit
import AuditIndex

extension AuditCommand {
    /// `scrim audit jobs`.
    struct Jobs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "jobs",
            abstract: "Lists BigQuery jobs: ID, session, person, outcome, bytes and masked columns.",
            discussion: """
                EXAMPLE: scrim audit jobs --config scrim.yaml --session zy6rs3…
                EXAMPLE: scrim audit jobs --config scrim.yaml --column customers.ssn --from 2026-11-01 --to 2026-11-30
                EXAMPLE: scrim audit jobs --directory replica-1 --directory replica-2 --sort bytes --descending --limit 10
                """
        )

        @OptionGroup var locations: Locations
        @OptionGroup var choice: Choice
        @OptionGroup var paging: Paging

        @Option(name: .long, help: "By time, ended, bytes, rows or pages.", transform: JobOrder.named)
        var sort = JobOrder.time

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func run() async throws {
            try await locations.record(choice.read("jobs", paging.recorded.merging(["sort": sort.rawValue]) { $1 }))
            try AuditCommand.reporting {
                let index = try locations.openIndex()
                let answers = AuditAnswers(asJSON: json)
                try index.jobs(matching: choice.filter, by: sort, page: paging.page) { job in
                    answers.add(json: job.json, text: AuditCommand.text(of: job))
                }
                answers.finish(none: "no jobs")
            }
        }
    }

    /// A job for people, in several lines.
    static func text(of job: AuditJobRecord) -> String {
        let reason = job.reason.map { " (\($0))" } ?? ""
        let bytes = job.bytesProcessed.map { ", \(count($0, "byte")) read" } ?? ""
        let delivered = "\(count(job.rowCount, "row")) in \(count(job.pageCount, "page"))"
        var lines = [
            job.id, "  session \(job.session)", "  person  \(job.person)",
            "  where   \(job.project), \(job.location)",
            "  time    \(job.submittedTime ?? "not submitted") to \(job.endedTime ?? "now")",
            "  outcome \(job.outcome)\(reason): \(delivered)\(bytes)",
            "  entry   \(job.origin)#\(job.sequence)",
        ]
        if let sql = job.sqlShape { lines.append("  sql     \(sql)") }
        for table in job.tables { lines.append("  table   \(table)") }
        for column in job.maskedColumns { lines.append("  masked  \(column)") }
        if job.maskedColumnsCut > 0 { lines.append("  masked  and \(job.maskedColumnsCut) more, cut from the entry") }
        return lines.map(printable).joined(separator: "\n")
    }
}
