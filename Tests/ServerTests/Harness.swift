import JSON
import Logging
import MCP
import ServiceLifecycle
import Testing

@testable import Server

/// Who calls, in tests: what the server found out, as plain text.
struct TestCaller: Sendable, Hashable {
    let name: String
    let facts: CallFacts
}

typealias TestTool = Tool<TestCaller>

/// The real server on a free port of the loopback interface, with tools of the tests.
enum Harness {
    static func tool(_ name: String, run: @escaping @Sendable (JSONObject, TestCaller) async -> ToolResult) -> TestTool
    {
        Tool(definition(name), run: run)
    }

    /// A tool that says something on the way.
    static func contextual(
        _ name: String,
        run: @escaping @Sendable (JSONObject, CallContext) async -> ToolResult
    ) -> TestTool {
        Tool(definition(name), run: { arguments, _, context in await run(arguments, context) })
    }

    static func definition(_ name: String) -> ToolDefinition {
        ToolDefinition(
            name: name,
            title: name,
            description: name,
            schemas: (input: ["type": "object"], output: ["type": "object"]),
            annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false)
        )
    }

    static let echo = tool("echo") { arguments, caller in
        .success([
            "arguments": .object(arguments), "caller": .string(caller.name), "request": .string(caller.facts.requestID),
            "client": caller.facts.client.map { .string($0) } ?? .null,
        ])
    }

    static func settings(port: Int = 0) -> ProxyServerSettings {
        ProxyServerSettings(host: "127.0.0.1", port: port, refusesForwardedRequests: true)
    }

    /// An offer of tools, to which `adjust` may add.
    static func offer(
        _ tools: [TestTool],
        _ adjust: (inout ServerOffer<TestCaller>) -> Void = { _ in }
    ) -> ServerOffer<TestCaller> {
        var offer = ServerOffer(
            software: ServerSoftware(name: "scrim", title: "Scrim", version: "0.1.0"),
            instructions: "none",
            tools: tools
        )
        adjust(&offer)
        return offer
    }

    static func server(
        _ tools: [TestTool] = [echo],
        settings: ProxyServerSettings = settings(),
        calls: CallLimits = CallLimits(),
        adjust: (inout ServerOffer<TestCaller>) -> Void = { _ in },
        onListening: @escaping @Sendable (ListeningAddress) -> Void = { _ in }
    ) -> ProxyServer<String, TestCaller> {
        ProxyServer(
            settings: settings,
            offer: offer(tools, adjust),
            access: AccessRules(
                authenticate: { head in
                    let tokens = head.headers.values(of: "Authorization").map { String($0.dropFirst("Bearer ".count)) }
                    guard tokens == ["wrong"] else { return .success(tokens.first ?? "dev") }
                    return .failure(
                        AuthenticationRefusal(
                            status: 401,
                            message: "no such token",
                            challenge: "Bearer error=\"invalid_token\""
                        )
                    )
                },
                makeCaller: { TestCaller(name: $0, facts: $1) }
            ),
            calls: CallRules(account: { [$0] }, limits: { _ in calls }),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            onListening: onListening
        )
    }

    /// Runs a server while the body runs. `change` may adjust it before it starts; `stop` begins a graceful shutdown.
    static func serving(
        _ tools: [TestTool] = [echo],
        calls: CallLimits = CallLimits(),
        adjust: (inout ServerOffer<TestCaller>) -> Void = { _ in },
        change: (inout ProxyServer<String, TestCaller>) -> Void = { _ in },
        _ body: @Sendable @escaping (_ port: Int, _ stop: @Sendable () async -> Void) async throws -> Void
    ) async throws {
        let (addresses, source) = AsyncStream<ListeningAddress>.makeStream()
        var server = server(tools, calls: calls, adjust: adjust) { address in
            source.yield(address)
            source.finish()
        }
        change(&server)
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                for await address in addresses {
                    do {
                        try await body(address.port) { await group.triggerGracefulShutdown() }
                    } catch {
                        await group.triggerGracefulShutdown()
                        throw error
                    }
                }
                await group.triggerGracefulShutdown()
            }
            try await tasks.waitForAll()
        }
    }
}

/// Requests over the wire.
enum Wire {
    static let common =
        "Host: localhost\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n"

    static func post(_ body: String, _ headers: String = common, more: String = "") -> String {
        "POST /mcp HTTP/1.1\r\n\(headers)\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// A tool call of the legacy era.
    static func legacyCall(_ tool: String, id: Int = 1, more: String = "") -> String {
        post(
            #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":{"n":\#(id)}}}"#,
            more: "MCP-Protocol-Version: 2025-11-25\r\n\(more)"
        )
    }

    /// A tool call of the modern era.
    static func modernCall(_ tool: String, id: Int = 1, more: String = "") -> String {
        let meta =
            #"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#
        return post(
            #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","_meta":\#(meta)}}"#,
            more: "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: \(tool)\r\n\(more)"
        )
    }

    /// A request of the modern era; `name` is what its routing header repeats.
    static func modern(
        _ method: String,
        _ params: JSONObject = [:],
        name: String? = nil,
        id: JSONValue = 1,
        meta more: JSONObject = [:],
        token: String? = nil
    ) -> String {
        var params = params
        var meta: JSONObject = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": [:],
        ]
        for (key, value) in more { meta[key] = value }
        params["_meta"] = .object(meta)
        let body: JSONValue = ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params)]
        let nameHeader = name.map { "Mcp-Name: \($0)\r\n" } ?? ""
        let tokenHeader = token.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return post(
            body.text,
            more: "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: \(method)\r\n\(nameHeader)\(tokenHeader)"
        )
    }

    static let ping = post(#"{"jsonrpc":"2.0","id":"p","method":"ping"}"#)
}
