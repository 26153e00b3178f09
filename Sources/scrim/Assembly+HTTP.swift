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
                refusesForwardedRequests: true,
                connectionsMax: connections
            ),
            offer: offer,
            access: AccessRules<Principal, Caller>(
                authenticate: { [principal] _ in .success(principal) },
                makeCaller: makeCaller
            ),
            calls: CallRules(
                account: { [$0.issuer, $0.subject] },
                limits: { [gate, calls = configuration.limits.calls] principal in
                    let roles = gate.roleLimits(of: principal)
                    return calls.tightened(atOnce: roles.callsAtOnceMax, perMinute: roles.callsPerMinuteMax)
                }
            ),
            logger: logger,
            onListening: { StandardError.print("ready \($0.url)") }
        )
        try await run(server, address: "\(listen.host):\(listen.port)")
    }
}
