internal import HTTPTransport

/// The metadata server of Google's machines and clusters: who can reach it is the account
/// (<https://cloud.google.com/compute/docs/metadata/querying-metadata>).
///
/// It speaks plain HTTP, which no other host may. Header fields in both directions show that neither side was fooled
/// into this by something that passes requests on.
struct MetadataServer: Sendable, Hashable {
    /// The name that Google's machines resolve themselves.
    static let standardHost = "metadata.google.internal"
    /// Its address.
    static let standardAddress = "169.254.169.254"
    /// The header field of requests and answers.
    static let flavor = HTTPHeader("Metadata-Flavor", "Google")

    /// The hosts to which plain HTTP is allowed.
    static let plainHosts: Set<String> = [standardHost, standardAddress]

    private let origin: String

    /// - Parameter host: what the environment's `GCE_METADATA_HOST` says, `host` or `host:port`: a name of this server,
    ///   or this machine.
    init(host: String?) throws(BigQueryError) {
        let text = host.flatMap { $0.isEmpty ? nil : $0 } ?? Self.standardHost
        guard let url = try? HTTPURL(checking: "http://\(text)"), "http://\(text)".hasPrefix(url.origin),
            !text.contains("/"), Self.plainHosts.contains(url.host) || url.isLoopback
        else {
            throw BigQueryError(
                credentials:
                    "GCE_METADATA_HOST must be `\(Self.standardHost)`, `\(Self.standardAddress)` or this machine"
            )
        }
        origin = url.origin
    }

    /// Whether a host is the address at which clouds put such servers.
    static func isLinkLocal(_ host: String) -> Bool { host == standardAddress }

    /// Where the account's token is.
    func tokenURL(scope: String) -> String { "\(account)/token?scopes=\(PercentEncoding.encode(scope))" }

    /// Where the account's e-mail address is.
    var emailURL: String { "\(account)/email" }

    private var account: String { "\(origin)/computeMetadata/v1/instance/service-accounts/default" }
}
