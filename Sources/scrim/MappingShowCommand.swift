import ArgumentParser
import BigQuery
import Catalog
import Foundation
import Gate
import JSON
import Masking

extension MappingCommand {
    /// `scrim mapping show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Shows what a role sees of each tag, and with --catalog or --columns of each column.",
            discussion: """
                With several roles their rules are put together as the mapping says. Of columns the rule is the one at run \
                time: a rule that does not fit a column's type denies it. Exit code 1: the mapping has mistakes, 2: there is \
                no such role.

                EXAMPLE: scrim mapping show --directory mapping --role analyst --catalog tables.json
                """
        )

        @OptionGroup var location: Location

        @Option(name: .long, help: "A role; several are put together as the mapping says.")
        var role: [String] = []

        @Option(name: .long, help: "Tables as a JSON array of what BigQuery's tables.get returns.")
        var catalog: String?

        @Flag(name: .long, help: "Show columns from the configured BigQuery; needs --config.")
        var columns = false

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func validate() throws {
            guard !role.isEmpty else { throw ValidationError("give at least one --role") }
            guard !columns || (catalog == nil && location.config != nil) else {
                throw ValidationError("--columns needs --config, and no --catalog")
            }
        }

        func run() async throws {
            do {
                let mapping = try Mapping.load(files: MappingDirectory.files(in: location.path()))
                let project = try location.configuration()?.warehouse.project
                guard let policy = mapping.policy(for: role, project: project) else {
                    throw ConfigurationError("the mapping has no role `\(role.joined(separator: "`, `"))`")
                }
                let tables = try await tables()?.sorted { $0.id < $1.id }
                let seen = EffectiveMapping(policy: policy, tables: tables?.filter { policy.allows($0.id.datasetID) })
                print(json ? JSONValue.object(seen.json).text : seen.text)
            } catch let errors as MappingErrors {
                for problem in errors.problems { StandardError.print("scrim: \(problem)") }
                throw ExitCode(1)
            } catch let error as ConfigurationError {
                StandardError.print("scrim: \(error)")
                throw ExitCode(2)
            }
        }

        /// The tables to show; nil when none are asked for.
        private func tables() async throws(ConfigurationError) -> [TableSchema]? {
            if let catalog { return try CatalogFile.load(catalog).tables }
            guard columns, let configuration = try location.configuration() else { return nil }
            let client = try Warehouse.client(configuration.warehouse)
            var found: [TableSchema] = []
            do {
                for dataset in GateSettings(configuration).datasets {
                    var token: String?
                    repeat {
                        let page = try await client.tables(of: dataset, pageToken: token)
                        for table in page.elements {
                            guard case .table(let schema) = try await client.table(table.id) else { continue }
                            found.append(schema)
                        }
                        token = page.nextPageToken
                    } while token != nil
                }
            } catch {
                throw ConfigurationError("bigquery: \(error)")
            }
            return found
        }
    }
}

/// What someone with certain roles sees, tag by tag and column by column.
private struct EffectiveMapping {
    let policy: MaskingPolicy
    /// nil: no columns are shown.
    let tables: [TableSchema]?

    private var tags: [String] { policy.tags.resources.keys.sorted() }

    var json: JSONObject {
        var answer: JSONObject = [
            "roles": .array(policy.roles.map { .string($0.name) }),
            "mapping": .string(policy.mappingDigest),
            "tags": .array(
                tags.map { tag in
                    [
                        "tag": .string(tag), "resource": policy.tags.resources[tag].map { .string($0) } ?? .null,
                        "rule": .string(policy.rule(forTag: tag).rawValue),
                    ]
                }
            ),
            "default": .string(policy.defaultRule.rawValue),
            "untagged": .string(policy.untaggedRule.rawValue),
        ]
        if let tables { answer["columns"] = .array(tables.flatMap(columns)) }
        return answer
    }

    private func columns(of table: TableSchema) -> [JSONValue] {
        policy.describe(table).map { described in
            [
                "table": .string(table.id.description),
                "column": .string(described.path),
                "type": .string(described.column.type.name),
                "masked": described.mask.map { ["tag": .string($0.tag), "rule": .string($0.rule.rawValue)] } ?? .null,
            ]
        }
    }

    /// Two columns: what, and the rule.
    var text: String {
        var lines = tags.map { ($0, policy.rule(forTag: $0).rawValue) }
        lines += [("(other tags)", policy.defaultRule.rawValue), ("(untagged)", policy.untaggedRule.rawValue)]
        for table in tables ?? [] {
            lines += policy.describe(table).map { described in
                let rule = described.mask.map { "\($0.rule.rawValue) (\($0.tag))" } ?? MaskRule.raw.rawValue
                return ("\(table.id).\(described.path)", rule)
            }
        }
        let width = lines.map(\.0.count).max() ?? 0
        return lines.map { name, rule in
            name + String(repeating: " ", count: width - name.count + 2) + rule
        }.joined(separator: "\n")
    }
}
