import ArgumentParser
import Audit
import BigQuery
import Catalog
import Foundation
import JSON
import Tagging

extension TagsCommand {
    /// `scrim tags plan`.
    struct Plan: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "plan",
            abstract: "Says what a file of wanted tags changes, column by column and for whom.",
            discussion: """
                The file maps tables to columns to the names of policy tags in `tags.yaml`; null takes a tag away, what is \
                not named stays:

                    bank.customers: {ssn: pii.ssn, contacts.value: pii.phone, old_column: null}

                With --out the plan is written to a file for `scrim tags apply`. Nothing is changed. Exit code 1: something \
                stands in the way, and no plan is written.

                EXAMPLE: scrim tags plan --config scrim.yaml --credentials admin.json --file changes.yaml --out plan.json
                """
        )

        @OptionGroup var access: Access

        @Option(name: .long, help: "The wanted tags, in YAML.")
        var file: String

        @Option(name: .long, help: "Where to write the plan; a file that is there is not replaced.")
        var out: String?

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func run() async throws {
            try await TagsCommand.reporting {
                let document = try Self.document(file)
                if let out, FileManager.default.fileExists(atPath: out) {
                    throw ConfigurationError("`\(out)` is there already")
                }
                try await AdminSession.run(access, "tags plan", ["file": file, "out": out]) { session in
                    let outcome = try await plan(document, in: session)
                    try await session.recordReading(
                        "tags_plan",
                        outcome.plan.tables.map(\.id.description),
                        itemCount: outcome.plan.tables.count
                    )
                    if outcome.findings.isEmpty, !outcome.plan.isEmpty, let out {
                        // Recorded first: a plan that exists is a plan that the log knows.
                        for table in outcome.plan.tables {
                            for record in outcome.plan.change(of: table).records {
                                _ = try await session.log.append(.tagChangePlanned(session.context, record))
                            }
                        }
                        try Self.write(outcome.plan, to: out)
                    }
                    show(outcome)
                    if !outcome.findings.isEmpty { throw ExitCode(1) }
                }
            }
        }

        private static func document(_ path: String) throws(ConfigurationError) -> JSONValue {
            guard let data = FileManager.default.contents(atPath: path), data.count <= MappingDirectory.fileBytesMax,
                let text = String(validating: data, as: UTF8.self)
            else { throw ConfigurationError("`\(path)` cannot be read as UTF-8 text") }
            do {
                return try YAMLDocument.parse(text)
            } catch {
                throw ConfigurationError("`\(path)`: \(error)")
            }
        }

        private func plan(_ document: JSONValue, in session: AdminSession) async throws -> TagPlanner.Outcome {
            let project = session.configuration.warehouse.project
            let wanted: WantedTags
            do {
                wanted = try WantedTags(document, project: project)
            } catch {
                throw ConfigurationError("`\(file)`: \(error)")
            }
            var targets: [TableID: TagTarget] = [:]
            var locations: [DatasetID: String] = [:]
            for id in wanted.tables.keys.sorted() {
                if locations[id.datasetID] == nil {
                    locations[id.datasetID] = try await session.client.dataset(id.datasetID)?.location
                }
                targets[id] = TagTarget(
                    lookup: try await session.client.table(id),
                    location: locations[id.datasetID]
                )
            }
            return TagPlanner.plan(wanted, targets: targets, mapping: session.mapping, project: project)
        }

        private static func write(_ plan: TagPlan, to path: String) throws(ConfigurationError) {
            do {
                try Data(JSONValue.object(plan.file).serialized()).write(
                    to: URL(filePath: path),
                    options: .withoutOverwriting
                )
            } catch {
                throw ConfigurationError("`\(path)` cannot be written")
            }
        }

        private func show(_ outcome: TagPlanner.Outcome) {
            if json {
                var answer: JSONObject = outcome.findings.isEmpty ? outcome.plan.file : [:]
                answer["findings"] = .array(outcome.findings.map(\.json))
                answer["unchanged"] = .integer(Int64(outcome.unchangedCount))
                print(JSONValue.object(answer).text)
                return
            }
            for finding in outcome.findings { print(AuditCommand.printable("\(finding)")) }
            guard outcome.findings.isEmpty else { return }
            print(outcome.plan.isEmpty ? "nothing to change" : outcome.plan.text)
            if outcome.unchangedCount > 0 {
                print("\(AuditCommand.count(outcome.unchangedCount, "column")) as wanted already")
            }
        }
    }
}

extension TagFinding {
    /// The same for machines.
    var json: JSONValue {
        ["code": .string(code), "place": .string(place), "message": .string(message), "fix": .string(fix)]
    }
}

extension TagPlan {
    /// The plan for people: each table, each column from what to what, and who sees what.
    var text: String {
        var lines: [String] = []
        for table in tables {
            lines.append("\(table.id)")
            for change in table.changes {
                let (old, new) = (Self.name(of: change.old), Self.name(of: change.new))
                lines.append("  \(change.column) \(change.type): \(old) → \(new)")
                for effect in change.effects {
                    let seen =
                        effect.before == effect.after
                        ? "\(effect.before), as before" : "\(effect.before) → \(effect.after)"
                    lines.append("    role \(effect.role): \(seen)")
                }
            }
            lines += table.notes.map { "  note: \($0)" }
        }
        let columns = tables.reduce(0) { $0 + $1.changes.count }
        lines.append(
            "\(AuditCommand.count(columns, "column")) in \(AuditCommand.count(tables.count, "table")); digest \(digest)"
        )
        return lines.map(AuditCommand.printable).joined(separator: "\n")
    }

    private static func name(of tag: AuditTag?) -> String {
        guard let tag else { return "no tag" }
        return tag.name.map { "\($0) [\(tag.resource)]" } ?? "[\(tag.resource)]"
    }
}
