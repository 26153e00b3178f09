import Identity
import Server

/// The part `identity` of `scrim.yaml`: who may call, and how they prove who they are.
struct IdentityConfiguration: Sendable {
    /// Where a secret is: never in the configuration itself.
    enum SecretSource: Sendable, Hashable {
        case file(String)
        case environment(String)
    }

    struct DevelopmentPrincipal: Sendable {
        let subject: String
        var roles: [String]
    }

    /// What is there only where issuers are: what tokens are for, and what they must bring.
    struct Resource: Sendable {
        let url: ResourceURL
        let issuers: [IssuerSettings]
        /// What clients are told, where it is not the issuers themselves.
        let authorizationServers: [String]
        let scopes: ScopeRules
        /// The file with what is revoked.
        let revocations: String?
        /// Where `scrim stdio` finds its token.
        var token: SecretSource?
    }

    /// Null where nobody signs in.
    var resource: Resource?
    /// Who callers without a token are; on this machine only.
    var developmentPrincipal: DevelopmentPrincipal?
}

extension IdentityConfiguration {
    /// Takes `--as-role`: roles for the development principal, where there are any.
    mutating func take(developmentRoles roles: [String]) throws(ConfigurationError) {
        guard !roles.isEmpty else { return }
        guard developmentPrincipal != nil else {
            throw ConfigurationError("--as-role needs identity.development_principal; tokens bring their own roles")
        }
        developmentPrincipal?.roles = roles
    }

    /// Takes `--token-file`, where there is one.
    mutating func take(tokenFile: String?) throws(ConfigurationError) {
        guard let tokenFile else { return }
        guard resource != nil else {
            throw ConfigurationError("--token-file needs identity.issuers: nobody else could check a token")
        }
        resource?.token = .file(tokenFile)
    }
}
