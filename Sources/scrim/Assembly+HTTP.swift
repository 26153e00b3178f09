import Audit
import BigQuery
import Gate
import Identity
import Masking
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
                connectionsMax: connections
            ),
            offer: offer,
            access: door.accessRules(makeCaller: makeCaller),
            calls: CallRules(
                account: { [$0.principal.issuer, $0.principal.subject] },
                limits: { [gate, calls = configuration.limits.calls] caller in
                    let roles = gate.roleLimits(of: caller.principal)
                    return calls.tightened(atOnce: roles.callsAtOnceMax, perMinute: roles.callsPerMinuteMax)
                }
            ),
            logger: logger,
            readiness: { [audit, client] in
                [
                    ReadinessCheck("audit", audit.isWritable),
                    ReadinessCheck("credentials", await client.hasAccessToken),
                ]
            },
            onListening: { StandardError.print("ready \($0.url)") }
        )
        try await run(server, address: "\(listen.host):\(listen.port)")
    }
}
