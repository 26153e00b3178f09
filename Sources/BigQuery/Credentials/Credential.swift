/// What access tokens are made of, read whole at one moment.
struct Credential: Sendable {
    enum Origin: Sendable {
        case key(ServiceAccountKey, selfSigned: Bool)
        case external(ExternalAccount)
        case metadata(MetadataServer)
    }

    /// What jobs are allowed with: a read-only scope does not let them be inserted.
    static let scope = "https://www.googleapis.com/auth/bigquery"

    let origin: Origin
    /// The steps from the origin's own account to the one that calls are made under.
    let impersonations: [Impersonation]

    /// The account that calls are made under, where the credential says it itself.
    var account: String? {
        if let last = impersonations.last { return last.account }
        guard case .key(let key, _) = origin else { return nil }
        return key.email
    }

    /// Which of an account's keys it is.
    var keyID: String? {
        guard case .key(let key, _) = origin else { return nil }
        return key.keyID
    }

    /// What the origin's token must be for.
    var originScope: String { impersonations.isEmpty ? Self.scope : Impersonation.sourceScope }
}

extension Credential {
    /// Puts together what the settings name; a file is read.
    ///
    /// - Returns: the credential, and the file as it was read; nil where there is none.
    static func open(
        _ settings: CredentialSettings,
        for endpoint: BigQueryEndpoint
    ) throws(BigQueryError) -> (Credential, CredentialFile?) {
        let configured = try settings.impersonation.map { (step) throws(BigQueryError) in
            try Impersonation(step, for: endpoint)
        }
        let last = configured.map { [$0] } ?? []
        switch settings.origin {
        case .serviceAccountFile(let path, let selfSigned):
            let file = try CredentialFile(path, .secret)
            let key = try ServiceAccountKey(file, path, for: endpoint)
            return (Credential(origin: .key(key, selfSigned: selfSigned), impersonations: last), file)
        case .externalAccountFile(let path):
            let file = try CredentialFile(path, .unchangeable)
            let external: ExternalAccount
            do {
                external = try ExternalAccount(json: file.bytes, for: endpoint)
            } catch {
                throw BigQueryError(credentials: "`\(path)`: \(error.detail ?? "")")
            }
            guard !external.holdsSecrets || !file.isReadByOthers else {
                throw BigQueryError(credentials: "`\(path)` has header fields and can be read by others: chmod 600 it")
            }
            let steps = (external.impersonation.map { [$0] } ?? []) + last
            guard !steps.isEmpty else {
                throw BigQueryError(
                    credentials:
                        "`\(path)` names no `service_account_impersonation_url`, and no account is configured to be "
                        + "impersonated: jobs must run under a service account"
                )
            }
            return (Credential(origin: .external(external), impersonations: steps), file)
        case .metadataServer(let host):
            return (Credential(origin: .metadata(try MetadataServer(host: host)), impersonations: last), nil)
        }
    }
}
