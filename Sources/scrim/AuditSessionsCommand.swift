import ArgumentParser
import Audit
import AuditIndex

extension AuditCommand {
    /// `scrim audit sessions`.
    struct Sessions: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "sessions",
            abstract: "Lists sessions: who, with which client, when, what was done, and the gaps in between.",
            discussion: """
                A gap is a stretch of a session in which nothing was recorded. What is asked of tables, columns, tags, \
                SQL, outcome and bytes must be true of one of the session's jobs.

                EXAMPLE: scrim audit sessions --config scrim.yaml --person dev@example.com --gap 30m
                EXAMPLE: scrim audit sessions --directory replicas --tag pii.ssn --sort rows --descending --limit 20
                """
        )

        @OptionGroup var locations: Locations
        @OptionGroup var choice: Choice
        @OptionGroup var paging: Paging

        @Option(name: .long, help: "By time, last, requests, jobs, refusals or rows.", transform: SessionOrder.named)
        var sort = SessionOrder.time

        @Option(name: .long, help: "The least length of a gap, such as 90s, 15m or 2h.")
        var gap = "15m"

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func validate() throws {
            guard Quantity.seconds(gap) != nil else { throw ValidationError("--gap takes a time such as 15m") }
        }

        func run() async throws {
            let asked = paging.recorded.merging(["gap": gap, "sort": sort.rawValue]) { $1 }
            try await locations.record(choice.read("sessions", asked))
            try AuditCommand.reporting {
                let index = try locations.openIndex()
                let answers = AuditAnswers(asJSON: json)
                try index.sessions(
                    matching: choice.filter,
                    by: sort,
                    page: paging.page,
                    gapSeconds: Quantity.seconds(gap) ?? AuditIndex.gapSecondsDefault
                ) { session in
                    answers.add(json: session.json, text: AuditCommand.text(of: session))
                }
                answers.finish(none: "no sessions")
            }
        }
    }

    /// A session for people, in several lines.
    static func text(of session: AuditSession) -> String {
        let counts = [
            count(session.requestCount, "request"), count(session.jobCount, "job"),
            count(session.refusalCount, "refusal"),
            count(session.estimateCount, "estimate"), count(session.metadataCount, "metadata read"),
            count(session.pageCount, "page"), count(session.rowCount, "row"),
        ]
        var lines = [
            session.id, "  person  \(session.person)", "  client  \(session.client)",
            "  roles   \(session.roles.joined(separator: ", "))",
            "  time    \(session.firstTime) to \(session.lastTime)", "  did     \(counts.joined(separator: ", "))",
        ]
        for gap in session.gaps { lines.append("  gap     \(gap.from) to \(gap.to): \(duration(gap.seconds))") }
        return lines.map(printable).joined(separator: "\n")
    }

    /// `2 h 5 min`, `40 s`.
    private static func duration(_ seconds: Int64) -> String {
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        if hours > 0 { return "\(hours) h \(minutes) min" }
        return minutes > 0 ? "\(minutes) min \(seconds % 60) s" : "\(seconds) s"
    }
}
