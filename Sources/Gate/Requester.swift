public import Audit
public import Identity
import Masking

/// A caller together with the mapping that holds for one request: taken once at its beginning, and the same to its end,
/// so that what is masked, what is checked and what the log names are of one piece whatever is loaded meanwhile.
struct Requester: Sendable {
    let caller: Caller
    let mapping: Mapping

    var principal: Principal { caller.principal }
    var session: SessionID { caller.session }
    var requestID: String { caller.requestID }

    /// Where an event of this request belongs.
    var auditContext: AuditContext {
        AuditContext(
            actor: principal.auditActor,
            session: session.text,
            request: requestID,
            software: caller.client,
            mappingDigest: mapping.digest
        )
    }
}

extension Principal {
    /// The principal as the log has it.
    public var auditActor: AuditActor {
        AuditActor(
            issuer: issuer,
            subject: subject,
            client: client,
            roles: roles,
            kind: kind.rawValue,
            actors: actors.map { AuditParty(issuer: $0.issuer, subject: $0.subject, client: $0.client) }
        )
    }
}
