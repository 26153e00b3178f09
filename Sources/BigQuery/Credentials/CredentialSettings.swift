/// Where access tokens come from, as the configuration names it: one source, and the account that it may speak for.
public struct CredentialSettings: Sendable, Hashable {
    /// What proves who the server is.
    public enum Origin: Sendable, Hashable {
        /// A service account's key file. `selfSigned`: the key signs the access tokens itself, and no token endpoint is
        /// asked (<https://google.aip.dev/auth/4111>).
        case serviceAccountFile(path: String, selfSigned: Bool)
        /// A file of workload identity federation (<https://google.aip.dev/auth/4117>).
        case externalAccountFile(path: String)
        /// The metadata server of the machine or the cluster. `host` is the environment's `GCE_METADATA_HOST`.
        case metadataServer(host: String?)
    }

    /// An account that the origin may speak for.
    public struct Impersonation: Sendable, Hashable {
        /// How long a token counts where nothing else is said, in seconds.
        public static let lifetimeStandard: Int64 = 3600
        /// How long a token may count, in seconds: over an hour an organization policy has to allow it
        /// (<https://cloud.google.com/iam/docs/create-short-lived-credentials-direct>).
        public static let lifetimes: ClosedRange<Int64> = 600...43_200

        /// The account's e-mail address.
        public let serviceAccount: String
        /// Accounts between, each of which may speak for the next one.
        public let delegates: [String]
        /// How long its tokens count, in seconds.
        public let lifetimeSeconds: Int64
        /// The base URL of the IAM Credentials API; nil: Google's. Anything else only on loopback.
        public let endpoint: String?

        /// Creates an impersonation; it is checked when the credential is opened.
        public init(
            serviceAccount: String,
            delegates: [String] = [],
            lifetimeSeconds: Int64 = lifetimeStandard,
            endpoint: String? = nil
        ) {
            self.serviceAccount = serviceAccount
            self.delegates = delegates
            self.lifetimeSeconds = lifetimeSeconds
            self.endpoint = endpoint
        }
    }

    /// What proves who the server is.
    public let origin: Origin
    /// The account that it speaks for; nil: its own.
    public let impersonation: Impersonation?

    /// Creates settings.
    public init(origin: Origin, impersonation: Impersonation? = nil) {
        self.origin = origin
        self.impersonation = impersonation
    }

    /// The file that the origin reads, if it reads one.
    public var file: String? {
        switch origin {
        case .serviceAccountFile(let path, _), .externalAccountFile(let path): path
        case .metadataServer: nil
        }
    }
}

/// What operators are told of credentials; no part of it is secret.
public enum CredentialEvent: Sendable, Hashable {
    /// Another version of the file is in force.
    case reread(account: String, keyID: String?)
    /// The file changed and cannot be used; the one before stays in force.
    case notReread(BigQueryError)
    /// No new token could be had; the next try may do better.
    case tokenFailed(BigQueryError)
    /// Tokens can be had again.
    case tokenObtained
}
