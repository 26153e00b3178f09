import Gate
import Identity
import Server

extension Assembly {
    /// Listens until a signal ends the server, lets running requests end, and closes the log.
    ///
    /// - Parameter connections: how many may be open at once.
    func serve(connections: Int) async throws {
        warn()
        let listen = configuration.listen
        let server = ProxyServer(
            settings: ProxyServerSettings(
                host: listen.host,
                port: listen.port,
                refusesForwardedRequests: door.developmentPrincipal != nil,
                connectionsMax: connections,
                calls: configuration.limits.calls
            ),
            offer: offer,
            access: door.accessRules(makeCaller: makeCaller),
            logger: logger,
            onListening: { StandardError.print("ready \($0.url)") }
        )
        try await run(server, address: "\(listen.host):\(listen.port)")
    }
}
