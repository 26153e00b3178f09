import JSON
import MCP
import Testing

/// What the methods answer, in the shape of each era: mcp.md 2.3, 2.4, 2.7, 2.8, 2.13.
struct EndpointTests {
    private static let serverInfo: JSONValue = [
        "io.modelcontextprotocol/serverInfo": ["name": "scrim", "version": "0.1.0"]
    ]

    @Test func `discover tells versions, capabilities and identity`() throws {
        let result = try Sample.result(Sample.modern("server/discover"))
        #expect(
            result == [
                "resultType": "complete", "supportedVersions": ["2026-07-28"], "capabilities": ["tools": [:]],
                "instructions": "ask for tables first", "ttlMs": 3_600_000, "cacheScope": "public",
                "_meta": Self.serverInfo,
            ]
        )
    }

    @Test(arguments: [
        ("2025-11-25", "2025-11-25"), ("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"),
        ("2024-11-05", "2024-11-05"), ("2026-07-28", "2025-11-25"), ("1.0", "2025-11-25"),
    ])
    func `initialize confirms what is spoken and else offers the newest`(offer: String, agreed: String) throws {
        let params: JSONObject = [
            "protocolVersion": .string(offer), "capabilities": [:], "clientInfo": ["name": "x", "version": "1"],
        ]
        let result = try Sample.result(Sample.legacy("initialize", params: params, version: nil))
        #expect(
            result == [
                "protocolVersion": .string(agreed), "capabilities": ["tools": [:]],
                "serverInfo": ["name": "scrim", "title": "Scrim", "version": "0.1.0"],
                "instructions": "ask for tables first",
            ]
        )
    }

    @Test func `initialize without a version is an error under 200`() {
        let answer = Sample.answer(Sample.legacy("initialize", version: nil))
        #expect(answer?.status == 200)
        #expect(answer?.errorCode == -32602)
    }

    @Test func `ping is answered with nothing`() throws {
        #expect(try Sample.result(Sample.legacy("ping")) == [:])
    }

    @Test func `the list of tools has no modern fields in the old era`() throws {
        let tool: JSONValue = [
            "name": "echo", "title": "Echo", "description": "Says what it is told. Example: {\"text\": \"hi\"}",
            "inputSchema": ["type": "object"], "outputSchema": ["type": "object"],
            "annotations": [
                "readOnlyHint": true, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false,
            ],
        ]
        #expect(try Sample.result(Sample.legacy("tools/list")) == ["tools": [tool]])
        #expect(
            try Sample.result(Sample.modern("tools/list")) == [
                "tools": [tool], "resultType": "complete", "ttlMs": 300_000, "cacheScope": "public",
                "_meta": Self.serverInfo,
            ]
        )
    }

    private func call(_ http: InboundHTTP) throws -> (request: MCPRequest, call: ToolCall) {
        guard case .request(let request) = Sample.endpoint.receive(http),
            case .perform(.callTool(let call)) = Sample.endpoint.dispatch(request)
        else { throw NoCall() }
        return (request, call)
    }

    private struct NoCall: Error {}

    @Test func `a call hands over the tool and its arguments`() throws {
        let params: JSONObject = ["name": "echo", "arguments": ["text": "hi"]]
        for http in [Sample.modern("tools/call", params: params), Sample.legacy("tools/call", params: params)] {
            #expect(try call(http).call == ToolCall(tool: Sample.echo, arguments: ["text": "hi"]))
        }
        #expect(try call(Sample.modern("tools/call", params: ["name": "echo"])).call.arguments == [:])
    }

    @Test(arguments: [false, true])
    func `a result stands in text and structure, and is complete in the new era`(isError: Bool) throws {
        let structured: JSONObject = ["rows": [["a\n\"ü\"", 1, nil]]]
        let outcome: ToolResult = isError ? .failure(structured) : .success(structured)
        let (modern, _) = try call(Sample.modern("tools/call", params: ["name": "echo"], id: "m-1"))
        let (legacy, _) = try call(Sample.legacy("tools/call", params: ["name": "echo"], id: 9))
        let answers = [
            Sample.endpoint.answer(to: modern, with: outcome), Sample.endpoint.answer(to: legacy, with: outcome),
        ]
        for answer in answers {
            #expect(answer.status == 200)
            #expect(answer.body["result"]?["structuredContent"] == .object(structured))
            #expect(answer.body["result"]?["isError"] == .bool(isError))
            let text = try #require(answer.body["result"]?["content"]?[0]?["text"]?.stringValue)
            #expect(try JSONValue(parsing: text) == .object(structured))
        }
        #expect(answers[0].body["id"] == "m-1")
        #expect(answers[0].body["result"]?["resultType"] == "complete")
        #expect(answers[0].body["result"]?["_meta"] == Self.serverInfo)
        #expect(answers[1].body["id"] == 9)
        #expect(answers[1].body["result"]?["resultType"] == nil)
        #expect(answers[1].body["result"]?["_meta"] == nil)
    }

    @Test(arguments: [JSONValue.integer(0), .integer(-5), .integer(.max), "", "1", "a-b", "ü"])
    func `an id comes back as it was, with its type`(id: JSONValue) throws {
        for http in [
            Sample.modern("tools/list", id: id), Sample.legacy("ping", id: id), Sample.modern("no/such", id: id),
        ] {
            #expect(Sample.answer(http)?.body["id"] == id)
        }
    }

    @Test(arguments: ["no/such", "resources/list", "prompts/list", "logging/setLevel"])
    func `an unknown method of the old era is an error under 200`(method: String) {
        let answer = Sample.answer(Sample.legacy(method, id: "u"))
        #expect(answer?.status == 200)
        #expect(answer?.errorCode == -32601)
        #expect(answer?.body["id"] == "u")
    }

    @Test(
        arguments: [
            ("tools/call", ["name": "nope"]), ("tools/call", [:]), ("tools/call", ["name": 1]),
            ("tools/call", ["name": "echo", "arguments": "x"]), ("tools/list", ["cursor": ""]),
        ] as [(String, JSONObject)]
    )
    func `errors of a request of the old era keep 200`(method: String, params: JSONObject) {
        let answer = Sample.answer(Sample.legacy(method, params: params))
        #expect(answer?.status == 200)
        #expect(answer?.errorCode == -32602)
    }

    @Test func `a progress token may be text or number`() throws {
        for (token, expected) in [(JSONValue.string("t"), MessageID.string("t")), (.integer(3), .integer(3))] {
            let params: JSONObject = ["name": "echo", "_meta": ["progressToken": token]]
            #expect(try call(Sample.legacy("tools/call", params: params)).request.progressToken == expected)
        }
    }
}
