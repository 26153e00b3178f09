import ArgumentParser
import Audit
import AuditIndex

extension AuditCommand {
    /// Which sessions or jobs are asked for.
    struct Choice: ParsableArguments {
        @Option(name: .long, help: "Only this session.")
        var session: String?

        @Option(name: .long, help: "Only this subject, for example dev@example.com.")
        var person: String?

        @Option(name: .long, help: "Only of people who had this role.")
        var group: String?

        @Option(name: .long, help: "Only of clients in whose name this is.")
        var client: String?

        @Option(name: .long, help: "Only from this time on, UTC: 2026-11-22, 2026-11-22T18:30 or 2026-11-22T18:30:00Z.")
        var from: String?

        @Option(name: .long, help: "Only before this time; of a day without a time, that day counts too.")
        var to: String?

        @Option(name: .long, help: "Only where this table was read: project.dataset.table, or its last parts.")
        var table: String?

        @Option(
            name: .long,
            help: "Only where this column was masked: its name, or table.column. With --table: a column of that table."
        )
        var column: String?

        @Option(name: .long, help: "Only where a column of this tag was masked.")
        var tag: String?

        @Option(name: .long, help: "Only this job.")
        var job: String?

        @Option(name: .long, help: "Only where the SQL, whose literals are ?, has this text in it.")
        var sql: String?

        @Option(name: .long, help: "Only of this outcome: done, failed, cancelled, withheld, unknown or running.")
        var outcome: String?

        @Option(name: .long, help: "Only where BigQuery read so much or more, such as 10GB.")
        var bytesMin: String?

        @Option(name: .long, help: "Only where BigQuery read so much or less.")
        var bytesMax: String?

        func validate() throws {
            try AuditMoment.check([("--from", from), ("--to", to)])
            for (name, text) in [("--bytes-min", bytesMin), ("--bytes-max", bytesMax)] {
                guard text.map({ Self.bytes($0) != nil }) ?? true else {
                    throw ValidationError("\(name) takes a number of bytes such as 0 or 10GB")
                }
            }
        }

        var filter: AuditFilter {
            var filter = AuditFilter()
            filter.session = session
            filter.subject = person
            filter.role = group
            filter.client = client
            filter.from = from.flatMap(AuditMoment.begin)
            filter.to = to.flatMap(AuditMoment.end)
            filter.table = table
            filter.column = column
            filter.tag = tag
            filter.job = job
            filter.statement = sql
            filter.outcome = outcome
            filter.bytesMin = bytesMin.flatMap(Self.bytes)
            filter.bytesMax = bytesMax.flatMap(Self.bytes)
            return filter
        }

        private static func bytes(_ text: String) -> Int64? { text == "0" ? 0 : Quantity.bytes(text) }
    }

    /// Which part of a long answer is wanted.
    struct Paging: ParsableArguments {
        @Option(name: .long, help: "The most that are listed; all without it.")
        var limit: Int?

        @Option(name: .long, help: "List what comes after the one of this ID: the last of the page before.")
        var after: String?

        @Flag(name: .long, help: "From the last to the first.")
        var descending = false

        func validate() throws {
            guard limit ?? 1 > 0 else { throw ValidationError("--limit takes a number from 1 on") }
        }

        var page: AuditPage {
            var page = AuditPage()
            page.limit = limit
            page.after = after
            page.isDescending = descending
            return page
        }
    }
}

extension RawRepresentable where Self: CaseIterable, RawValue == String {
    /// The case that an option names.
    static func named(_ name: String) throws -> Self {
        guard let found = Self(rawValue: name) else {
            let names = allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("it is one of \(names)")
        }
        return found
    }
}
