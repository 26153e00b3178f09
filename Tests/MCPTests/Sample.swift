import JSON
import MCP
import Testing

/// Requests as clients send them, to be bent by the tests.
enum Sample {
    static let version = "2026-07-28"

    static let meta: JSONObject = [
        "io.modelcontextprotocol/protocolVersion": .string(version),
        "io.modelcontextprotocol/clientInfo": ["name": "tester", "version": "1.2"],
        "io.modelcontextprotocol/clientCapabilities": [:],
    ]

    /// A modern request; `headers` replace the ones of the same name, an empty list removes them.
    static func modern(
        _ method: String,
        params: JSONObject = [:],
        meta: JSONValue? = .object(meta),
        headers: [String: [String]] = [:],
        id: JSONValue = 1
    ) -> InboundHTTP {
        var params = params
        params["_meta"] = meta
        var fields = ["MCP-Protocol-Version": [version], "Mcp-Method": [method]]
        if let name = params["name"]?.stringValue { fields["Mcp-Name"] = [name] }
        for (name, values) in headers { fields[name] = values }
        return post(
            ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params)],
            fields.sorted { $0.key < $1.key }.flatMap { field in field.value.map { HeaderField(field.key, $0) } }
        )
    }

    /// A legacy request; without a version when `version` is nil.
    static func legacy(
        _ method: String,
        params: JSONObject = [:],
        version: String? = "2025-11-25",
        id: JSONValue = 1
    ) -> InboundHTTP {
        post(
            ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params)],
            version.map { [HeaderField("mcp-protocol-version", $0)] } ?? []
        )
    }

    static func post(_ body: JSONValue, _ headers: [HeaderField] = []) -> InboundHTTP {
        InboundHTTP(method: "POST", headers: headers, body: body.serialized())
    }

    static func post(text: String, _ headers: [HeaderField] = []) -> InboundHTTP {
        InboundHTTP(method: "POST", headers: headers, body: Array(text.utf8))
    }

    static let echo = ToolDefinition(
        name: "echo",
        title: "Echo",
        description: "Says what it is told. Example: {\"text\": \"hi\"}",
        schemas: (input: ["type": "object"], output: ["type": "object"]),
        annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false)
    )

    static let endpoint = MCPEndpoint(
        software: ServerSoftware(name: "scrim", title: "Scrim", version: "0.1.0"),
        instructions: "ask for tables first",
        tools: [echo]
    )

    /// The answer that a request leads to, through verdict and dispatch; `nil` when it has none, or runs a tool.
    static func answer(_ http: InboundHTTP) -> OutboundHTTP? {
        switch endpoint.receive(http) {
        case .reject(let answer): return answer
        case .accepted, .replied, .methodNotAllowed: return nil
        case .request(let request):
            switch endpoint.dispatch(request) {
            case .answer(let answer): return answer
            case .perform: return nil
            }
        }
    }

    /// The same, as the client sees it after the wire.
    static func result(_ http: InboundHTTP) throws -> JSONValue {
        let found = answer(http)
        let answer = try #require(found)
        #expect(answer.status == 200)
        let body = try JSONValue(parsing: answer.body.serialized())
        #expect(body["jsonrpc"] == "2.0")
        #expect(body["error"] == nil)
        return try #require(body["result"])
    }
}

extension OutboundHTTP {
    var errorCode: Int64? { body["error"]?["code"]?.integerValue }
}
