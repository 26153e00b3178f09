import JSON
import MCP
import Testing

/// The modern request ladder, a row a test: mcp.md 2.2.
struct LadderTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let request: InboundHTTP
        let status: Int
        let code: Int64
        var id: JSONValue = 1
    }

    static let malformed: [Row] = [
        Row(testDescription: "no JSON", request: Sample.post(text: "{"), status: 400, code: -32700, id: nil),
        Row(testDescription: "empty body", request: Sample.post(text: ""), status: 400, code: -32700, id: nil),
        Row(testDescription: "bytes behind", request: Sample.post(text: "{} {}"), status: 400, code: -32700, id: nil),
        Row(testDescription: "NaN", request: Sample.post(text: #"{"id": NaN}"#), status: 400, code: -32700, id: nil),
        Row(
            testDescription: "two members of one name",
            request: Sample.post(text: #"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#),
            status: 400,
            code: -32700,
            id: nil
        ),
        Row(
            testDescription: "nested too deep",
            request: Sample.post(text: String(repeating: "[", count: 10_000)),
            status: 400,
            code: -32700,
            id: nil
        ),
        Row(testDescription: "a batch", request: Sample.post([["jsonrpc": "2.0"]]), status: 400, code: -32600, id: nil),
        Row(testDescription: "a scalar", request: Sample.post("ping"), status: 400, code: -32600, id: nil),
        Row(testDescription: "an empty object", request: Sample.post([:]), status: 400, code: -32600, id: nil),
        Row(
            testDescription: "no jsonrpc",
            request: Sample.post(["id": "a", "method": "ping"]),
            status: 400,
            code: -32600,
            id: "a"
        ),
        Row(
            testDescription: "another jsonrpc",
            request: Sample.post(["jsonrpc": "1.0", "id": 1, "method": "ping"]),
            status: 400,
            code: -32600
        ),
        Row(
            testDescription: "no method",
            request: Sample.post(["jsonrpc": "2.0", "id": 1]),
            status: 400,
            code: -32600
        ),
        Row(
            testDescription: "a method that is no string",
            request: Sample.post(["jsonrpc": "2.0", "id": 1, "method": 7]),
            status: 400,
            code: -32600
        ),
        Row(
            testDescription: "params that are no object",
            request: Sample.post(["jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]]),
            status: 400,
            code: -32602
        ),
    ]

    static let identifiers: [Row] = [.null, .bool(true), .double(1.5), [1], ["a": 1]].map { (id: JSONValue) in
        Row(
            testDescription: "the id \(id.text)",
            request: Sample.post(["jsonrpc": "2.0", "id": id, "method": "ping"]),
            status: 400,
            code: -32600,
            id: nil
        )
    }

    private static func meta(without key: String) -> JSONValue {
        var meta = Sample.meta
        meta["io.modelcontextprotocol/\(key)"] = nil
        return .object(meta)
    }

    private static func meta(_ key: String, _ value: JSONValue) -> JSONValue {
        var meta = Sample.meta
        meta["io.modelcontextprotocol/\(key)"] = value
        return .object(meta)
    }

    static let metadata: [Row] = [
        Row(
            testDescription: "no _meta",
            request: Sample.modern("server/discover", meta: nil, id: 101),
            status: 400,
            code: -32602,
            id: 101
        ),
        Row(
            testDescription: "a _meta that is no object",
            request: Sample.modern("server/discover", meta: "x"),
            status: 400,
            code: -32602
        ),
        Row(
            testDescription: "no version",
            request: Sample.modern("tools/list", meta: meta(without: "protocolVersion")),
            status: 400,
            code: -32602
        ),
        Row(
            testDescription: "a version that is no string",
            request: Sample.modern("tools/list", meta: meta("protocolVersion", 20_260_728)),
            status: 400,
            code: -32602
        ),
        Row(
            testDescription: "no capabilities",
            request: Sample.modern("tools/list", meta: meta(without: "clientCapabilities"), id: "x-1"),
            status: 400,
            code: -32602,
            id: "x-1"
        ),
        Row(
            testDescription: "capabilities that are no object",
            request: Sample.modern("tools/list", meta: meta("clientCapabilities", [])),
            status: 400,
            code: -32602
        ),
        Row(
            testDescription: "missing capabilities come before wrong headers",
            request: Sample.modern(
                "tools/list",
                meta: meta(without: "clientCapabilities"),
                headers: ["Mcp-Method": []]
            ),
            status: 400,
            code: -32602
        ),
    ]

    static let versions: [Row] = [
        Row(
            testDescription: "a version that nobody speaks",
            request: Sample.modern(
                "server/discover",
                meta: meta("protocolVersion", "v999.0.0"),
                headers: ["MCP-Protocol-Version": ["v999.0.0"]]
            ),
            status: 400,
            code: -32022
        ),
        Row(
            testDescription: "an old version in the modern form",
            request: Sample.modern(
                "tools/list",
                meta: meta("protocolVersion", "2025-11-25"),
                headers: ["MCP-Protocol-Version": ["2025-11-25"]]
            ),
            status: 400,
            code: -32022
        ),
        Row(
            testDescription: "wrong headers come before the version",
            request: Sample.modern("server/discover", meta: meta("protocolVersion", "v999.0.0")),
            status: 400,
            code: -32020
        ),
        Row(
            testDescription: "the version comes before the method",
            request: Sample.modern(
                "no/such",
                meta: meta("protocolVersion", "v999.0.0"),
                headers: ["MCP-Protocol-Version": ["v999.0.0"]]
            ),
            status: 400,
            code: -32022
        ),
    ]

    static let methods: [Row] = [
        "initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe", "no/such", "",
        "resources/list", "prompts/list", "completion/complete", "subscriptions/listen", "TOOLS/LIST",
    ].map { method in
        Row(
            testDescription: "method `\(method)`",
            request: Sample.modern(method, id: 500),
            status: 404,
            code: -32601,
            id: 500
        )
    }

    static let domain: [Row] = [
        Row(
            testDescription: "an unknown tool",
            request: Sample.modern("tools/call", params: ["name": "nope"]),
            status: 200,
            code: -32602
        ),
        Row(
            testDescription: "arguments that are no object",
            request: Sample.modern("tools/call", params: ["name": "echo", "arguments": [1]]),
            status: 200,
            code: -32602
        ),
        Row(
            testDescription: "a cursor that was never given out",
            request: Sample.modern("tools/list", params: ["cursor": "abc"]),
            status: 200,
            code: -32602
        ),
        Row(
            testDescription: "the empty cursor is a cursor",
            request: Sample.modern("tools/list", params: ["cursor": ""]),
            status: 200,
            code: -32602
        ),
    ]

    @Test(arguments: malformed + identifiers + metadata + versions + methods + domain)
    func `the first check that fails answers`(row: Row) throws {
        let answer = try #require(Sample.answer(row.request))
        #expect(answer.status == row.status)
        #expect(answer.errorCode == row.code)
        #expect(answer.body["id"] == row.id)
        #expect(answer.body["jsonrpc"] == "2.0")
        #expect(answer.body["result"] == nil)
        let message = try #require(answer.body["error"]?["message"]?.stringValue)
        #expect(!message.isEmpty && !message.hasSuffix("."))
    }

    @Test func `a version error names what is spoken and what was asked for`() throws {
        let answer = try #require(Sample.answer(Self.versions[0].request))
        #expect(answer.body["error"]?["data"] == ["supported": ["2026-07-28"], "requested": "v999.0.0"])
    }

    @Test(arguments: ["GET", "DELETE", "PUT", "OPTIONS", "HEAD", "post"])
    func `only POST is offered`(method: String) {
        let http = InboundHTTP(method: method, headers: [], body: Sample.modern("tools/list").body)
        #expect(Sample.endpoint.receive(http) == .methodNotAllowed)
    }

    @Test func `client info may be missing`() throws {
        let result = try Sample.result(Sample.modern("server/discover", meta: Self.meta(without: "clientInfo")))
        #expect(result["resultType"] == "complete")
    }

    @Test(arguments: ["2026-07-28", "2025-11-25", nil])
    func `a notification is accepted, known or not`(version: String?) {
        for method in ["notifications/initialized", "notifications/unheard-of"] {
            let body: JSONValue = ["jsonrpc": "2.0", "method": .string(method)]
            let headers = version.map { [HeaderField("MCP-Protocol-Version", $0)] } ?? []
            #expect(
                Sample.endpoint.receive(Sample.post(body, headers))
                    == .accepted(Notification(method: method, params: [:]))
            )
        }
    }

    @Test func `a cancellation names its request`() {
        for (id, expected) in [(JSONValue.integer(7), MessageID.integer(7)), (.string("7"), .string("7"))] {
            let body: JSONValue = [
                "jsonrpc": "2.0", "method": "notifications/cancelled", "params": ["requestId": id, "reason": "enough"],
            ]
            guard case .accepted(let notification) = Sample.endpoint.receive(Sample.post(body)) else {
                Issue.record("a notification must be accepted")
                continue
            }
            #expect(notification.cancelledRequest == expected)
        }
    }

    @Test func `an unasked response is accepted in the old era and refused in the new one`() {
        let body: JSONValue = ["jsonrpc": "2.0", "id": 3, "result": [:]]
        let old = Sample.endpoint.receive(Sample.post(body, [HeaderField("MCP-Protocol-Version", "2025-11-25")]))
        #expect(old == .replied(ClientReply(id: .integer(3), result: [:])))
        let new = Sample.answer(Sample.post(body, [HeaderField("MCP-Protocol-Version", "2026-07-28")]))
        #expect(new?.status == 400)
        #expect(new?.errorCode == -32600)
    }
}
