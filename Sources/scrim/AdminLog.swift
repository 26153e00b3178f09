import Audit
import Cryptography
import Foundation

/// The log of admin commands and of reads of the audit, beside the server's: a running server holds the lock on its own.
enum AdminLog {
    /// How long a command waits for another one to close the log.
    private static let patience: Duration = .seconds(5)
    private static let retryInterval: Duration = .milliseconds(20)

    /// Opens the log, which is made when it is missing.
    ///
    /// - Parameters:
    ///   - directory: another place for it than the configuration's.
    ///   - makesKeys: whether the audit key ring is made too when it is missing.
    /// - Throws: `ConfigurationError`, also when another command holds the log for too long.
    static func open(
        _ configuration: Configuration,
        directory: String? = nil,
        makesKeys: Bool
    ) async throws(ConfigurationError) -> AuditLog {
        let directory = directory ?? configuration.adminAuditDirectory
        let deadline = ContinuousClock.now + patience
        while true {
            do {
                return try openNow(configuration, directory, makesKeys: makesKeys)
            } catch let error as AuditError where error.code == .locked {
                guard ContinuousClock.now < deadline else {
                    throw ConfigurationError(
                        "audit: \(error): another admin command runs, or --audit-directory names the log of a server"
                    )
                }
            } catch {
                throw ConfigurationError("audit: \(error)")
            }
            try? await Task.sleep(for: retryInterval)
        }
    }

    private static func openNow(
        _ configuration: Configuration,
        _ directory: String,
        makesKeys: Bool
    ) throws -> AuditLog {
        let ring = configuration.keys.audit
        for parent in [URL(filePath: ring).deletingLastPathComponent().path, directory] {
            try FileManager.default.createDirectory(
                atPath: parent,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
        let keys = makesKeys ? try KeyRing.loadOrMake(file: ring) : try KeyRing.load(file: ring)
        let origin = configuration.audit.origin.map { LogOrigin.Rule.exactly($0.admin) }
        return try AuditLog(
            directory: directory,
            keys: keys,
            origin: origin ?? .forNewLog(LogOrigin.ofThisMachine.admin)
        )
    }

    /// Runs something with the log and closes it, whatever happens.
    ///
    /// - Throws: what the body throws; failures of the log as `ConfigurationError`.
    static func use(_ log: AuditLog, _ body: () async throws -> Void) async throws {
        do {
            try await body()
            try await log.close()
        } catch {
            try? await log.close()
            guard let error = error as? AuditError else { throw error }
            throw ConfigurationError("audit: \(error)")
        }
    }

    /// Who runs this command: the user of the operating system.
    ///
    /// - Parameters:
    ///   - client: the service account that the command uses, where it does.
    ///   - mapping: the digest of the mapping that it looked at.
    static func context(client: String? = nil, mapping: String? = nil) throws -> AuditContext {
        AuditContext(
            actor: AuditActor(issuer: "os", subject: NSUserName(), client: client, roles: [], kind: "admin"),
            session: nil,
            request: Hex.encode(try SecureRandom.bytes(16)),
            software: "scrim/\(Version.current)",
            mappingDigest: mapping
        )
    }
}
