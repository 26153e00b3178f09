/// Why a bearer token was refused. Fit for the client and for the log: it holds nothing of the token but what is
/// configured here, and the subject only where the signature proved it.
public struct TokenRefusal: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason, as the audit log names it.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Not a JSON Web Token as it must be: size, parts, encoding, JSON.
        case malformed
        /// A header member that is not understood or not allowed: `crit`, `b64`, `zip`, a key of the token's own.
        case header
        /// The algorithm is not one of ours, not allowed for the issuer, or not the key's.
        case algorithm
        /// The `typ` is of another kind of token, or not allowed for the issuer.
        case tokenType = "token_type"
        /// The issuer is missing or not configured.
        case issuer
        /// The issuer has no such key.
        case unknownKey = "unknown_key"
        /// The signature is not the key's.
        case signature
        /// A claim is missing or not of the right form.
        case claims
        /// The token is for somebody else.
        case audience
        /// The token's time is over.
        case expired
        /// The token's time has not begun.
        case notYetValid = "not_yet_valid"
        /// The token lives longer than the issuer's settings allow.
        case lifetime
        /// An ID token, which says who signed in and gives no access.
        case idToken = "id_token"
        /// The token is bound to a key of the client's, which is not checked here.
        case senderConstrained = "sender_constrained"
        /// The issuer left the groups out.
        case groupsOverage = "groups_overage"
        /// The subject, session, key or token was revoked here.
        case revoked
        /// The issuer says that the opaque token is not active.
        case inactive
        /// The issuer's keys could not be had.
        case keysUnavailable = "keys_unavailable"
        /// The issuer could not be asked about an opaque token.
        case introspectionUnavailable = "introspection_unavailable"
    }

    /// The reason.
    public let code: Code
    /// One line for the client: what is wrong and what helps.
    public let message: String
    /// The issuer that the token claims, if it is configured.
    public let claimedIssuer: String?
    /// The subject, only where issuer and signature are proved.
    public let provedSubject: String?

    /// Whether the token may be good and only cannot be checked now: answered with 503, not with 401.
    public var isTemporary: Bool { code == .keysUnavailable || code == .introspectionUnavailable }

    /// Code and message.
    public var description: String { "\(code.rawValue): \(message)" }

    init(_ code: Code, _ message: String, issuer: String? = nil, subject: String? = nil) {
        self.code = code
        self.message = message
        claimedIssuer = issuer
        provedSubject = subject
    }

    func of(issuer: String, subject: String? = nil) -> TokenRefusal {
        TokenRefusal(code, message, issuer: issuer, subject: subject)
    }
}
