import HTTPTypes
import JSON
import MCP

/// Whether one part of the server can do its work now.
public struct ReadinessCheck: Sendable, Hashable {
    /// The part's name.
    public let name: String
    /// Whether it can.
    public let isReady: Bool

    /// Creates a check.
    public init(_ name: String, _ isReady: Bool) {
        self.name = name
        self.isReady = isReady
    }
}

/// What probes are told: `GET /healthz`, whether the process answers, and `GET /readyz`, whether calls are worth
/// sending here. Nobody has to sign in for it, and nothing is looked up for it. A server that ends takes no connections, and so
/// answers neither.
extension Exchange {
    func probed(_ head: RequestHead) async -> Reply {
        guard ["GET", "HEAD"].contains(head.method) else { return .methodNotAllowed(.get) }
        let limits = CallLimits(atOnce: .max, queued: 0, perMinute: ServerLimits.probesPerMinute)
        switch server.probeLimiter.admit([head.peer ?? ""], limits) {
        case .place(let place): place.leave()
        case .refused(let message, let seconds):
            var reply = Reply(status: 429, message)
            reply.headers[.retryAfter] = String(seconds)
            return reply
        }
        guard head.path == ProxyServerPath.readiness else {
            return Reply(OutboundHTTP(status: 200, body: ["status": "ok"]))
        }
        let checks = await server.readiness()
        let isReady = checks.allSatisfy(\.isReady)
        var body: JSONObject = ["status": isReady ? "ready" : "not_ready"]
        var listed = JSONObject()
        for check in checks { listed[check.name] = .bool(check.isReady) }
        body["checks"] = .object(listed)
        return Reply(OutboundHTTP(status: isReady ? 200 : 503, body: .object(body)))
    }
}
