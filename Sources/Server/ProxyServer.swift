import Hummingbird
import HummingbirdCore
public import Logging
import MCP
import NIOCore
public import ServiceLifecycle

/// The paths that are served.
enum ProxyServerPath {
    static let endpoint = "/mcp"
    static let health = "/healthz"
    static let readiness = "/readyz"
}

/// MCP over HTTP: the door that agents come through.
///
/// It binds when it runs, answers until its task is cancelled or a graceful shutdown begins, and lets calls that are
/// running then come to their end. It keeps no state between requests, so that any replica can answer any of them.
public struct ProxyServer<Identified: Hashable & Sendable, Caller: Sendable>: Service {
    let settings: ProxyServerSettings
    let endpoint: MCPEndpoint
    let runner: OfferRunner<Caller>
    let access: AccessRules<Identified, Caller>
    let door: FrontDoor
    let bodies = BodyShares(
        bytesMax: ServerLimits.heldBodyBytesMax,
        shareMax: ServerLimits.heldBodyBytesShare
    )
    let limiter = CallLimiter()
    let subscriptionLimiter = CallLimiter()
    let probeLimiter = CallLimiter()
    let calls: CallRules<Identified>
    let legacyCalls = LegacyCalls<Identified>()
    let replies = ClientReplies<Identified>()
    let logger: Logger
    let readiness: @Sendable () async -> [ReadinessCheck]
    /// Settings only for tests, which cannot wait for the real ones.
    var bodySecondsMax = ServerLimits.bodySecondsMax
    var wireLimits = WireLimits()
    var subscriptionsAtOnce = ServerLimits.subscriptionsAtOnce
    var keepAlive: Duration = .seconds(ServerLimits.keepAliveSeconds)
    private let onListening: @Sendable (ListeningAddress) -> Void

    /// Creates a server.
    ///
    /// - Parameters:
    ///   - settings: where to listen, and whom to listen to.
    ///   - offer: how the server presents itself, and its tools in the order in which they are listed.
    ///   - access: who may call.
    ///   - calls: how many calls of whom may run.
    ///   - logger: for events of the server; it never gets arguments, results or headers.
    ///   - readiness: what parts of the server can do now; asked for each probe, so it must not ask anybody else.
    ///   - onListening: called once, when clients can connect.
    public init(
        settings: ProxyServerSettings,
        offer: ServerOffer<Caller>,
        access: AccessRules<Identified, Caller>,
        calls: CallRules<Identified>,
        logger: Logger,
        readiness: @escaping @Sendable () async -> [ReadinessCheck] = { [] },
        onListening: @escaping @Sendable (ListeningAddress) -> Void
    ) {
        self.settings = settings
        self.endpoint = offer.endpoint
        self.runner = OfferRunner(offer)
        self.access = access
        self.door = FrontDoor(settings: settings)
        self.calls = calls
        self.logger = logger
        self.readiness = readiness
        self.onListening = onListening
    }

    /// Listens and answers.
    ///
    /// - Throws: ``ServerError`` when the address cannot be listened on.
    public func run() async throws {
        let (table, wireLimits) = (ConnectionTable(connectionsMax: settings.connectionsMax), wireLimits)
        let channel = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionWatch(), ConnectionGuard(table: table, limits: wireLimits)],
            idleTimeout: .seconds(ServerLimits.idleSecondsMax),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: ServerLimits.headerBytesMax,
                maxHeaderListSize: ServerLimits.headerBytesMax,
                maxHeaderFieldCount: ServerLimits.headerFieldsMax
            )
        )
        let (settings, onListening) = (settings, onListening)
        let service = try HTTPServerBuilder.http1(configuration: channel).buildServer(
            configuration: ServerConfiguration(
                address: .hostname(settings.host, port: settings.port),
                backlog: ServerLimits.backlog,
                availableConnectionsDelegate: .maximum(settings.connectionsMax, logger: logger)
            ),
            eventLoopGroup: EventLoopGroupProvider.singleton.eventLoopGroup,
            logger: logger,
            responder: { request, writer, channel in
                try await Exchange(server: self, request: request, channel: channel).run(writer)
            },
            onServerRunning: { channel in
                onListening(ListeningAddress(host: settings.host, port: channel.localAddress?.port ?? settings.port))
            }
        )
        do {
            try await withGracefulShutdownHandler {
                try await service.run()
            } onGracefulShutdown: {
                runner.offer.changes?.hub.end()
            }
        } catch let error as IOError {
            throw ServerError(.cannotListen, "cannot listen on `\(settings.host):\(settings.port)`: \(error)")
        }
    }
}

extension ProxyServer: CustomStringConvertible {
    /// The address; without this, the service group would log every part of the server.
    public var description: String { "MCP server on \(settings.host):\(settings.port)" }
}

/// Where a server can be reached.
public struct ListeningAddress: Sendable, Hashable {
    /// The host as it was configured.
    public let host: String
    /// The port, also where a free one was taken.
    public let port: Int

    /// Creates an address.
    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// What clients are given: `http://127.0.0.1:8080/mcp`.
    public var url: String {
        let shown = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        return "http://\(shown):\(port)\(ProxyServerPath.endpoint)"
    }
}
