import Audit
import Gate
import Identity
import Logging
import Masking
import ServiceLifecycle
import UnixSignals

/// Reads the mapping directory again on each SIGHUP, for as long as the server runs.
///
/// A directory with a mistake, or one that the audit log cannot be told of, changes nothing but is said loudly.
struct MappingReload: Service {
    private let configuration: Configuration
    private let gate: QueryGate
    private let audit: AuditLog
    private let logger: Logger
    private let signals: UnixSignalsSequence

    /// From here on SIGHUP no longer ends the process; those that come before ``run()`` are kept for it.
    init(_ configuration: Configuration, gate: QueryGate, audit: AuditLog, logger: Logger) async {
        self.configuration = configuration
        self.gate = gate
        self.audit = audit
        self.logger = logger
        signals = await UnixSignalsSequence(trapping: .sighup)
    }

    /// The configured mapping as its directory says it now, checked as at the start.
    static func load(_ configuration: Configuration) throws(ConfigurationError) -> Mapping {
        let mapping = try MappingDirectory.load(configuration.mapping)
        for role in configuration.identity.developmentPrincipal?.roles ?? [] where mapping.roles[role] == nil {
            throw ConfigurationError("identity.development_principal: the mapping has no role `\(role)`")
        }
        for issuer in configuration.identity.resource?.issuers ?? [] {
            for role in issuer.namedRoles where mapping.roles[role] == nil {
                throw ConfigurationError("identity.issuers: the mapping has no role `\(role)`")
            }
        }
        return mapping
    }

    func run() async {
        for await signal in signals.cancelOnGracefulShutdown() {
            audit.note(signal, logger)
            await reload()
        }
    }

    private func reload() async {
        let mapping: Mapping
        do {
            mapping = try Self.load(configuration)
        } catch {
            refuse("\(error)")
            return await recordRefusal(mistakeCount: "\(error)".split(separator: "\n").count)
        }
        do {
            try await gate.adopt(mapping)
        } catch {
            return refuse(error.refusals.map(\.message).joined(separator: "\n"))
        }
        logger.record(.notice, "the mapping was read again", [LogField("digest", MappingDigest(mapping))])
    }

    private func recordRefusal(mistakeCount: Int) async {
        do {
            try await gate.refuseMapping(mistakeCount: mistakeCount)
        } catch {
            logger.record(.critical, "a mapping that was refused could not be recorded")
        }
    }

    /// - Parameter reasons: one a line, with file and line where a file is at fault.
    private func refuse(_ reasons: String) {
        let lines = reasons.split(separator: "\n").map(String.init)
        StandardError.print("error: THE MAPPING WAS NOT RELOADED; the one before stays in force\n\(reasons)")
        for line in lines {
            logger.record(.error, "the mapping was not reloaded", [.reason(ConfigurationError(line))])
        }
    }
}
