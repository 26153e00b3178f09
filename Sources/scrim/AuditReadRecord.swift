import ArgumentParser
import Audit
import Cryptography
import Foundation

/// What somebody wants to be shown of an audit log.
struct AuditRead {
    /// The subcommand of `scrim audit`.
    let command: String
    /// What was asked for, by the names of options and arguments: people, sessions, jobs, tables, tags, times. Such names
    /// stand in the log in clear, so they do here.
    let arguments: [String: String]
    /// What may hold literals or other values that the log has in no entry, such as a statement: recorded as commitments.
    let texts: [String: [UInt8]]

    /// A question; what is null was not asked for.
    init(_ command: String, _ arguments: [String: String?] = [:], texts: [String: [UInt8]?] = [:]) {
        self.command = command
        self.arguments = arguments.compactMapValues(\.self)
        self.texts = texts.compactMapValues(\.self)
    }
}

extension AuditCommand.Location {
    /// Records what somebody is about to be shown, before it is: call it before the first output. How much it will be is
    /// not known then, and not recorded.
    ///
    /// With `--directory` alone there are no keys to write a log with, and nothing is recorded.
    /// - Throws: `ExitCode(2)`, after saying why; then nothing is to be shown.
    func record(_ read: AuditRead) async throws {
        do {
            guard let configuration = try configuration() else { return }
            let log = try await AdminLog.open(configuration, makesKeys: false)
            try await AdminLog.use(log) {
                let event = AuditReadAsked(
                    command: "audit \(read.command)",
                    log: admin ? .admin : .server,
                    arguments: read.arguments,
                    texts: read.texts
                )
                _ = try await log.append(.auditReadAsked(AdminLog.context(), event))
            }
        } catch {
            StandardError.print("scrim: nothing is shown, because it cannot be recorded: \(error)")
            throw ExitCode(2)
        }
    }
}
