import Audit
import GoogleSQL
import Identity
import JSON
import Masking

extension Caller {
    /// Where an event of this request belongs.
    func auditContext(mappingDigest: String) -> AuditContext {
        AuditContext(
            actor: AuditActor(
                issuer: principal.issuer,
                subject: principal.subject,
                client: principal.client,
                roles: principal.roles,
                kind: principal.kind.rawValue
            ),
            session: session.text,
            request: requestID,
            software: client,
            mappingDigest: mappingDigest
        )
    }
}

extension QueryRequest {
    func committedTexts(rewrittenSQL: String?) -> CommittedTexts {
        CommittedTexts(
            originalSQL: sql,
            rewrittenSQL: rewrittenSQL,
            parameters: parameters?.serialized() ?? [],
            reason: reason
        )
    }
}

extension Refusal {
    var auditRefusal: AuditRefusal {
        AuditRefusal(code: code, line: position?.line, column: position?.column)
    }
}
