public import struct FoundationEssentials.Date
import Cryptography
import JSON
import Locks

/// Tells who sent a bearer token, or why it is refused.
///
/// Order of the checks: form, header, issuer, type and algorithm against the issuer's settings, key, signature, kind of
/// token, audience, times, subject, revocation, roles. Up to and with the issuer nothing is asked of anybody: a token of
/// an issuer that is not configured never causes a request. A server calls this for each request, not once a session.
public final class TokenVerifier: Sendable {
    /// The longest token, in bytes.
    public static let tokenBytesMax = CompactJWS.bytesMax
    /// The most issuers.
    public static let issuersMax = 100

    /// The resource's own name (RFC 8707, RFC 9728), an audience that is always accepted.
    public let resource: String
    /// The issuers, as they were given.
    public let issuers: [IssuerSettings]

    private let keys: [IssuerKeys]
    private let introspection: (settings: IssuerSettings, client: Introspection)?
    private let sessions: SessionIDMint
    private let clock: @Sendable () -> Date
    private let revocations = Locked(Revocations.none)

    /// A verifier; nothing is fetched before the first token comes.
    ///
    /// - Parameters:
    ///   - sessions: names the sessions that can be revoked.
    ///   - fetcher: asks the issuers; it must not follow redirects, and takes `http` to loopback if an issuer is there.
    /// - Throws: `settings` when there is no issuer or too many, two are the same, or more than one answers about
    ///   opaque tokens: such a token does not say whose it is, and is not shown to several.
    public init(
        resource: String,
        issuers: [IssuerSettings],
        fetcher: any IssuerFetcher,
        sessions: SessionIDMint,
        clock: @escaping @Sendable () -> Date = { Date() }
    ) throws(IdentityError) {
        guard (1...Self.issuersMax).contains(issuers.count) else {
            throw IdentityError(.settings, "a resource has 1 to \(Self.issuersMax) issuers")
        }
        guard Set(issuers.map { Array($0.issuer.utf8) }).count == issuers.count else {
            throw IdentityError(.settings, "an issuer is listed twice")
        }
        let introspecting = issuers.filter { $0.options.introspection != nil }
        guard introspecting.count <= 1 else {
            throw IdentityError(
                .settings,
                "more than one issuer has introspection: an opaque token does not say whose it is"
            )
        }
        guard ClaimText.isName(resource) else { throw IdentityError(.settings, "the resource has no name") }
        self.resource = resource
        self.issuers = issuers
        self.sessions = sessions
        self.clock = clock
        keys = issuers.map { IssuerKeys(settings: $0, fetcher: fetcher, clock: clock) }
        introspection = introspecting.first.flatMap { issuer in
            issuer.options.introspection.map { settings in
                (issuer, Introspection(settings: settings, fetcher: fetcher, clock: clock))
            }
        }
    }

    /// Puts other revocations in force, from the next check on.
    public func replace(revocations: Revocations) {
        self.revocations.withLock { $0 = revocations }
    }

    /// Who sent a token.
    ///
    /// - Parameters:
    ///   - token: what follows `Bearer ` in the request.
    ///   - roles: which roles groups give, as the mapping in force has it.
    public func verify(bearer token: String, roles: RoleAssignment) async -> Result<Principal, TokenRefusal> {
        do {
            return .success(try await principal(of: token, roles))
        } catch {
            return .failure(error)
        }
    }

    private func principal(of token: String, _ roles: RoleAssignment) async throws(TokenRefusal) -> Principal {
        guard (1...Self.tokenBytesMax).contains(token.utf8.count), token.utf8.allSatisfy(Self.isTokenByte) else {
            throw TokenRefusal(
                .malformed,
                "the token is empty, over \(Self.tokenBytesMax) bytes, or holds what no token holds (RFC 6750, 2.1)"
            )
        }
        if let introspection, !Self.looksSigned(token) {
            return try await opaque(token, introspection.settings, introspection.client, roles)
        }
        let jws: CompactJWS
        do {
            jws = try CompactJWS(token)
        } catch {
            throw TokenRefusal(.malformed, "the token is not a signed JSON Web Token: \(error.message)")
        }
        return try await signed(jws, roles)
    }

    /// Letters, digits and `-._~+/=` (RFC 6750, 2.1).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~+/=".utf8.contains(byte)
        }
    }

    /// Whether a token is one that is checked here and not by asking: it begins as a JSON object in base64url does.
    private static func looksSigned(_ token: String) -> Bool {
        token.utf8.starts(with: "ey".utf8) && token.utf8.contains(UInt8(ascii: "."))
    }

    // MARK: Signed tokens

    private func signed(_ jws: CompactJWS, _ roles: RoleAssignment) async throws(TokenRefusal) -> Principal {
        let header = try TokenHeader(parsing: jws.header)
        let claims = try TokenClaims(parsing: jws.payload)
        guard let claimed = claims.object["iss"]?.stringValue,
            let index = issuers.firstIndex(where: { ClaimText.isSame($0.issuer, claimed) })
        else { throw TokenRefusal(.issuer, "the token's issuer is not one that is accepted here") }
        let settings = issuers[index]
        let key: JSONWebKey
        do {
            try Self.checkAllowed(header, settings)
            key = try await provedKey(jws, header, keys[index])
        } catch {
            throw error.of(issuer: settings.issuer)
        }
        return try principal(claims, header, keyID: key.keyID, settings, roles)
    }

    private static func checkAllowed(_ header: TokenHeader, _ settings: IssuerSettings) throws(TokenRefusal) {
        guard settings.options.tokenTypes.contains(header.type) else {
            throw TokenRefusal(
                .tokenType,
                "the token's `typ` is not allowed for its issuer: access tokens carry `at+jwt`, others need a setting"
            )
        }
        guard settings.options.algorithms.contains(header.algorithm) else {
            throw TokenRefusal(.algorithm, "the token's algorithm is not allowed for its issuer")
        }
    }

    /// The key of the issuer that has signed the token.
    private func provedKey(
        _ jws: CompactJWS,
        _ header: TokenHeader,
        _ keys: IssuerKeys
    ) async throws(TokenRefusal) -> JSONWebKey {
        switch await keys.key(for: header) {
        case .key(let key):
            guard jws.isSigned(by: key.key, algorithm: header.algorithm) else {
                throw TokenRefusal(.signature, "the token's signature is not valid")
            }
            return key
        case .unknown:
            throw TokenRefusal(.unknownKey, "the issuer has no key of this name for the token's algorithm")
        case .ambiguous:
            throw TokenRefusal(.unknownKey, "several keys of the issuer fit, and the token does not say which")
        case .unavailable:
            throw TokenRefusal(.keysUnavailable, "the issuer's keys cannot be had now: try again later")
        }
    }

    // MARK: Opaque tokens

    private func opaque(
        _ token: String,
        _ settings: IssuerSettings,
        _ client: Introspection,
        _ roles: RoleAssignment
    ) async throws(TokenRefusal) -> Principal {
        let issuer = settings.issuer
        switch await client.answer(about: token) {
        case .active(let object):
            let claimed = object["iss"].map { $0.stringValue ?? "" } ?? issuer
            guard ClaimText.isSame(claimed, issuer) else {
                throw TokenRefusal(.issuer, "the token is of another issuer", issuer: issuer)
            }
            let type = object["token_type"].map { $0.stringValue?.lowercased() ?? "" } ?? "bearer"
            guard ["bearer", "access_token"].contains(type) else {
                throw TokenRefusal(.tokenType, "the token is not a bearer token", issuer: issuer)
            }
            return try principal(TokenClaims(object), nil, keyID: nil, settings, roles)
        case .inactive:
            throw TokenRefusal(
                .inactive,
                "the issuer says that the token is not valid: ask for a new one",
                issuer: issuer
            )
        case .unavailable:
            throw TokenRefusal(
                .introspectionUnavailable,
                "the issuer cannot be asked about the token now: try again later",
                issuer: issuer
            )
        }
    }

    // MARK: Claims

    /// The principal behind claims whose origin is proved.
    private func principal(
        _ claims: TokenClaims,
        _ header: TokenHeader?,
        keyID: String?,
        _ settings: IssuerSettings,
        _ assignment: RoleAssignment
    ) throws(TokenRefusal) -> Principal {
        let check = ClaimsCheck(settings: settings, resource: resource, now: clock(), header: header)
        let issuer = settings.issuer
        // Proved by now, if it is there and well formed: the log names whose token was refused.
        let proved = (try? claims.name("sub")).flatMap(\.self)
        do {
            let subject = try check.check(claims)
            let scopes = try claims.scopes()
            let principal = try Self.principal(
                subject,
                issuer: issuer,
                roles: check.roles(claims, scopes: scopes, assignment),
                kind: MachineClaims.areMachine(
                    claims,
                    subject: subject.subject,
                    client: subject.client,
                    settings: settings
                ) ? .machine : .human,
                scopes: scopes,
                actors: claims.actors()
            )
            try checkRevocations(principal, keyID: keyID, issuedAt: subject.issuedAt)
            return principal
        } catch {
            throw error.of(issuer: issuer, subject: proved)
        }
    }

    private static func principal(
        _ subject: ClaimsCheck.Subject,
        issuer: String,
        roles: [String],
        kind: Principal.Kind,
        scopes: [String],
        actors: [DelegatedActor]
    ) throws(TokenRefusal) -> Principal {
        do {
            return try Principal(
                issuer: issuer,
                subject: subject.subject,
                client: subject.client,
                signIn: subject.signIn,
                roles: roles,
                kind: kind,
                scopes: scopes,
                actors: actors,
                expiry: subject.expiry,
                tokenID: subject.tokenID
            )
        } catch {
            throw TokenRefusal(.claims, "the token's subject cannot be taken: \(error.message)")
        }
    }

    private func checkRevocations(_ principal: Principal, keyID: String?, issuedAt: Date?) throws(TokenRefusal) {
        let revocations = self.revocations.withLock(\.self)
        let token = Revocations.Token(
            issuer: principal.issuer,
            subject: principal.subject,
            signIn: principal.signIn,
            session: revocations.hasSessions ? sessions.session(of: principal).text : nil,
            keyID: keyID,
            tokenID: principal.tokenID,
            issuedAt: issuedAt
        )
        guard !revocations.revokes(token) else {
            throw TokenRefusal(.revoked, "the token was revoked here: sign in again or ask an administrator")
        }
    }
}
