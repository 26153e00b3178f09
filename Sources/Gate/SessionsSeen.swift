import Audit
import Identity
import Locks
import Masking

/// The sessions whose first request this process has recorded.
///
/// Bounded: when it is full it starts anew, and a session may be recorded a second time, which the log allows.
final class SessionsSeen: Sendable {
    static let sessionsMax = 100_000

    private let seen = Locked<Set<SessionID>>([])

    /// Whether this is the session's first request here.
    func isFirst(_ session: SessionID) -> Bool {
        seen.withLock { seen in
            if seen.count >= Self.sessionsMax { seen.removeAll() }
            return seen.insert(session).inserted
        }
    }
}

extension QueryGate {
    /// Where everything that is done for a caller begins: the request is recorded, and the caller must have a role.
    ///
    /// - Parameter tool: the tool, or what else is asked for.
    func admit(_ caller: Requester, to tool: String) throws(GateFailure) -> MaskingPolicy {
        try received(tool, by: caller)
        guard let policy = caller.mapping.policy(for: caller.principal.roles, project: settings.project)
        else { throw .noRole }
        return policy
    }

    /// Records that a request came, and that its session was seen when it is the first. Nobody waits for these entries:
    /// whatever the caller is told is in the log too, behind them, and that is waited for.
    func received(_ tool: String, by caller: Requester) throws(GateFailure) {
        let facts = caller.caller
        let received = RequestReceived(
            tool: tool,
            transport: facts.transport.rawValue,
            protocolVersion: facts.protocolVersion,
            traceparent: facts.traceparent
        )
        try note(.requestReceived(caller.auditContext, received))
        guard sessionsSeen.isFirst(caller.session) else { return }
        let seen = SessionSeen(transport: facts.transport.rawValue, protocolVersion: facts.protocolVersion)
        try note(.sessionSeen(caller.auditContext, seen))
    }

    /// Records that a tool was called with arguments that it does not take.
    ///
    /// - Parameter codes: what is wrong with them.
    /// - Throws: when the log cannot be written; then nothing else is told.
    public func refuse(_ tool: String, because codes: [String], for caller: Caller) async throws(GateFailure) {
        let caller = requester(caller)
        try received(tool, by: caller)
        let refused = RequestRefused(tool: tool, refusals: codes.map { AuditRefusal(code: $0) })
        try await record(.requestRefused(caller.auditContext, refused))
    }
}
