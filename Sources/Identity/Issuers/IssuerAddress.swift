import HTTPTransport

/// Addresses of an issuer: `https`, or `http` on this machine.
enum IssuerAddress {
    /// The address, normalised.
    @discardableResult
    static func check(_ text: String, what: String) throws(IdentityError) -> HTTPURL {
        let url: HTTPURL
        do {
            url = try HTTPURL(checking: text)
        } catch {
            throw IdentityError(.settings, "the \(what) is not an address: \(error.message)")
        }
        guard url.scheme == "https" || url.isLoopback else {
            throw IdentityError(.settings, "the \(what) at `\(url.origin)` is not `https` (`http` only on loopback)")
        }
        return url
    }

    /// Where an issuer's metadata may be: OpenID Connect Discovery 1.0, section 4, appends the well-known part,
    /// RFC 8414, section 3.1, inserts it between host and path.
    static func metadata(of issuer: String) -> [String] {
        let bare = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        // `https:`, nothing, the host, and what is left of the path.
        let parts = bare.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        let origin = parts.prefix(3).joined(separator: "/")
        let path = parts.count > 3 ? "/\(parts[3])" : ""
        return [
            "\(bare)/.well-known/openid-configuration",
            "\(origin)/.well-known/oauth-authorization-server\(path)",
        ]
    }
}
