import ArgumentParser
import Foundation

/// `scrim tags`: which columns carry which tags, and changing them after a plan.
struct TagsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tags",
        abstract: "Lists tags of columns, changes them after a plan, and finds columns that carry none.",
        discussion: """
            For admins, under a service-account key of their own. Everything is recorded in an audit log of its own, \
            beside the server's: its directory with `-admin` behind it, unless --audit-directory names another.

            EXAMPLE: scrim tags list --config scrim.yaml --credentials admin.json
            """,
        subcommands: [List.self, Plan.self, Apply.self, Coverage.self]
    )

    /// What all tag commands need.
    struct Access: ParsableArguments {
        @Option(name: .long, help: "The server's configuration: project, datasets, mapping, audit.")
        var config: String

        @Option(name: .long, help: "The admin's own service-account key file; never the server's.")
        var credentials: String

        @Option(
            name: .long,
            help: "The directory of the admin's audit log; default: the server's with `-admin` behind it."
        )
        var auditDirectory: String?
    }

    /// Runs a subcommand and turns what went wrong before anything was decided into exit code 2.
    static func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as ConfigurationError {
            StandardError.print("scrim: \(error)")
            throw ExitCode(2)
        }
    }
}
