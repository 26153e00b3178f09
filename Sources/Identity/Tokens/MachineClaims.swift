import JSON

/// Tells a program with an identity of its own from a program that acts for a person.
enum MachineClaims {
    /// Whether the token is a machine's.
    ///
    /// Client credentials: the subject is the client (RFC 9068, 2.2), Auth0 says `gty`, Entra ID `idtyp`
    /// (<https://learn.microsoft.com/entra/identity-platform/optional-claims-reference>). CI jobs have claims of their
    /// own: <https://docs.github.com/actions/concepts/security/openid-connect>,
    /// <https://docs.gitlab.com/ci/secrets/id_token_authentication/>.
    static func areMachine(_ claims: TokenClaims, subject: String, client: String?, settings: IssuerSettings) -> Bool {
        if settings.options.isMachine { return true }
        if let client, ClaimText.isSame(subject, client) { return true }
        let object = claims.object
        if object["gty"]?.stringValue == "client-credentials" || object["idtyp"]?.stringValue == "app" { return true }
        if ["repository", "run_id", "workflow_ref"].allSatisfy({ object[$0] != nil }) { return true }
        if ["project_path", "pipeline_id", "job_id"].allSatisfy({ object[$0] != nil }) { return true }
        return settings.options.machineConditions.contains { $0.holds(for: object) }
    }
}
