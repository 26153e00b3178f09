import HTTPTransport

/// How opaque tokens are asked about (RFC 7662).
public struct IntrospectionSettings: Sendable, Hashable {
    /// The longest time for which an answer is kept.
    public static let cacheSecondsMax = 60

    /// The endpoint's address.
    public let endpoint: String
    /// The client that this server is to the issuer.
    public let clientID: String
    /// For how many seconds an answer is kept; a token that was withdrawn at the issuer lives on for so long.
    public let cacheSeconds: Int
    /// Whether an answer must name an audience. False only for an issuer that answers this client about nothing but
    /// tokens for this server.
    public let requiresAudience: Bool

    let clientSecret: String

    /// Settings of an endpoint; the client authenticates itself with HTTP Basic (RFC 6749, 2.3.1).
    ///
    /// - Throws: `settings`; the message does not quote the secret.
    public init(
        endpoint: String,
        clientID: String,
        clientSecret: String,
        cacheSeconds: Int = 30,
        requiresAudience: Bool = true
    ) throws(IdentityError) {
        try IssuerAddress.check(endpoint, what: "introspection endpoint")
        guard !clientID.isEmpty, !clientSecret.isEmpty else {
            throw IdentityError(.settings, "introspection needs the ID and the secret of a client")
        }
        guard (0...Self.cacheSecondsMax).contains(cacheSeconds) else {
            throw IdentityError(.settings, "answers of introspection are kept for 0 to \(Self.cacheSecondsMax) s")
        }
        self.endpoint = endpoint
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.cacheSeconds = cacheSeconds
        self.requiresAudience = requiresAudience
    }
}

extension IntrospectionSettings: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Endpoint and client; the secret is in no description, so that no log line can hold it.
    public var description: String { "IntrospectionSettings(\(endpoint), client \(clientID))" }
    /// As `description`.
    public var debugDescription: String { description }
    /// Hides the secret from `dump` and from test failures.
    public var customMirror: Mirror { Mirror(self, children: ["endpoint": endpoint, "clientID": clientID]) }
}
