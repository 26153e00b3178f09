import MCP

/// The token of a request, taken only from its one `Authorization` header (RFC 6750, 2.1; OAuth 2.1 leaves no other
/// place).
enum BearerToken: Hashable, Sendable {
    /// None was sent: no such header, or one of another scheme.
    case absent
    /// Sent in a way that can mean several things.
    case malformed
    /// What stands behind `Bearer`; nothing of it was looked at.
    case sent(String)

    /// The token of a request.
    static func read(_ head: RequestHead) -> BearerToken {
        let values = head.headers.values(of: "Authorization")
        guard let value = values.first else { return .absent }
        guard values.count == 1 else { return .malformed }
        let parts = value.split(separator: " ", omittingEmptySubsequences: true)
        guard parts.first?.lowercased() == "bearer" else { return .absent }
        guard parts.count == 2, !parts[1].utf8.contains(UInt8(ascii: ",")) else { return .malformed }
        return .sent(String(parts[1]))
    }
}
