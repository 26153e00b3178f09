import ArgumentParser
import Audit
import Foundation
import JSON

extension AuditCommand {
    /// `scrim audit retention`.
    struct Retention: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retention",
            abstract: "Shows what is kept beside the entries, for how long, and what is due to be erased.",
            discussion: """
                Entries themselves are kept for good. A server erases what is due when it starts and once a day; \
                `scrim audit erase --due` does it where none runs.

                EXAMPLE: scrim audit retention --config scrim.yaml
                """
        )

        @Option(name: .long, help: "The configuration file.")
        var config: String

        @Flag(name: .long, help: "The log of admin commands, in place of the server's.")
        var admin = false

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func run() async throws {
            try await AuditRead("retention").record(config: config, admin: admin)
            try AuditCommand.reporting {
                let desk = try AuditDesk(config: config)
                let holds = try HoldBook.read(directory: desk.directory(admin: true))
                let policy = desk.configuration.audit.retention
                let plan = try ErasurePlanner(directory: desk.directory(admin: admin), holds: holds)
                    .plan(.due(policy), countingAll: true)
                if json {
                    print(Self.json(of: plan, policy, recordsContent: desk.configuration.audit.recordsContent).text)
                } else {
                    let recording = desk.configuration.audit.recordsContent ? "on" : "off"
                    print("recording of what is returned is \(recording)")
                    for kept in RetentionClass.allCases { print(Self.text(of: kept, plan, policy)) }
                    print("\(count(holds.holds.count, "hold")) in force")
                }
            }
        }

        private static func json(
            of plan: ErasurePlan,
            _ policy: RetentionPolicy,
            recordsContent: Bool
        ) -> JSONValue {
            var classes = JSONObject()
            for kept in RetentionClass.allCases {
                let share = plan.shares[kept]
                classes[kept.rawValue] = [
                    "seconds": policy.seconds[kept].map { .integer($0) } ?? .null,
                    "records": .integer(Int64(share?.keptCount ?? 0)), "bytes": .integer(share?.keptBytes ?? 0),
                    "oldest": share?.oldestTime.map { .string($0) } ?? .null,
                    "due": .integer(Int64(share?.count ?? 0)), "due_bytes": .integer(share?.bytes ?? 0),
                    "held": .integer(Int64(share?.heldCount ?? 0)),
                ]
            }
            return [
                "records_content": .bool(recordsContent), "classes": .object(classes),
                "holds": .integer(Int64(plan.holds.holds.count)),
            ]
        }

        private static func text(of kept: RetentionClass, _ plan: ErasurePlan, _ policy: RetentionPolicy) -> String {
            let time = policy.seconds[kept].map { "kept for \(duration($0))" } ?? "kept for ever"
            let share = plan.shares[kept] ?? ErasurePlan.Share()
            let oldest = share.oldestTime.map { ", the oldest of \(printable($0))" } ?? ""
            return """
                \(kept.rawValue): \(time)
                  there  \(count(share.keptCount, "record")), \(count(share.keptBytes, "byte"))\(oldest)
                  due    \(count(share.count, "record")), \(count(share.bytes, "byte"))
                  held   \(count(share.heldCount, "record")) that would be due
                """
        }

        private static func duration(_ seconds: Int64) -> String {
            for (unit, length) in [("day", Int64(86_400)), ("hour", 3600), ("minute", 60)] where seconds % length == 0 {
                return count(seconds / length, unit)
            }
            return count(seconds, "second")
        }
    }

    /// `scrim audit erase`.
    struct Erase: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "erase",
            abstract: "Erases sealed texts and recorded content; the log says so, and still verifies.",
            discussion: """
                What is under a legal hold stays. Entries stay too: who, when, which tables and columns. The log must \
                not be open in a server. Exit code 1: nothing was erased although something was meant, because of a hold \
                or because there is nothing.

                EXAMPLE: scrim audit erase --config scrim.yaml --due
                EXAMPLE: scrim audit erase --config scrim.yaml --person alice@bank.example --reason 'GDPR 17, case 12'
                """
        )

        @Option(name: .long, help: "The configuration file.")
        var config: String

        @Flag(name: .long, help: "The log of admin commands, in place of the server's.")
        var admin = false

        @Flag(name: .long, help: "What `audit.retention` says is due.")
        var due = false

        @Option(name: .long, help: "What belongs to this session.")
        var session: String?

        @Option(name: .long, help: "What belongs to this subject, for example alice@bank.example.")
        var person: String?

        @Option(name: .long, help: "What belongs to the entry of this number.")
        var entry: Int64?

        @Option(name: .long, help: "Why; it stands in the log. Required unless --due.")
        var reason: String?

        @Flag(name: .long, help: "Only say what would be erased.")
        var dryRun = false

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func validate() throws {
            let chosen = [session != nil, person != nil, entry != nil, due].filter(\.self).count
            guard chosen == 1 else { throw ValidationError("name one of --due, --session, --person and --entry") }
            guard due || reason != nil else { throw ValidationError("--reason is required") }
            if let reason { try AuditDesk.check(reason: reason) }
        }

        func run() async throws {
            try await AuditDesk.reporting {
                let desk = try AuditDesk(config: config)
                let directory = desk.directory(admin: admin)
                let selection = self.selection(desk.configuration.audit.retention)
                if dryRun {
                    let holds = try HoldBook.verified(directory: desk.directory(admin: true), keys: desk.keys)
                    try tell(ErasurePlanner(directory: directory, holds: holds).plan(selection), nil)
                    return
                }
                let (plan, report) = try await desk.withLog(admin: admin) { log in
                    try await ErasureRun(
                        log: log,
                        directory: directory,
                        holdsDirectory: desk.directory(admin: true),
                        keys: desk.keys
                    ).erase(selection, by: desk.actor, reason: reason ?? "audit.retention")
                }
                try tell(plan, report)
            }
        }

        private func selection(_ policy: RetentionPolicy) -> ErasurePlanner.Selection {
            guard !due else { return .due(policy) }
            var choice = RecordChoice()
            choice.session = session
            choice.person = person
            choice.entry = entry
            return .chosen(choice)
        }

        private func tell(_ plan: ErasurePlan, _ report: ErasureReport?) throws {
            let erased = report?.erasedCount ?? plan.count
            if json {
                let answer: JSONValue = [
                    "records": .integer(Int64(erased)), "held": .integer(Int64(plan.heldCount)),
                    "dry_run": .bool(report == nil),
                    "entries": .array((report?.announcements ?? []).map { .integer($0) }),
                ]
                print(answer.text)
            } else {
                print("\(count(erased, "record")) \(report == nil ? "would be " : "")erased")
                if plan.heldCount > 0 { print("\(count(plan.heldCount, "record")) under a hold, and kept") }
                for sequence in report?.announcements ?? [] { print("entry \(sequence) says so") }
            }
            if plan.isEmpty, !due || plan.heldCount > 0 { throw ExitCode(1) }
        }
    }
}
