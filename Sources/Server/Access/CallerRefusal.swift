import JSON
public import Identity
import HTTPTypes
import MCP

/// Why somebody is not let in: for the log in one code, for people in a few words. It has nothing of a token.
public struct CallerRefusal: Error, Sendable, Hashable {
    /// What the caller can do about it.
    public enum Kind: Sendable, Hashable {
        /// Sign in: no token was sent.
        case noToken
        /// Send the token as the protocol says.
        case malformedRequest
        /// Get another token.
        case invalidToken
        /// Get a token with more scopes.
        case insufficientScope
        /// Try again later: nobody can tell at present whether the token is good.
        case unavailable
    }

    /// What the caller can do about it.
    public let kind: Kind
    /// The reason as the audit log names it, such as `expired`.
    public let reason: String
    /// The reason in a few words: lower case, no full stop.
    public let message: String
    /// The issuer that the token names, if it is one of the configured ones.
    public let issuer: String?
    /// The subject, only where the token is proved to be the issuer's.
    public let subject: String?

    /// A refusal.
    public init(_ kind: Kind, reason: String, message: String, issuer: String? = nil, subject: String? = nil) {
        self.kind = kind
        self.reason = reason
        self.message = message
        self.issuer = issuer
        self.subject = subject
    }

    /// The refusal of a token.
    public init(_ refusal: TokenRefusal) {
        self.init(
            refusal.isTemporary ? .unavailable : .invalidToken,
            reason: refusal.code.rawValue,
            message: refusal.message,
            issuer: refusal.claimedIssuer,
            subject: refusal.provedSubject
        )
    }

    static let noToken = CallerRefusal(.noToken, reason: "no_token", message: "no access token was sent")
    static let malformed = CallerRefusal(
        .malformedRequest,
        reason: "malformed_request",
        message: "exactly one token is to be sent, as Authorization: Bearer and nowhere else"
    )
    static let insufficientScope = CallerRefusal(
        .insufficientScope,
        reason: "insufficient_scope",
        message: "the access token lacks a scope that this needs"
    )
}

/// A refusal as it is recorded: what was asked for, how and from where.
public struct RefusedCaller: Sendable, Hashable {
    /// Why.
    public let refusal: CallerRefusal
    /// Who, where that is known.
    public let principal: Principal?
    /// The tool, where one is known.
    public let tool: String?
    /// The address of the connection's other end; `nil` on the standard streams.
    public let peer: String?
    /// This request's ID.
    public let requestID: String

    init(_ refusal: CallerRefusal, principal: Principal? = nil, tool: String? = nil, peer: String?, requestID: String) {
        self.refusal = refusal
        self.principal = principal
        self.tool = tool
        self.peer = peer
        self.requestID = requestID
    }
}

/// A refusal on a transport that has no status codes, as the model, or where there is none the client, gets to read it.
public struct CallRefusal: Error, Sendable, Hashable {
    /// Such as `policy.expired`.
    public let code: String
    /// What is wrong.
    public let message: String
    /// What to do about it.
    public let fix: String

    /// A refusal.
    public init(code: String, message: String, fix: String) {
        self.code = code
        self.message = message
        self.fix = fix
    }

    func result(of operation: MCPOperation) -> OperationResult {
        guard case .callTool = operation else {
            return .failed(ProtocolError(.invalidRequest, "\(message): \(fix)"))
        }
        return .tool(
            .failure([
                "refused": [
                    [
                        "code": .string(code), "message": .string(message), "line": .null, "column": .null,
                        "fix": .string(fix),
                    ]
                ]
            ])
        )
    }
}

extension Reply {
    /// The answer to somebody who is not let in; the JSON-RPC error is what clients show to people.
    init(_ refusal: AuthenticationRefusal, id: MessageID?) {
        let code: ProtocolError.Code = refusal.status >= 500 ? .internalError : .invalidRequest
        let error = ProtocolError(code, refusal.message)
        self.init(OutboundHTTP(status: refusal.status, error: error, id: id))
        headers[.wwwAuthenticate] = refusal.challenge
        headers[.retryAfter] = refusal.retryAfterSeconds.map { String($0) }
    }
}
