public import Audit
import Locks
public import Logging

/// Records who was not let in, within bounds: anybody can send requests without a token, and nobody may fill the log by
/// it. So many refusals of a second have entries of their own, the others of that second are counted in one.
public final class RefusalRecorder: Sendable {
    /// The refusals of one second that have entries of their own.
    public static let entriesPerSecondMax = 20

    private struct Window {
        var start = ContinuousClock.now
        var entries = 0
        var counts: [String: Int64] = [:]
    }

    private let window = Locked(Window())
    private let audit: AuditLog
    private let transport: CallTransport
    private let logger: Logger

    /// A recorder; `run()` must be running for what was only counted to be written.
    public init(audit: AuditLog, transport: CallTransport, logger: Logger) {
        self.audit = audit
        self.transport = transport
        self.logger = logger
    }

    /// Records a refusal. Nothing follows from a log that cannot be written but a message: who is refused gets nothing
    /// anyway.
    ///
    /// - Parameters: see ``IdentityRefused``.
    public func record(
        request: String,
        peer: String?,
        reason: String,
        issuer: String?,
        subject: String?,
        actor: AuditActor?,
        tool: String?
    ) async {
        let refusal = IdentityRefused(
            request: request,
            transport: transport.rawValue,
            peer: peer,
            reason: reason,
            issuer: issuer,
            subject: subject,
            actor: actor,
            tool: tool
        )
        let hasEntry = window.withLock { window in
            let now = ContinuousClock.now
            if now - window.start >= .seconds(1) {
                window.start = now
                window.entries = 0
            }
            guard window.entries < Self.entriesPerSecondMax else {
                window.counts[refusal.reason, default: 0] += 1
                return false
            }
            window.entries += 1
            return true
        }
        if hasEntry { await append(.identityRefused(refusal)) }
    }

    /// Writes once a second what was only counted, until the task is cancelled.
    public func run() async {
        while (try? await Task.sleep(for: .seconds(1))) != nil { await flush() }
    }

    /// Writes what was only counted.
    public func flush() async {
        let counts = window.withLock { window in
            defer { window.counts = [:] }
            return window.counts
        }
        guard !counts.isEmpty else { return }
        await append(.identityRefusalsCounted(IdentityRefusalsCounted(transport: transport.rawValue, counts: counts)))
    }

    private func append(_ event: AuditEvent) async {
        do {
            _ = try await audit.append(event)
        } catch {
            logger.record(.critical, "a refusal could not be recorded", [.reason(error)])
        }
    }
}
