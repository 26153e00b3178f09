import HTTPTypes
import JSON
import MCP

/// Answers to calls that are not let in.
extension Exchange {
    /// A call beyond its principal's limits, told with the status by which clients know to wait.
    func tooMany(_ request: MCPRequest, _ message: String, _ retryAfterSeconds: Int) -> Reply {
        let error = ProtocolError(.invalidRequest, "\(message): try again in \(retryAfterSeconds) s")
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
