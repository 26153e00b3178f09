import struct FoundationEssentials.Date
import JSON

/// What the claims of one token say about who asks, once its origin is proved.
struct ClaimsCheck {
    let settings: IssuerSettings
    let resource: String
    let now: Date
    /// Null for an opaque token, about which the issuer itself was asked.
    let header: TokenHeader?

    private var options: IssuerSettings.Options { settings.options }
    private var skew: Double { Double(options.clockSkewSeconds) }

    /// The principal, its roles not yet given by groups and rules.
    struct Subject {
        let subject: String
        let client: String?
        let signIn: String?
        let tokenID: String?
        let issuedAt: Date?
        let expiry: Date?
    }

    func check(_ claims: TokenClaims) throws(TokenRefusal) -> Subject {
        try refuseOtherKinds(claims)
        let client = try claims.client()
        try checkAudience(claims, client: client)
        let expiry = try checkTimes(claims)
        guard let subject = try claims.name("sub") ?? (header == nil ? client : nil) else {
            throw TokenRefusal(.claims, "the token has no `sub`")
        }
        return Subject(
            subject: subject,
            client: client,
            signIn: try claims.name("sid"),
            tokenID: try claims.name("jti"),
            issuedAt: try claims.time("iat"),
            expiry: expiry
        )
    }

    /// ID tokens say who signed in to a client and are not for resource servers (OpenID Connect Core 1.0, 2); what is
    /// bound to a client's key is worth nothing without a check of that key.
    private func refuseOtherKinds(_ claims: TokenClaims) throws(TokenRefusal) {
        let object = claims.object
        let marks = ["nonce", "at_hash", "c_hash", "s_hash"]
        guard marks.allSatisfy({ object[$0] == nil }), object["token_use"]?.stringValue != "id" else {
            throw TokenRefusal(.idToken, "this is an ID token: send the access token instead")
        }
        // Keycloak says in the payload what kind of token it is; an access token is `Bearer` there.
        let type = object["typ"]?.stringValue?.lowercased()
        guard type != "id" else { throw TokenRefusal(.idToken, "this is an ID token: send the access token instead") }
        guard object["events"] == nil, !["refresh", "offline", "logout", "dpop"].contains(type) else {
            throw TokenRefusal(.tokenType, "this is another kind of token and not an access token")
        }
        guard object["cnf"] == nil else {
            throw TokenRefusal(
                .senderConstrained,
                "the token is bound to a key of the client's (`cnf`), which is not supported: ask for a bearer token"
            )
        }
    }

    private func checkAudience(_ claims: TokenClaims, client: String?) throws(TokenRefusal) {
        let audiences = try claims.audiences()
        if header == nil, audiences.isEmpty, options.introspection?.requiresAudience == false { return }
        let accepted = [resource] + options.audiences
        guard audiences.contains(where: { audience in accepted.contains { ClaimText.isSame($0, audience) } }) else {
            throw TokenRefusal(.audience, "the token is for another audience: ask for one for this resource")
        }
        // RFC 9068 tokens say by their type that they are no ID tokens; others may be one if they are for the client.
        guard header?.type != .accessToken, header != nil, let client else { return }
        guard !audiences.allSatisfy({ ClaimText.isSame($0, client) }) else {
            throw TokenRefusal(.idToken, "the token is for the client itself, as ID tokens are: send an access token")
        }
    }

    private func checkTimes(_ claims: TokenClaims) throws(TokenRefusal) -> Date? {
        let expiry = try claims.time("exp")
        let issuedAt = try claims.time("iat")
        guard expiry != nil || header == nil else { throw TokenRefusal(.claims, "the token has no `exp`") }
        if let expiry, now.timeIntervalSince(expiry) >= skew {
            throw TokenRefusal(.expired, "the token has expired: ask for a new one")
        }
        for start in [try claims.time("nbf"), issuedAt].compactMap(\.self) where start.timeIntervalSince(now) > skew {
            throw TokenRefusal(.notYetValid, "the token is not valid yet: check the clocks")
        }
        if let expiry, let issuedAt, expiry < issuedAt {
            throw TokenRefusal(.claims, "the token's `exp` is before its `iat`")
        }
        if let lifetime = options.lifetimeMaxSeconds {
            guard let expiry, let issuedAt, expiry.timeIntervalSince(issuedAt) <= Double(lifetime) else {
                throw TokenRefusal(
                    .lifetime,
                    "the token's life is over \(lifetime) s, or it does not say how long it is"
                )
            }
        }
        return expiry
    }

    // MARK: Roles

    /// The roles that groups, scopes and rules give.
    func roles(_ claims: TokenClaims, scopes: [String], _ assignment: RoleAssignment) throws(TokenRefusal) -> [String] {
        var roles = assignment.roles(forGroups: try groups(claims))
        for scope in scopes { roles.formUnion(options.scopeRoles[scope] ?? []) }
        for rule in options.roleRules where rule.holds(for: claims.object) { roles.insert(rule.role) }
        return roles.sorted()
    }

    private func groups(_ claims: TokenClaims) throws(TokenRefusal) -> [String] {
        guard isOverage(claims.object) else { return try claims.names(at: options.groupsClaim) }
        switch options.groupsOverage {
        case .useClaim(let path):
            return try claims.names(at: path)
        case .refuse:
            throw TokenRefusal(
                .groupsOverage,
                "the issuer left the groups out because there are too many: an admin can limit the token to groups "
                    + "assigned to the application, or use application roles"
            )
        }
    }

    /// Entra ID's marks of claims left out
    /// (<https://learn.microsoft.com/security/zero-trust/develop/configure-tokens-group-claims-app-roles>). They count
    /// for every claim that roles depend on here: a role that is not seen can be the one with the stricter masks.
    private func isOverage(_ object: JSONObject) -> Bool {
        let paths = [options.groupsClaim] + options.roleRules.flatMap { $0.conditions.map(\.claim) }
        let names = Set(paths.map { $0.names[0] })
        if let sources = object["_claim_names"]?.objectValue, names.contains(where: { sources[$0] != nil }) {
            return true
        }
        return names.contains("groups") && [.bool(true), .string("true")].contains(object["hasgroups"])
    }
}
