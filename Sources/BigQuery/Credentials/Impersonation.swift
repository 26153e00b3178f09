internal import HTTPTransport

/// One step from an account's token to another account's: a call of `generateAccessToken` of the IAM Credentials API
/// (<https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken>).
struct Impersonation: Sendable, Hashable {
    /// What the token that pays for the step must be for.
    static let sourceScope = "https://www.googleapis.com/auth/iam"
    private static let origin = "https://iamcredentials.googleapis.com"
    private static let pathStart = "/v1/projects/-/serviceAccounts/"
    private static let pathEnd = ":generateAccessToken"

    let url: String
    let account: String
    let delegates: [String]
    let lifetimeSeconds: Int64

    /// The step that the configuration names.
    init(_ settings: CredentialSettings.Impersonation, for endpoint: BigQueryEndpoint) throws(BigQueryError) {
        for account in [settings.serviceAccount] + settings.delegates where !EmailAddress.isValid(account) {
            throw BigQueryError(credentials: "an account to impersonate, or a delegate, is not an e-mail address")
        }
        guard CredentialSettings.Impersonation.lifetimes.contains(settings.lifetimeSeconds) else {
            throw BigQueryError(credentials: "the lifetime of an impersonation is 600 s to 12 h")
        }
        var base = Self.origin
        if let configured = settings.endpoint {
            guard let url = try? HTTPURL(checking: configured), endpoint.isLoopback, url.isLoopback else {
                throw BigQueryError(
                    credentials:
                        "the endpoint of an impersonation may be another than Google's only on loopback, and only "
                        + "when BigQuery's is there too"
                )
            }
            base = url.origin
        }
        url = base + Self.pathStart + PercentEncoding.encode(settings.serviceAccount, keeping: "@") + Self.pathEnd
        account = settings.serviceAccount
        delegates = settings.delegates
        lifetimeSeconds = settings.lifetimeSeconds
    }

    /// The step that a file names by its URL.
    init(url: String, lifetimeSeconds: Int64?, for endpoint: BigQueryEndpoint) throws(BigQueryError) {
        let refusal = BigQueryError(
            credentials: "the file's `service_account_impersonation_url` is not of Google's IAM Credentials API"
        )
        guard let checked = try? HTTPURL(checking: url), url.hasPrefix(checked.origin) else { throw refusal }
        guard checked.origin == Self.origin || (endpoint.isLoopback && checked.isLoopback) else { throw refusal }
        let path = url.dropFirst(checked.origin.count)
        guard path.hasPrefix(Self.pathStart), path.hasSuffix(Self.pathEnd) else { throw refusal }
        let account = String(path.dropFirst(Self.pathStart.count).dropLast(Self.pathEnd.count))
        guard EmailAddress.isValid(account), !account.contains(where: { "/?%#:".contains($0) }) else { throw refusal }
        let lifetime = lifetimeSeconds ?? CredentialSettings.Impersonation.lifetimeStandard
        guard CredentialSettings.Impersonation.lifetimes.contains(lifetime) else {
            throw BigQueryError(credentials: "the file's `token_lifetime_seconds` must be 600 to 43200")
        }
        self.url = url
        self.account = account
        self.delegates = []
        self.lifetimeSeconds = lifetime
    }
}

/// E-mail addresses of accounts.
enum EmailAddress {
    /// Good enough to tell an address from something that was pasted into the wrong place.
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 320
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
