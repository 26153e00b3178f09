import JSON
import MCP
import Testing

/// Arguments that are repeated in headers, and the trace of a request: mcp.md 2.2 and 2.14.
struct HeaderParameterTests {
    private static let endpoint = MCPEndpoint(
        software: ServerSoftware(name: "scrim", title: "Scrim", version: "0.1.0"),
        instructions: "",
        tools: [
            ToolDefinition(
                name: "run",
                title: "",
                description: "",
                schemas: (
                    input: [
                        "type": "object",
                        "properties": [
                            "region": ["type": "string", "x-mcp-header": "Region"],
                            "page": ["type": "integer", "x-mcp-header": "Page"],
                            "how": [
                                "type": "object", "properties": ["dry": ["type": "boolean", "x-mcp-header": "Dry"]],
                            ],
                            // Not along `properties` alone: no header.
                            "list": ["type": "array", "items": ["type": "string", "x-mcp-header": "Item"]],
                        ],
                    ], output: nil
                ),
                annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false)
            )
        ]
    )

    private static func verdict(_ arguments: JSONObject, _ headers: [String: [String]]) -> InboundVerdict {
        endpoint.receive(
            Sample.modern("tools/call", params: ["name": "run", "arguments": .object(arguments)], headers: headers)
        )
    }

    @Test(
        arguments: [
            ([:], [:]), (["region": nil], [:]), (["region": "eu"], ["mcp-param-region": [" eu "]]),
            (["region": ""], ["Mcp-Param-Region": [""]]),
            (["region": "Zürich"], ["Mcp-Param-Region": ["=?base64?WsO8cmljaA==?="]]),
            (["page": 42], ["Mcp-Param-Page": ["42"]]), (["page": 42], ["Mcp-Param-Page": ["42.0"]]),
            (["page": -7], ["Mcp-Param-Page": ["-7"]]), (["how": ["dry": true]], ["Mcp-Param-Dry": ["true"]]),
            (["list": ["a"]], ["Mcp-Param-Item": ["b"]]), ([:], ["Mcp-Param-Other": ["b"]]),
        ] as [(JSONObject, [String: [String]])]
    )
    func `headers that repeat the arguments are let through`(arguments: JSONObject, headers: [String: [String]]) {
        guard case .request = Self.verdict(arguments, headers) else {
            Issue.record("refused")
            return
        }
    }

    @Test(
        arguments: [
            (["region": "eu"], [:]), (["region": "eu"], ["Mcp-Param-Region": ["us"]]),
            (["region": "eu"], ["Mcp-Param-Region": ["EU"]]), ([:], ["Mcp-Param-Region": ["eu"]]),
            (["region": nil], ["Mcp-Param-Region": ["null"]]), (["region": "eu"], ["Mcp-Param-Region": ["eu", "eu"]]),
            (["region": "Zürich"], ["Mcp-Param-Region": ["=?base64?WsO8cmljaA?="]]),
            (["region": "Zürich"], ["Mcp-Param-Region": ["=?base64?WsO8!mljaA==?="]]),
            (["region": "eu"], ["Mcp-Param-Region": ["=?BASE64?ZXU=?="]]),
            (["page": 42], ["Mcp-Param-Page": ["43"]]), (["page": 42], ["Mcp-Param-Page": ["x"]]),
            (["page": 42], ["Mcp-Param-Page": ["42 1"]]), (["how": ["dry": true]], ["Mcp-Param-Dry": ["True"]]),
            (["how": ["dry": true]], [:]),
        ] as [(JSONObject, [String: [String]])]
    )
    func `headers that differ from the arguments are refused`(arguments: JSONObject, headers: [String: [String]]) {
        guard case .reject(let answer) = Self.verdict(arguments, headers) else {
            Issue.record("let through")
            return
        }
        #expect(answer.status == 400)
        #expect(answer.errorCode == -32020)
        #expect(answer.body["id"] == 1)
    }

    private static let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

    @Test func `a trace comes from the message, else from its headers`() {
        var meta = Sample.meta
        func trace(_ headers: [String: [String]] = [:]) -> TraceContext? {
            guard
                case .request(let request) = Sample.endpoint.receive(
                    Sample.modern("tools/list", meta: .object(meta), headers: headers)
                )
            else { return nil }
            return request.trace
        }
        let other = Self.trace.replacing("01", with: "00")
        #expect(trace() == nil)
        #expect(trace(["traceparent": [Self.trace]])?.traceparent == Self.trace)
        #expect(trace(["traceparent": [Self.trace, Self.trace]]) == nil)
        #expect(trace(["traceparent": [Self.trace], "tracestate": ["a=1", "b=2"]])?.tracestate == "a=1,b=2")
        meta["traceparent"] = .string(other)
        #expect(trace(["traceparent": [Self.trace]])?.traceparent == other)
        // What the message says counts, also when it says nothing of use.
        meta["traceparent"] = "nonsense"
        #expect(trace(["traceparent": [Self.trace]]) == nil)
    }

    @Test(arguments: [
        "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\n",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
    ])
    func `a malformed trace is ignored`(text: String) {
        #expect(TraceContext(traceparent: text) == nil)
    }

    @Test func `a later version may say more, and states are plain and short`() {
        #expect(TraceContext(traceparent: "01" + Self.trace.dropFirst(2) + "-more") != nil)
        #expect(TraceContext(traceparent: Self.trace, tracestate: "a=1\r\nb")?.tracestate == nil)
        #expect(
            TraceContext(traceparent: Self.trace, tracestate: String(repeating: "a", count: 513))?.tracestate == nil
        )
        #expect(TraceContext(traceparent: Self.trace, tracestate: "a=1")?.tracestate == "a=1")
    }
}
