import Audit
import Logging
import Masking

/// What is written to the log, and what follows when it cannot be.
extension QueryGate {
    /// Writes an event durably; nothing is answered that the log does not know of.
    func record(_ event: AuditEvent) async throws(GateFailure) {
        do {
            _ = try await audit.append(event)
        } catch  where error.code == .contentSize {
            throw .contentUnrecordable
        } catch {
            logger.record(.critical, "the audit log cannot be written", [.reason(error)])
            throw .auditUnavailable
        }
    }

    /// Puts an event into the log in front of one that is waited for.
    func note(_ event: AuditEvent) throws(GateFailure) {
        do {
            try audit.note(event)
        } catch {
            logger.record(.critical, "the audit log cannot be written", [.reason(error)])
            throw .auditUnavailable
        }
    }

    /// Records a refusal of a query before it is told to the caller.
    func recorded(
        _ failure: GateFailure,
        of request: QueryRequest,
        tool: String,
        for caller: Requester
    ) async -> GateFailure {
        await recorded(
            failure,
            RequestRefused(
                tool: tool,
                refusals: failure.refusals.map(\.auditRefusal),
                sqlShape: analyzed(request.sql, parameters: []).shape,
                texts: request.committedTexts(rewrittenSQL: nil)
            ),
            for: caller
        )
    }

    /// Records a refusal of anything else.
    func recorded(
        _ failure: GateFailure,
        tool: String,
        jobID: String? = nil,
        for caller: Requester
    ) async -> GateFailure {
        await recorded(
            failure,
            RequestRefused(tool: tool, refusals: failure.refusals.map(\.auditRefusal), jobID: jobID),
            for: caller
        )
    }

    private func recorded(_ failure: GateFailure, _ event: RequestRefused, for caller: Requester) async -> GateFailure {
        do {
            try await record(.requestRefused(caller.auditContext, event))
            return failure
        } catch {
            return error
        }
    }
}
