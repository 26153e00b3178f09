public import Cryptography
import HTTPTransport

/// An issuer whose tokens are accepted, and what its claims mean here. Checked when it is made.
public struct IssuerSettings: Sendable, Hashable {
    /// What the `typ` of an accepted token's header may be.
    public enum TokenType: String, Sendable, Hashable, CaseIterable {
        /// `at+jwt`, an access token of RFC 9068.
        case accessToken = "at+jwt"
        /// `JWT`, which many issuers put on every token, ID tokens too: more checks then tell these apart.
        case jwt = "JWT"
        /// No `typ` at all.
        case absent
    }

    /// What happens when Entra ID leaves the groups out of a token because there are too many.
    public enum GroupsOverage: Sendable, Hashable {
        /// The token is refused: without its groups nobody can tell which masks apply.
        case refuse
        /// This claim, Entra's `roles` as a rule, stands in for the groups.
        case useClaim(ClaimPath)
    }

    /// Everything but the issuer's name; each has a safe value to begin with.
    public struct Options: Sendable, Hashable {
        /// Audiences that are accepted beside the resource itself.
        public var audiences: [String] = []
        /// The algorithms that the issuer may sign with.
        public var algorithms = Set(JWSAlgorithm.allCases)
        /// The accepted types of token.
        public var tokenTypes: Set<TokenType> = [.accessToken]
        /// Where the groups stand.
        public var groupsClaim = ClaimPath(known: "groups")
        /// What happens when the groups are left out.
        public var groupsOverage = GroupsOverage.refuse
        /// Roles by claims.
        public var roleRules: [RoleRule] = []
        /// Roles by scope (scope → roles).
        public var scopeRoles: [String: [String]] = [:]
        /// Whether all tokens of this issuer are of machines.
        public var isMachine = false
        /// What marks a machine's token, beyond what is known of common issuers; one condition is enough.
        public var machineConditions: [ClaimCondition] = []
        /// By how many seconds the issuer's clock may differ, 0 to 60.
        public var clockSkewSeconds = 60
        /// The longest time between `iat` and `exp` in seconds; tokens without `iat` are then refused.
        public var lifetimeMaxSeconds: Int?
        /// The address of the keys, where it is not to be discovered.
        public var jwksURL: String?
        /// How opaque tokens are asked about; at most one issuer has it.
        public var introspection: IntrospectionSettings?

        /// The safe values.
        public init() {}
    }

    /// The largest clock skew, in seconds.
    public static let clockSkewSecondsMax = 60
    /// The most audiences, role rules and scopes, each.
    public static let entriesMax = 1000

    /// The issuer's name, which a token's `iss` equals byte for byte; also where its metadata is found.
    public let issuer: String
    /// The rest.
    public let options: Options

    /// Checks settings.
    ///
    /// - Throws: `settings` with what is wrong.
    public init(issuer: String, options: Options = Options()) throws(IdentityError) {
        let url = try IssuerAddress.check(issuer, what: "issuer")
        guard issuer.utf8.count <= Principal.nameBytesMax, !issuer.contains("?") else {
            throw IdentityError(.settings, "the issuer at `\(url.origin)` is too long or has a query")
        }
        self.issuer = issuer
        self.options = options
        try checkLists()
        try checkTimes()
        if let address = options.jwksURL { try IssuerAddress.check(address, what: "address of the keys") }
    }

    /// The roles that rules and scopes name, so that those that do not exist are found before the first token comes.
    public var namedRoles: Set<String> {
        Set(options.roleRules.map(\.role)).union(options.scopeRoles.values.joined())
    }

    private func checkLists() throws(IdentityError) {
        let counts = [options.audiences.count, options.roleRules.count, options.scopeRoles.count]
        guard counts.allSatisfy({ $0 <= Self.entriesMax }) else {
            throw refused("has more than \(Self.entriesMax) audiences, role rules or scopes")
        }
        guard options.audiences.allSatisfy({ (1...Principal.nameBytesMax).contains($0.utf8.count) }) else {
            throw refused("has an audience that is empty or too long")
        }
        guard !options.algorithms.isEmpty else { throw refused("allows no algorithm") }
        guard !options.tokenTypes.isEmpty else { throw refused("allows no type of token") }
        for (scope, roles) in options.scopeRoles {
            guard ScopeList.isScope(scope), !roles.isEmpty, !roles.contains("") else {
                throw refused("has a scope that is no scope (RFC 6749, 3.3), or one without a role")
            }
        }
    }

    private func checkTimes() throws(IdentityError) {
        guard (0...Self.clockSkewSecondsMax).contains(options.clockSkewSeconds) else {
            throw refused("has a clock skew that is not 0 to \(Self.clockSkewSecondsMax) s")
        }
        if let lifetime = options.lifetimeMaxSeconds, lifetime < 1 {
            throw refused("has a longest lifetime under 1 s")
        }
    }

    private func refused(_ reason: String) -> IdentityError {
        IdentityError(.settings, "issuer `\(issuer)` \(reason)")
    }
}
