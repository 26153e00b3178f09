import ArgumentParser
import Cryptography
import Foundation

/// The executable: one file a subcommand.
@main
struct Scrim: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scrim",
        abstract: "A data proxy between AI agents and BigQuery that masks tagged columns at the scan.",
        discussion: """
            Agents speak MCP to it; it holds the service-account key, rewrites every SELECT so that tagged columns are \
            masked before any expression can see them, and writes every job ID to a tamper-evident log first.

            EXAMPLE: scrim serve --config scrim.yaml
            """,
        version: Version.current,
        subcommands: [
            ServeCommand.self, StdioCommand.self, ExplainCommand.self, MappingCommand.self, TagsCommand.self,
            AuditCommand.self, KeysCommand.self,
            SQLCommand.self,
        ]
    )

    /// Runs the command line. Exit codes: 0 done, 1 a finding or a refusal, 2 wrong usage or configuration.
    static func main() async {
        CryptographyLibrary.keepUntilExit()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            StandardError.print(fullMessage(for: error))
            Foundation.exit(2)
        }
    }
}

/// This build's version, as MCP clients and the audit log see it.
enum Version {
    static let current = "0.1.0"
}
