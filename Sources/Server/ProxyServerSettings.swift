import Identity

/// Where the server listens, and whom it listens to.
public struct ProxyServerSettings: Sendable, Hashable {
    /// The host name or address to bind.
    public var host: String
    /// The port to bind; 0 takes a free one.
    public var port: Int
    /// Origins of browser pages that may call, beside those of this machine when ``isLocal``; such as
    /// `https://app.example`.
    public var allowedOrigins: [String]
    /// Names that a request's `Host` may have when ``isLocal``, beside those of the loopback interface.
    public var allowedHosts: [String]
    /// Whether requests that came through a proxy are refused, because under a development principal whoever
    /// reaches the server is that principal.
    public var refusesForwardedRequests: Bool
    /// Connections that are open at once; further ones wait in the listener's queue.
    public var connectionsMax: Int

    /// Creates settings.
    public init(
        host: String,
        port: Int,
        allowedOrigins: [String] = [],
        allowedHosts: [String] = [],
        refusesForwardedRequests: Bool,
        connectionsMax: Int = ServerLimits.connectionsMax
    ) {
        self.host = host
        self.port = port
        self.allowedOrigins = allowedOrigins
        self.allowedHosts = allowedHosts
        self.refusesForwardedRequests = refusesForwardedRequests
        self.connectionsMax = connectionsMax
    }

    /// Whether nobody on another machine can reach the server.
    var isLocal: Bool { ListenAddress.host(host).isLocal }
}
