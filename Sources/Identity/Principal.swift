public import struct FoundationEssentials.Date

/// Who asks, as this module found it proved. Only this module makes one, so that a function that takes a `Principal`
/// cannot be called for somebody who was not identified.
///
/// Two principals are equal when everything but `expiry` and `tokenID` is, which change with each token of the same
/// sign-in. Names are compared byte for byte, not as Swift compares strings.
public struct Principal: Sendable, Hashable {
    /// What stands behind a principal.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A person who signed in.
        case human
        /// A program with an identity of its own.
        case machine
        /// Nobody was asked: the server runs on one machine for development.
        case development
    }

    /// The longest issuer, subject, client or role, in UTF-8 bytes.
    public static let nameBytesMax = 1024
    /// The most roles of one principal.
    public static let rolesMax = 64

    /// Who vouches for the subject: an OIDC issuer's URL, or `DevelopmentPrincipal.issuer`.
    public let issuer: String
    /// The issuer's name for who asks; unique within the issuer.
    public let subject: String
    /// The program that the subject lets act (a token's `client_id` or `azp`), where one is named.
    public let client: String?
    /// The names of the roles held, sorted, each once.
    public let roles: [String]
    /// What stands behind the principal.
    public let kind: Kind
    /// The issuer's ID of the sign-in (a token's `sid`), where it gives one.
    public let signIn: String?
    /// The scopes of the token, sorted, each once.
    public let scopes: [String]
    /// Those who act for the subject, the present one first, where the token names them.
    public let actors: [DelegatedActor]
    /// Until when the token says so; null when nothing limits it.
    public let expiry: Date?
    /// The token's `jti`, by which it can be revoked.
    public let tokenID: String?

    init(
        issuer: String,
        subject: String,
        client: String? = nil,
        signIn: String? = nil,
        roles: [String],
        kind: Kind,
        scopes: [String] = [],
        actors: [DelegatedActor] = [],
        expiry: Date? = nil,
        tokenID: String? = nil
    ) throws(IdentityError) {
        for name in [issuer, subject, client, signIn].compactMap(\.self) + roles {
            guard (1...Self.nameBytesMax).contains(name.utf8.count) else {
                throw IdentityError(.malformed, "a name of a principal has 1 to \(Self.nameBytesMax) bytes")
            }
        }
        let distinct = Set(roles)
        guard distinct.count <= Self.rolesMax else {
            throw IdentityError(.malformed, "a principal has at most \(Self.rolesMax) roles, not \(distinct.count)")
        }
        self.issuer = issuer
        self.subject = subject
        self.client = client
        self.signIn = signIn
        self.roles = distinct.sorted()
        self.kind = kind
        self.scopes = Set(scopes).sorted()
        self.actors = actors
        self.expiry = expiry
        self.tokenID = tokenID
    }

    /// What makes one principal another, by bytes.
    private var encoded: [UInt8] {
        var fields = FieldEncoding(purpose: "principal")
        fields.append(identityOf: self)
        fields.append(optional: signIn)
        fields.append(kind.rawValue)
        for names in [roles, scopes] {
            fields.append(number: UInt64(names.count))
            for name in names { fields.append(name) }
        }
        for actor in actors {
            fields.append(optional: actor.issuer)
            fields.append(actor.subject)
            fields.append(optional: actor.client)
        }
        return fields.bytes
    }

    /// Whether both are the same principal with the same rights.
    public static func == (left: Principal, right: Principal) -> Bool { left.encoded == right.encoded }

    /// Feeds what `==` compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(encoded) }
}
