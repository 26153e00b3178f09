public import Identity
import MCP

/// The OAuth 2.1 resource server in front of the endpoint (MCP 2026-07-28, basic/authorization): who asks is told by
/// the token of each single request, and by nothing else. A token goes nowhere from here.
public struct ResourceServer: Sendable {
    /// Whether a token is good, and whose it is.
    public typealias Verify = @Sendable (String) async -> Result<Principal, CallerRefusal>

    /// Under what URL this is a resource, and what it needs.
    public struct Settings: Sendable, Hashable {
        /// The server's URL as clients know it.
        public let resource: ResourceURL
        /// The issuers that clients are sent to, exactly as they call themselves.
        public let authorizationServers: [String]
        /// What scopes are needed for what.
        public let scopes: ScopeRules

        /// Settings.
        public init(resource: ResourceURL, authorizationServers: [String], scopes: ScopeRules) {
            self.resource = resource
            self.authorizationServers = authorizationServers
            self.scopes = scopes
        }
    }

    private static let retryAfterSeconds = 5

    private let settings: Settings
    private let metadata: ResourceMetadata
    private let developmentPrincipal: Principal?
    private let verify: Verify
    private let record: @Sendable (RefusedCaller) async -> Void

    /// A resource server.
    ///
    /// - Parameters:
    ///   - developmentPrincipal: who somebody without a token is, on one machine for development; `nil`: nobody.
    ///   - verify: judges a token.
    ///   - record: gets every refusal before it is answered.
    public init(
        _ settings: Settings,
        developmentPrincipal: Principal?,
        verify: @escaping Verify,
        record: @escaping @Sendable (RefusedCaller) async -> Void
    ) {
        self.settings = settings
        self.developmentPrincipal = developmentPrincipal
        self.verify = verify
        self.record = record
        metadata = ResourceMetadata(
            resource: settings.resource,
            authorizationServers: settings.authorizationServers,
            scopes: settings.scopes.base
        )
    }

    /// The rules for requests over HTTP.
    public func accessRules<Caller: Sendable>(
        makeCaller: @escaping @Sendable (Principal, CallFacts) -> Caller
    ) -> AccessRules<KnownCaller, Caller> {
        AccessRules(
            authenticate: { head in await authenticate(head) },
            makeCaller: { makeCaller($0.principal, $1) },
            authorize: { caller, operation, head in await authorize(caller.principal, operation, head) },
            resourceMetadata: metadata
        )
    }

    /// Who a token stands for and whether that suffices for a tool, on the standard streams. `nil`, no token, is
    /// nobody: whoever said where a token is does not mean the development principal.
    public func principal(
        for token: String?,
        calling tool: String?,
        requestID: String
    ) async -> Result<Principal, CallerRefusal> {
        let operation = RequestedOperation(tool: tool)
        let identified: Result<Principal, CallerRefusal> =
            if let token { await verify(token) } else { .failure(.noToken) }
        switch identified {
        case .success(let principal):
            guard let refusal = shortfall(of: principal, operation) else { return identified }
            await record(
                RefusedCaller(refusal, principal: principal, tool: tool, peer: nil, requestID: requestID)
            )
            return .failure(refusal)
        case .failure(let refusal):
            await record(RefusedCaller(refusal, tool: tool, peer: nil, requestID: requestID))
            return identified
        }
    }

    /// The scopes that a tool needs, for what people are told.
    public func scopes(for tool: String?) -> [String] { settings.scopes.needed(for: RequestedOperation(tool: tool)) }

    private func authenticate(_ head: RequestHead) async -> Result<KnownCaller, AuthenticationRefusal> {
        switch await identify(BearerToken.read(head)) {
        case .success(let principal):
            return .success(KnownCaller(principal))
        case .failure(let refusal):
            await record(RefusedCaller(refusal, peer: head.peer, requestID: head.requestID))
            // All that this very request will need: clients answer one challenge of a request, not two.
            let operation = RequestedOperation(tool: ClaimedOperation.tool(in: head.headers))
            return .failure(answer(refusal, scopes: settings.scopes.needed(for: operation)))
        }
    }

    private func authorize(
        _ principal: Principal,
        _ operation: RequestedOperation,
        _ head: RequestHead
    ) async -> AuthenticationRefusal? {
        guard let refusal = shortfall(of: principal, operation) else { return nil }
        await record(
            RefusedCaller(
                refusal,
                principal: principal,
                tool: operation.tool,
                peer: head.peer,
                requestID: head.requestID
            )
        )
        return answer(refusal, scopes: settings.scopes.toAskFor(operation, granted: Set(principal.scopes)))
    }

    private func identify(_ token: BearerToken) async -> Result<Principal, CallerRefusal> {
        switch token {
        case .absent: developmentPrincipal.map { .success($0) } ?? .failure(.noToken)
        case .malformed: .failure(.malformed)
        case .sent(let token): await verify(token)
        }
    }

    private func shortfall(of principal: Principal, _ operation: RequestedOperation) -> CallerRefusal? {
        // Nobody gave the development principal a token whose scopes could be looked at.
        guard principal.kind != .development, !settings.scopes.permits(operation, granted: Set(principal.scopes))
        else { return nil }
        return .insufficientScope
    }

    /// Status and challenge of a refusal (RFC 6750, 3.1; RFC 9728, 5.1).
    private func answer(_ refusal: CallerRefusal, scopes: [String]) -> AuthenticationRefusal {
        let message = "\(refusal.message); \(advice(refusal.kind))"
        func refuse(_ status: Int, _ error: String?) -> AuthenticationRefusal {
            var parameters: [(String, String)] = []
            if let error { parameters += [("error", error), ("error_description", Self.quotable(refusal.message))] }
            if !scopes.isEmpty, error != "invalid_request" {
                parameters.append(("scope", scopes.joined(separator: " ")))
            }
            parameters.append(("resource_metadata", metadata.url))
            let challenge = "Bearer " + parameters.map { "\($0.0)=\"\($0.1)\"" }.joined(separator: ", ")
            return AuthenticationRefusal(status: status, message: message, challenge: challenge)
        }
        switch refusal.kind {
        case .noToken: return refuse(401, nil)
        case .malformedRequest: return refuse(400, "invalid_request")
        case .invalidToken: return refuse(401, "invalid_token")
        case .insufficientScope: return refuse(403, "insufficient_scope")
        case .unavailable:
            return AuthenticationRefusal(
                status: 503,
                message: message,
                challenge: nil,
                retryAfterSeconds: Self.retryAfterSeconds
            )
        }
    }

    /// What of a text may stand in a parameter (RFC 6750, 3).
    private static func quotable(_ text: String) -> String {
        let quotable = text.unicodeScalars.filter { (" "..."~").contains($0) && $0 != "\"" && $0 != "\\" }
        return String(String.UnicodeScalarView(quotable))
    }

    private func advice(_ kind: CallerRefusal.Kind) -> String {
        switch kind {
        case .noToken, .invalidToken: "sign in at \(settings.authorizationServers.joined(separator: " or "))"
        case .malformedRequest: "send one header, Authorization: Bearer and the token"
        case .insufficientScope: "sign in again with the scopes that WWW-Authenticate names"
        case .unavailable: "try again in \(Self.retryAfterSeconds) s"
        }
    }
}
