import HTTPTypes
import JSON
import MCP

/// What a client reads to learn where to get a token: OAuth 2.0 Protected Resource Metadata (RFC 9728), at the paths
/// that the MCP specification names (2026-07-28, basic/authorization). Public, and readable by every page.
public struct ResourceMetadata: Sendable, Hashable {
    private static let root = "/.well-known/oauth-protected-resource"

    /// Where it is served: with the endpoint's path behind the well-known one, with the resource's own where a proxy in
    /// front gives it another, and without any.
    let paths: Set<String>
    /// The URL that challenges name.
    let url: String
    private let document: JSONValue

    /// Metadata of a resource.
    ///
    /// - Parameters:
    ///   - resource: the server's URL as clients know it.
    ///   - authorizationServers: the issuers, exactly as they call themselves.
    ///   - scopes: what a client needs in any case.
    init(resource: ResourceURL, authorizationServers: [String], scopes: [String]) {
        let path = resource.path == "/" ? "" : resource.path
        url = resource.origin + Self.root + path
        paths = [Self.root, Self.root + ProxyServerPath.endpoint, Self.root + path]
        var members: JSONObject = [
            "resource": .string(resource.text),
            "authorization_servers": .array(authorizationServers.map { .string($0) }),
            "bearer_methods_supported": ["header"],
            "resource_name": "Scrim",
        ]
        if !scopes.isEmpty { members["scopes_supported"] = .array(scopes.map { .string($0) }) }
        document = .object(members)
    }

    /// The answer to a request for it.
    func reply(to method: String) -> Reply {
        var reply: Reply
        switch method {
        case "GET", "HEAD": reply = Reply(OutboundHTTP(status: 200, body: document))
        case "OPTIONS":
            reply = Reply(status: 204)
            reply.headers[.accessControlAllowMethods] = "GET, HEAD"
            reply.headers[.accessControlAllowHeaders] = "accept, content-type, mcp-protocol-version"
        default: reply = .methodNotAllowed(.get)
        }
        reply.headers[.accessControlAllowOrigin] = "*"
        return reply
    }
}

/// The server's URL as clients know it: an origin and a path.
public struct ResourceURL: Sendable, Hashable {
    /// As it was configured.
    public let text: String
    /// Scheme, host and port.
    public let origin: String
    /// The path; `/` where there is none.
    public let path: String

    /// A URL; `nil` unless it is `https`, or `http` to this machine, without user, query, fragment or a character that
    /// would have to be quoted in a header.
    public init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !Array("\"\\?#<>`{}|^@".utf8).contains($0) }
        guard isPlain, let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { return nil }
        let rest = text.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        guard !authority.isEmpty, !authority.hasPrefix(":") else { return nil }
        if scheme == "http://", !FrontDoor.isLoopbackName(authority) { return nil }
        self.text = text
        origin = scheme + authority
        path = authority.endIndex == rest.endIndex ? "/" : String(rest[authority.endIndex...])
    }
}
