import Audit
import GoogleSQL
import Identity
import JSON
import Masking

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
