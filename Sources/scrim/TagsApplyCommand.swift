import ArgumentParser
import Audit
import Catalog
import Foundation
import Glibc
import JSON
import Tagging

extension TagsCommand {
    /// `scrim tags apply`.
    struct Apply: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "apply",
            abstract: "Carries out a plan, table by table, and reads each back.",
            discussion: """
                Every table is read again first; where one is not as the plan says, nothing is changed at all. A table's \
                columns change together or not at all. Exit code 1: the plan is stale, or a table did not end well; the \
                tables after it are left as they are.

                EXAMPLE: scrim tags apply --config scrim.yaml --credentials admin.json --plan plan.json
                """
        )

        @OptionGroup var access: Access

        @Option(name: .long, help: "The plan, as `scrim tags plan --out` wrote it.")
        var plan: String

        @Flag(name: .long, help: "Do not ask.")
        var yes = false

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func run() async throws {
            try await TagsCommand.reporting {
                let plan = try Self.load(self.plan)
                // With --json standard output is the answer alone.
                if json { StandardError.print(plan.text) } else { print(plan.text) }
                guard yes || Self.isConfirmed() else {
                    throw ConfigurationError("nothing was changed: confirm on a terminal, or give --yes")
                }
                try await AdminSession.run(access, "tags apply", ["plan": plan.digest]) { session in
                    let application = TagApplication(
                        client: session.client,
                        log: session.log,
                        context: session.context
                    )
                    let (patches, findings) = try await application.prepare(plan)
                    let outcomes = findings.isEmpty ? try await application.apply(patches) : []
                    show(outcomes, findings, plan)
                    guard findings.isEmpty, outcomes.allSatisfy({ $0.outcome == .applied }) else {
                        throw ExitCode(1)
                    }
                }
            }
        }

        private static func load(_ path: String) throws(ConfigurationError) -> TagPlan {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ConfigurationError("the plan `\(path)` cannot be read")
            }
            do {
                return try TagPlan(parsing: Array(data))
            } catch {
                throw ConfigurationError("the plan `\(path)`: \(error)")
            }
        }

        /// Whether somebody at a terminal says so.
        private static func isConfirmed() -> Bool {
            guard isatty(STDIN_FILENO) == 1 else { return false }
            StandardError.print("Apply this plan? Type `yes`:")
            return readLine() == "yes"
        }

        private func show(_ outcomes: [TagApplication.TableOutcome], _ findings: [TagFinding], _ plan: TagPlan) {
            if json {
                let tables = outcomes.map { table -> JSONValue in
                    [
                        "table": .string(table.table.description),
                        "outcome": .string(table.outcome?.rawValue ?? "not_tried"),
                        "reason": table.reason.map { .string($0) } ?? .null,
                    ]
                }
                let answer: JSONObject = [
                    "digest": .string(plan.digest), "tables": .array(tables),
                    "findings": .array(findings.map(\.json)),
                ]
                print(JSONValue.object(answer).text)
                return
            }
            for finding in findings { print(AuditCommand.printable("\(finding)")) }
            if !findings.isEmpty { print("nothing was changed") }
            for table in outcomes {
                let reason = table.reason.map { ": \($0)" } ?? ""
                print(AuditCommand.printable("\(table.table): \(table.outcome?.rawValue ?? "left as it is")\(reason)"))
            }
        }
    }
}
