import HTTPTypes
import JSON
import MCP

/// Who is let in among the calls of a principal, and answers to those that are not.
extension Exchange {
    /// The place of an operation among those of its principal. Subscriptions are counted apart: they would keep their
    /// places for good.
    func admission(of operation: MCPOperation, _ identified: Identified) -> CallLimiter.Admission {
        let account = server.calls.account(identified)
        guard case .listen = operation else { return server.limiter.admit(account, server.calls.limits(identified)) }
        let limits = CallLimits(
            atOnce: server.subscriptionsAtOnce,
            queued: 0,
            perMinute: server.calls.limits(identified).perMinute
        )
        return server.subscriptionLimiter.admit(account, limits)
    }

    /// An operation beyond its principal's limits. Calls of tools are told with the status by which clients know to
    /// wait; of other requests they would take it for a broken server.
    func tooMany(
        _ request: MCPRequest,
        _ operation: MCPOperation,
        _ message: String,
        _ retryAfterSeconds: Int
    ) -> Reply {
        let error = ProtocolError(.invalidRequest, "\(message): try again in \(retryAfterSeconds) s")
        guard case .callTool = operation else { return Reply(OutboundHTTP(status: 200, error: error, id: request.id)) }
        var reply = Reply(OutboundHTTP(status: 429, error: error, id: request.id))
        reply.headers[.retryAfter] = String(retryAfterSeconds)
        return reply
    }

    /// A call that was cancelled while it waited for its turn.
    static func cancelledInQueue(_ operation: MCPOperation) -> OperationResult {
        let message = "the call was cancelled before its turn came"
        guard case .callTool = operation else { return .failed(ProtocolError(.internalError, message)) }
        return .tool(
            .failure([
                "refused": [
                    [
                        "code": "limit.cancelled", "message": .string(message), "line": .null, "column": .null,
                        "fix": "call again",
                    ]
                ]
            ])
        )
    }
}
