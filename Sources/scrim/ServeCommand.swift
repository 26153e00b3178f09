import ArgumentParser
import Foundation
import Gate
import Logging
import ServiceLifecycle

/// `scrim serve`: MCP over HTTP.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serves MCP over HTTP.",
        discussion: """
            Prints `ready http://HOST:PORT/mcp` on standard error when it listens, and ends on SIGTERM or SIGINT \
            after running requests have ended, at the latest after `limits.shutdown`; a second signal ends it in seconds.

            EXAMPLE: scrim serve --config scrim.yaml
            """
    )

    @Option(name: .long, help: "The configuration file.")
    var config: String

    @Option(
        name: .customLong("as-role"),
        help: "A role for the development principal, in place of the configured ones."
    )
    var asRole: [String] = []

    func run() async throws {
        ProcessSignals.turnIntoErrors()
        let environment = ProcessInfo.processInfo.environment
        let assembled: Assembly
        let connections: Int
        do {
            try ProcessSecrecy.begin()
            var configuration = try Configuration.load(config, environment: environment)
            try configuration.identity.take(developmentRoles: asRole)
            connections = try DescriptorLimit.connections(
                configuration.listen.connections,
                descriptors: DescriptorLimit.raise()
            )
            assembled = try await Assembly(configuration, for: .http)
        } catch {
            StandardError.print("scrim: \(error)")
            throw ExitCode(2)
        }
        try await assembled.serve(connections: connections)
    }
}
