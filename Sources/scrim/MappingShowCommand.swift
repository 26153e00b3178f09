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
            abstract:
                "Shows what a role sees of each tag, its exceptions, and with --catalog or --columns each column.",
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
                let shown = tables?.filter { policy.allows($0.id.datasetID) }
                let seen = EffectiveMapping(policy: policy, expressions: mapping.expressions, tables: shown)
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
            let client = try await Warehouse.client(configuration.warehouse)
            var found: [TableSchema] = []
            do {
                for dataset in GateSettings(configuration).datasets {
                    guard let tables = try await client.allTables(of: dataset) else {
                        throw ConfigurationError("there is no dataset `\(dataset)`")
                    }
                    for table in tables {
                        guard case .table(let schema) = try await client.table(table.id) else { continue }
                        found.append(schema)
                    }
                }
            } catch {
                throw ConfigurationError("bigquery: \(error)")
            }
            return found
        }
    }
}
