internal import Cryptography
internal import JSON

extension ServiceAccountKey {
    /// Google's audience, whichever of its token endpoints is used.
    static let audience = "https://oauth2.googleapis.com/token"
    /// How long an assertion counts, in seconds: the longest that Google takes.
    static let assertionSeconds: Int64 = 3600

    /// A signed assertion of the account for the token endpoint (RFC 7523; RS256).
    ///
    /// - Parameters:
    ///   - scope: what the token is to be for.
    ///   - now: seconds since 1970.
    func assertion(scope: String, at now: Int64) throws(BigQueryError) -> SecretText {
        try signed([
            "iss": .string(email),
            "scope": .string(scope),
            "aud": .string(Self.audience),
            "iat": .integer(now),
            "exp": .integer(now + Self.assertionSeconds),
        ])
    }

    /// An access token that the key signs itself (<https://google.aip.dev/auth/4111>): with a scope and then without an
    /// audience, so that it does not depend on the name under which BigQuery is reached.
    func selfSignedToken(scope: String, at now: Int64) throws(BigQueryError) -> SecretText {
        try signed([
            "iss": .string(email),
            "sub": .string(email),
            "scope": .string(scope),
            "iat": .integer(now),
            "exp": .integer(now + Self.assertionSeconds),
        ])
    }

    private func signed(_ claims: JSONValue) throws(BigQueryError) -> SecretText {
        let header: JSONValue = ["alg": "RS256", "typ": "JWT", "kid": .string(keyID)]
        let content = [header, claims].map { Base64.encodeURLSafe($0.serialized()) }.joined(separator: ".")
        do {
            let signature = try privateKey.signature(over: Array(content.utf8))
            return SecretText("\(content).\(Base64.encodeURLSafe(signature))")
        } catch {
            throw BigQueryError(credentials: "the assertion cannot be signed")
        }
    }
}
