import ArgumentParser
import Foundation
import Gate
import Glibc

/// `scrim stdio`: MCP over standard input and output.
struct StdioCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stdio",
        abstract: "Speaks MCP on standard input and output.",
        discussion: """
            For agents that start their server themselves. Standard output carries nothing but MCP, logs go to standard \
            error. Ends with its input, and on SIGTERM or SIGINT; queries that are then running are cancelled.

            Where issuers are configured, the access token comes from the environment variable SCRIM_TOKEN, or from the file \
            or variable that `identity.token` or --token-file names; a file is read again for each call.

            EXAMPLE: scrim stdio --config scrim.yaml --as-role analyst
            """
    )

    @Option(name: .long, help: "The configuration file.")
    var config: String

    @Option(
        name: .customLong("as-role"),
        help: "A role for the development principal, in place of the configured ones."
    )
    var asRole: [String] = []

    @Option(
        name: .customLong("token-file"),
        help: "The file with the access token, in place of the configured one and of SCRIM_TOKEN."
    )
    var tokenFile: String?

    /// How long the end may take, in microseconds: clients kill a server that is not gone after 2 s.
    private static let endMicrosecondsMax: UInt32 = 1_700_000

    func run() async throws {
        let output = try Self.takeOutput()
        let environment = ProcessInfo.processInfo.environment
        let assembled: Assembly
        do {
            try ProcessSecrecy.begin()
            var configuration = try Configuration.load(config, environment: environment)
            try configuration.identity.take(developmentRoles: asRole)
            try configuration.identity.take(tokenFile: tokenFile)
            assembled = try await Assembly(configuration, for: .stdio)
        } catch {
            StandardError.print("scrim: \(error)")
            throw ExitCode(2)
        }
        try await assembled.answer(on: (STDIN_FILENO, output), onEnding: Self.endInTime)
    }

    /// Takes standard output for MCP alone: what anything else prints there goes to standard error from now on.
    private static func takeOutput() throws -> Int32 {
        ProcessSignals.turnIntoErrors()
        let output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        guard output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else {
            StandardError.print("scrim: standard output cannot be taken for MCP")
            throw ExitCode(2)
        }
        return output
    }

    /// Ends the process when BigQuery or the disk does not let it end by itself. Every entry of the log is durable
    /// before anything follows from it, so that nothing is lost but the checkpoint, which the next start writes.
    @Sendable private static func endInTime() {
        let thread = Thread {
            usleep(endMicrosecondsMax)
            StandardError.print("scrim: the end took too long")
            _exit(1)
        }
        thread.name = "scrim-end"
        thread.start()
    }
}
