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
    /// Where every tool call begins: a session's first request is recorded, and the caller must have a role.
    func admit(_ caller: Requester) async throws(GateFailure) -> MaskingPolicy {
        if sessionsSeen.isFirst(caller.session) {
            try await record(
                .sessionSeen(
                    caller.auditContext,
                    SessionSeen(
                        transport: caller.caller.transport.rawValue,
                        protocolVersion: caller.caller.protocolVersion
                    )
                )
            )
        }
        guard let policy = caller.mapping.policy(for: caller.principal.roles, project: settings.project)
        else { throw .noRole }
        return policy
    }
}
