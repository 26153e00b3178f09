import ArgumentParser
import BigQuery
import Foundation
import Gate
import JSON
import Masking

extension MappingCommand {
    /// `scrim mapping test`.
    struct Test: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Runs cases from a file: who asks what, and what must be masked or refused. No query is run.",
            discussion: """
                The file is YAML: `cases`, each with `role` (or a list), `sql`, an optional `name`, and either `masks` (the \
                rule or expression of each masked column of the result; all others must be unmasked) or `refused` (codes that must be \
                among the reasons). Tables come from --catalog, or from the BigQuery of --config. Exit code 0: all as \
                expected, 1: not.

                EXAMPLE: scrim mapping test cases.yaml --directory mapping --catalog tables.json --default-dataset bank
                """
        )

        @OptionGroup var location: Location

        @Option(name: .long, help: "Tables as a JSON array of what BigQuery's tables.get returns.")
        var catalog: String?

        @Option(name: .customLong("default-dataset"), help: "With --catalog: where unqualified names are looked up.")
        var defaultDataset: String?

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        @Argument(help: "The file of cases.")
        var file: String

        func validate() throws {
            guard catalog != nil || location.config != nil else { throw ValidationError("name --catalog or --config") }
        }

        func run() async throws {
            var results: [Result] = []
            do {
                let mapping = try Mapping.load(files: MappingDirectory.files(in: location.path()))
                let cases = try MappingCases.load(file, rules: mapping.ruleNames).cases
                let (settings, source) = try await source()
                for entry in cases {
                    let explainer = QueryExplainer(
                        settings: settings,
                        mapping: mapping,
                        roles: entry.roles,
                        source: source
                    )
                    guard let explainer else {
                        let names = entry.roles.joined(separator: "`, `")
                        results.append(Result(entry, complaint: "the mapping has no role `\(names)`"))
                        continue
                    }
                    let complaint = entry.complaint(about: await explainer.explain(entry.sql))
                    results.append(Result(entry, complaint: complaint))
                }
            } catch let errors as MappingErrors {
                for problem in errors.problems { StandardError.print("scrim: \(problem)") }
                throw ExitCode(1)
            } catch let error as ConfigurationError {
                StandardError.print("scrim: \(error)")
                throw ExitCode(2)
            }
            report(results)
            if results.contains(where: { $0.complaint != nil }) { throw ExitCode(1) }
        }

        private func source() async throws(ConfigurationError) -> (GateSettings, QueryExplainer.Source) {
            let configuration = try location.configuration()
            if let catalog {
                let file = try CatalogFile.load(catalog)
                let settings =
                    if let configuration { GateSettings(configuration) } else {
                        try file.settings(project: nil, defaultDataset: defaultDataset)
                    }
                return (settings, .snapshot(file.snapshot))
            }
            guard let configuration else { throw ConfigurationError("name --catalog or --config") }
            return (GateSettings(configuration), .bigQuery(try await Warehouse.client(configuration.warehouse)))
        }

        /// What came of one case.
        private struct Result {
            let name: String
            let line: Int?
            /// nil: all as expected.
            let complaint: String?

            init(_ entry: MappingCases.Case, complaint: String?) {
                name = entry.name
                line = entry.line
                self.complaint = complaint
            }
        }

        private func report(_ results: [Result]) {
            let failed = results.count { $0.complaint != nil }
            if json {
                let cases = results.map { result -> JSONValue in
                    [
                        "name": .string(result.name), "passed": .bool(result.complaint == nil),
                        "line": result.line.map { .integer(Int64($0)) } ?? .null,
                        "complaint": result.complaint.map { .string($0) } ?? .null,
                    ]
                }
                print(JSONValue.object(["cases": .array(cases), "failed": .integer(Int64(failed))]).text)
                return
            }
            for result in results {
                let place = result.line.map { "\(file):\($0): " } ?? ""
                print(result.complaint.map { "FAIL \(place)\(result.name): \($0)" } ?? "ok   \(result.name)")
            }
            print("\(results.count) cases, \(failed) failed")
        }
    }
}
