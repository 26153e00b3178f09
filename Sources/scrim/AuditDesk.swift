import ArgumentParser
import Audit
import Cryptography
import Foundation

/// What a command that writes about retention needs: the configuration, a log that it writes, and who runs it.
struct AuditDesk {
    let configuration: Configuration
    let keys: KeyRing
    let actor: RetentionActor

    init(config: String) throws {
        configuration = try Configuration.load(config, environment: ProcessInfo.processInfo.environment)
        keys = try KeyRing.load(file: configuration.keys.audit)
        let person = AuditActor(issuer: "os", subject: NSUserName(), client: nil, roles: [], kind: "admin")
        actor = RetentionActor(actor: person, request: Hex.encode(try SecureRandom.bytes(16)))
    }

    func directory(admin: Bool) -> String {
        admin ? configuration.adminAuditDirectory : configuration.audit.directory
    }

    /// Opens a log to write on it, and closes it whatever happens.
    ///
    /// - Parameter admin: the log of admin commands, which is made when there is none.
    func withLog<Answer>(admin: Bool, _ body: (AuditLog) async throws -> Answer) async throws -> Answer {
        let log = admin ? try await AdminLog.open(configuration, makesKeys: false) : try openServerLog()
        do {
            let answer = try await body(log)
            try await log.close()
            return answer
        } catch {
            try? await log.close()
            throw error
        }
    }

    private func openServerLog() throws -> AuditLog {
        let directory = directory(admin: false)
        // A server's log is the server's to make.
        _ = try AuditReader(directory: directory).origin()
        var options = AuditLog.Options()
        options.anchorFile = configuration.audit.anchorFile
        let origin = configuration.audit.origin.map { LogOrigin.Rule.exactly($0) } ?? .forNewLog(.ofThisMachine)
        do throws(AuditError) {
            return try AuditLog(directory: directory, keys: keys, origin: origin, options: options)
        } catch {
            guard error.code == .locked else { throw error }
            let help = "a running server erases what is due by itself (`audit.retention`); stop it for anything else"
            throw ConfigurationError("audit: \(error): \(help)")
        }
    }

    /// A reason that an entry can hold.
    static func check(reason: String) throws(ValidationError) {
        guard !reason.isEmpty, reason.utf8.count <= RetentionActor.reasonBytesMax else {
            throw ValidationError("--reason takes 1 to \(RetentionActor.reasonBytesMax) bytes")
        }
    }

    /// Runs a command and turns what went wrong into its exit code, as `AuditCommand.reporting` does.
    static func reporting(_ body: () async throws -> Void) async throws {
        let result: Result<Void, any Error>
        do {
            result = .success(try await body())
        } catch {
            result = .failure(error)
        }
        try AuditCommand.reporting { try result.get() }
    }
}
