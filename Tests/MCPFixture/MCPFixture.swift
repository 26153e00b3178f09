import Glibc
import Logging
import MCP
import Server
import ServiceLifecycle
import UnixSignals

/// A server on the protocol core of the product that answers to the names of the official conformance suite
/// (`modelcontextprotocol/conformance`), and to some of our own tests'. For tests alone: it knows no warehouse.
///
/// `MCPFixture --port N` serves HTTP and prints `ready http://127.0.0.1:N/mcp` on standard error; `MCPFixture --stdio`
/// serves the standard streams.
@main
struct MCPFixture {
    static func main() async {
        let arguments = CommandLine.arguments.dropFirst()
        if arguments.elementsEqual(["--stdio"]) { return await run(stdio) }
        guard arguments.count == 2, arguments.first == "--port", let port = arguments.last.flatMap({ Int($0) }) else {
            print("usage: MCPFixture --port N | --stdio", to: 2)
            exit(2)
        }
        await run(http(port: port))
    }

    private static let logger = Logger(label: "fixture", factory: { _ in SwiftLogNoOpLogHandler() })

    private static func http(port: Int) -> ProxyServer<String, FixtureCaller> {
        ProxyServer(
            settings: ProxyServerSettings(host: "127.0.0.1", port: port, refusesForwardedRequests: false),
            offer: FixtureOffer.offer,
            access: AccessRules(
                // Whoever names a token is another principal.
                authenticate: { .success($0.headers.values(of: "Authorization").first ?? "anyone") },
                makeCaller: { FixtureCaller(name: $0, facts: $1) }
            ),
            calls: CallRules(account: { [$0] }, limits: { _ in CallLimits() }),
            logger: logger,
            onListening: { print("ready \($0.url)", to: 2) }
        )
    }

    private static var stdio: StdioServer<FixtureCaller> {
        StdioServer(
            streams: (0, 1),
            offer: FixtureOffer.offer,
            makeCaller: { facts, _ in .success(FixtureCaller(name: "anyone", facts: facts)) },
            logger: logger
        )
    }

    private static func run(_ service: some Service) async {
        signal(SIGPIPE, SIG_IGN)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
        )
        do {
            try await group.run()
        } catch {
            print("MCPFixture: \(error)", to: 2)
            exit(1)
        }
    }

    private static func print(_ line: String, to descriptor: Int32) {
        let bytes = Array((line + "\n").utf8)
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
}

/// Who calls the fixture.
struct FixtureCaller: Sendable {
    let name: String
    let facts: CallFacts
}
