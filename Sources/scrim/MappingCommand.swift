import ArgumentParser
import BigQuery
import Foundation
import JSON
import Masking

/// `scrim mapping`: what each role sees of each tag, checked before it goes live.
struct MappingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mapping",
        abstract: "Checks, shows, tests and compares what each role sees of each tag.",
        discussion: "EXAMPLE: scrim mapping check --directory mapping",
        subcommands: [Check.self, Show.self, Test.self, Diff.self]
    )

    /// Where the mapping is: named by itself, or by a configuration.
    struct Location: ParsableArguments {
        @Option(name: .long, help: "The mapping directory.")
        var directory: String?

        @Option(name: .long, help: "A configuration file that names the mapping directory.")
        var config: String?

        func path() throws -> String {
            if let directory { return directory }
            guard let configuration = try configuration() else {
                throw ValidationError("name --directory or --config")
            }
            return configuration.mapping
        }

        func configuration() throws(ConfigurationError) -> Configuration? {
            guard let config else { return nil }
            return try Configuration.load(config, environment: ProcessInfo.processInfo.environment)
        }
    }

    /// `scrim mapping check`.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Reports every mistake of a mapping, with file and line.",
            discussion: """
                With --catalog it also reports rules that do not fit the type of a column that carries their tag. Warnings \
                tell of exceptions and expressions that change nothing. Exit code 0: no mistake, 1: mistakes, 2: usage.

                EXAMPLE: scrim mapping check --directory mapping --catalog tables.json
                """
        )

        @OptionGroup var location: Location

        @Option(name: .long, help: "Tables as a JSON array of what BigQuery's tables.get returns.")
        var catalog: String?

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        func run() async throws {
            var problems: [MappingProblem] = []
            var warnings: [MappingProblem] = []
            var roles: [String] = []
            do {
                let mapping = try Mapping.load(files: MappingDirectory.files(in: location.path()))
                roles = mapping.roles.keys.sorted()
                let tables = try catalog.map { try CatalogFile.load($0).tables }
                let project = try location.configuration()?.warehouse.project
                if let tables { problems = mapping.problems(in: tables, project: project) }
                warnings = mapping.warnings(tables: tables, project: project)
            } catch let errors as MappingErrors {
                problems = errors.problems
            } catch let error as ConfigurationError {
                StandardError.print("scrim: \(error)")
                throw ExitCode(2)
            }
            if json {
                let answer: JSONValue = [
                    "problems": .array(problems.map(\.json)), "warnings": .array(warnings.map(\.json)),
                    "roles": .array(roles.map { .string($0) }),
                ]
                print(answer.text)
            } else {
                for problem in problems { print(problem) }
                for warning in warnings { print("warning: \(warning)") }
                if problems.isEmpty { print("no mistakes; roles: \(roles.joined(separator: ", "))") }
            }
            if !problems.isEmpty { throw ExitCode(1) }
        }
    }
}

extension MappingProblem {
    fileprivate var json: JSONValue {
        ["path": .string(path), "message": .string(message), "line": line.map { .integer(Int64($0)) } ?? .null]
    }
}
