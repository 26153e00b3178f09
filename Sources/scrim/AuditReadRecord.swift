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

extension AuditRead {
    /// Records what somebody is about to be shown, before it is: call it before the first output. How much it will be is
    /// not known then, and not recorded.
    ///
    /// - Parameters:
    ///   - config: the configuration file; without one there are no keys to write a log with, and nothing is recorded.
    ///   - admin: whether it is the log of admin commands that is read.
    /// - Throws: `ExitCode(2)`, after saying why; then nothing is to be shown.
    func record(config: String?, admin: Bool) async throws {
        guard let config else { return }
        do {
            let configuration = try Configuration.load(config, environment: ProcessInfo.processInfo.environment)
            let log = try await AdminLog.open(configuration, makesKeys: false)
            try await AdminLog.use(log) {
                let event = AuditReadAsked(
                    command: "audit \(command)",
                    log: admin ? .admin : .server,
                    arguments: arguments,
                    texts: texts
                )
                _ = try await log.append(.auditReadAsked(AdminLog.context(), event))
            }
        } catch {
            StandardError.print("scrim: nothing is shown, because it cannot be recorded: \(error)")
            throw ExitCode(2)
        }
    }
}

extension AuditCommand.Location {
    /// Records a read of the log that is named; see ``AuditRead/record(config:admin:)``.
    func record(_ read: AuditRead) async throws {
        try await read.record(config: config, admin: admin)
    }
}

extension AuditCommand.Locations {
    /// Records a read of the logs that are named; see ``AuditRead/record(config:admin:)``.
    func record(_ read: AuditRead) async throws {
        try await read.record(config: config, admin: admin)
    }
}

extension AuditCommand.Choice {
    /// What is asked for, as it is recorded with what the command takes besides.
    func read(_ command: String, _ others: [String: String?] = [:]) -> AuditRead {
        let own: [String: String?] = [
            "session": session, "person": person, "group": group, "client": client, "from": from, "to": to,
            "table": table, "column": column, "tag": tag, "job": job, "outcome": outcome, "bytes-min": bytesMin,
            "bytes-max": bytesMax,
        ]
        return AuditRead(command, own.merging(others) { $1 }, texts: ["sql": sql.map { Array($0.utf8) }])
    }
}

extension AuditCommand.Paging {
    /// The same for the part of the answer that is wanted.
    var recorded: [String: String?] {
        ["limit": limit.map(String.init), "after": after, "descending": descending ? "true" : nil]
    }
}
