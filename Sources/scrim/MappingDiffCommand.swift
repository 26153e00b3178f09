import ArgumentParser
import BigQuery
import Catalog
import JSON
import Masking

extension MappingCommand {
    /// `scrim mapping diff`.
    struct Diff: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "diff",
            abstract: "Says for whom what changes between two mappings.",
            discussion: """
                Each of the two is a directory, or a Git revision of --directory (or of the one that --config names). \
                Without the second it is that directory as it is now. With --catalog also column by column: what a role \
                does not hold counts as DENY. What is said inside of an exception is told where it is otherwise than outside. Exit code 0: they say the same, 1: they do not, or one has mistakes.

                EXAMPLE: scrim mapping diff HEAD~1 --directory mapping --catalog tables.json
                """
        )

        @OptionGroup var location: Location

        @Option(name: .long, help: "Tables as a JSON array of what BigQuery's tables.get returns.")
        var catalog: String?

        @Flag(name: .long, help: "Answer in JSON.")
        var json = false

        @Argument(help: "The mapping before: a directory, or a Git revision.")
        var before: String

        @Argument(help: "The mapping after: a directory, or a Git revision; without it the directory as it is.")
        var after: String?

        func run() async throws {
            let differences: [MappingDifference]
            do {
                let directory = try? location.path()
                guard let second = after ?? directory else {
                    throw ConfigurationError("name the second mapping, or --directory, or --config")
                }
                let old = try MappingRevision.load(before, of: directory)
                let new = try MappingRevision.load(second, of: directory)
                differences = old.differences(
                    to: new,
                    tables: try catalog.map { try CatalogFile.load($0).tables } ?? []
                )
            } catch let errors as MappingErrors {
                for problem in errors.problems { StandardError.print("scrim: \(problem)") }
                throw ExitCode(1)
            } catch let error as ConfigurationError {
                StandardError.print("scrim: \(error)")
                throw ExitCode(2)
            }
            if json {
                print(JSONValue.object(["differences": .array(differences.map(\.json))]).text)
            } else {
                print(differences.isEmpty ? "no difference" : Self.text(of: differences))
            }
            if !differences.isEmpty { throw ExitCode(1) }
        }

        private static func text(of differences: [MappingDifference]) -> String {
            var lines: [String] = []
            var heading: String?
            for difference in differences {
                let groups = difference.groups.isEmpty ? "" : " (\(difference.groups.joined(separator: ", ")))"
                let next = difference.role.map { "role \($0)\(groups)" } ?? "all roles"
                if heading != next {
                    lines.append(next)
                    heading = next
                }
                let (old, new) = (difference.before ?? "–", difference.after ?? "–")
                let place = difference.scope.map { " in \($0.text)" } ?? ""
                lines.append("  \(difference.effect.rawValue): \(difference.subject.text)\(place): \(old) → \(new)")
            }
            return lines.joined(separator: "\n")
        }
    }
}

extension MappingDifference {
    fileprivate var json: JSONValue {
        [
            "role": role.map { .string($0) } ?? .null,
            "groups": .array(groups.map { .string($0) }),
            "in": scope.map { .string($0.text) } ?? .null,
            "subject": .string(subject.text),
            "before": before.map { .string($0) } ?? .null,
            "after": after.map { .string($0) } ?? .null,
            "effect": .string(effect.rawValue),
        ]
    }
}
