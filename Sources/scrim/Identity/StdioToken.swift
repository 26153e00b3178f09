import Identity
import Server

/// The token of the one client of the standard streams. It is read and judged for each call, so that one that expired,
/// was revoked or was replaced in its file counts as what it is from the next call on.
struct StdioToken: Sendable {
    let source: IdentityConfiguration.SecretSource
    let server: ResourceServer

    /// Who calls a tool, or what to do so that it can be called.
    @concurrent
    func principal(calling tool: String?, requestID: String) async -> Result<Principal, CallRefusal> {
        await server.principal(for: source.read(), calling: tool, requestID: requestID).mapError { refusal in
            CallRefusal(code: "policy.\(refusal.reason)", message: refusal.message, fix: fix(refusal, tool))
        }
    }

    private func fix(_ refusal: CallerRefusal, _ tool: String?) -> String {
        switch refusal.kind {
        case .insufficientScope:
            let scopes = server.scopes(for: tool).joined(separator: " ")
            return "get an access token with the scopes `\(scopes)` and put it into \(source.place)\(restart)"
        case .noToken, .malformedRequest, .invalidToken:
            return "get a new access token and put it into \(source.place)\(restart)"
        case .unavailable:
            return "try again in some seconds; if it stays so, tell whoever runs this server"
        }
    }

    /// A process's environment does not change.
    private var restart: String {
        switch source {
        case .file: ""
        case .environment: ", then start the server again"
        }
    }
}
