import HTTPTypes
import MCP

/// What a browser asks of a server before a page of another origin may call it (Fetch standard, "CORS protocol"). Which
/// origins may is ``FrontDoor``'s to say, before.
///
/// The headers are those that clients of both eras send, and those that they must be able to read: where to sign in, and
/// the legacy session's name.
enum BrowserAccess {
    private static let sentHeaders = [
        "authorization", "content-type", "accept", "mcp-protocol-version", "mcp-method", "mcp-name", "mcp-session-id",
        "last-event-id",
    ]
    private static let readHeaders = ["www-authenticate", "mcp-session-id"]
    private static let preflightSeconds = 600

    /// Whether a request only asks what a page may send.
    static func isPreflight(_ head: RequestHead) -> Bool {
        head.method == "OPTIONS" && !head.headers.values(of: "Origin").isEmpty
            && !head.headers.values(of: "Access-Control-Request-Method").isEmpty
    }

    /// What a page may send; `headers(for:)` adds to whom this is said.
    static var preflightReply: Reply {
        var reply = Reply(status: 204)
        reply.headers[.accessControlAllowMethods] = "POST"
        reply.headers[.accessControlAllowHeaders] = sentHeaders.joined(separator: ", ")
        reply.headers[.accessControlMaxAge] = String(preflightSeconds)
        return reply
    }

    /// What lets the page that sent a request read the answer.
    static func headers(for head: RequestHead) -> HTTPFields {
        let origins = head.headers.values(of: "Origin")
        guard origins.count == 1, let origin = origins.first else { return [:] }
        return [
            .accessControlAllowOrigin: origin, .vary: "Origin",
            .accessControlExposeHeaders: readHeaders.joined(separator: ", "),
        ]
    }
}
