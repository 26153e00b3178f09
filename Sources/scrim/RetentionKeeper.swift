import Audit
import Cryptography
import Gate
import Logging
import ServiceLifecycle

/// Erases what was kept as long as `audit.retention` says: when the server starts and once a day, or more often where
/// something is kept for less than a day.
struct RetentionKeeper: Service {
    private static let daySeconds: Int64 = 86_400

    private let policy: RetentionPolicy
    private let run: ErasureRun
    private let logger: Logger

    init(_ configuration: Configuration, log: AuditLog, keys: KeyRing, logger: Logger) {
        policy = configuration.audit.retention
        run = ErasureRun(
            log: log,
            directory: configuration.audit.directory,
            holdsDirectory: configuration.adminAuditDirectory,
            keys: keys
        )
        self.logger = logger
    }

    func run() async throws {
        guard let shortest = policy.seconds.values.min() else {
            // The group ends with the first of its services.
            try? await gracefulShutdown()
            return
        }
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await eraseDue()
                try? await Task.sleep(for: .seconds(min(shortest, Self.daySeconds)))
            }
        }
    }

    private func eraseDue() async {
        do {
            let actor = AuditActor(issuer: "scrim", subject: "retention", client: nil, roles: [], kind: "machine")
            let (plan, report) = try await run.erase(
                .due(policy),
                by: RetentionActor(actor: actor, request: Hex.encode(SecureRandom.bytes(16))),
                reason: "audit.retention"
            )
            guard !plan.isEmpty || plan.heldCount > 0 else { return }
            let counts = LogCounts(["records": report.erasedCount, "held": plan.heldCount])
            logger.record(.notice, "what was due is erased from the audit log", [LogField("counts", counts)])
        } catch {
            logger.record(.critical, "what is due cannot be erased from the audit log", [.reason(error)])
        }
    }
}
