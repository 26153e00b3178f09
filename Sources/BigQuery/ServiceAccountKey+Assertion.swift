internal import Cryptography
internal import JSON

extension ServiceAccountKey {
    /// What the token is for: jobs need this scope, a read-only one does not let them be inserted.
    static let scope = "https://www.googleapis.com/auth/bigquery"
    /// Google's audience, whichever of its token endpoints is used.
    static let audience = "https://oauth2.googleapis.com/token"
    /// How long an assertion counts, in seconds: the longest that Google takes.
    static let assertionSeconds: Int64 = 3600

    /// A signed assertion of the account (RFC 7523; RS256).
    ///
    /// - Parameter now: seconds since 1970.
    func assertion(at now: Int64) throws(BigQueryError) -> String {
        let header: JSONValue = ["alg": "RS256", "typ": "JWT", "kid": .string(keyID)]
        let claims: JSONValue = [
            "iss": .string(email),
            "scope": .string(Self.scope),
            "aud": .string(Self.audience),
            "iat": .integer(now),
            "exp": .integer(now + Self.assertionSeconds),
        ]
        let content = [header, claims].map { Base64.encodeURLSafe($0.serialized()) }.joined(separator: ".")
        do {
            let signature = try privateKey.signature(over: Array(content.utf8))
            return "\(content).\(Base64.encodeURLSafe(signature))"
        } catch {
            throw BigQueryError(.credentials, detail: "the assertion cannot be signed", mayHaveBeenSent: false)
        }
    }
}
