import JSON
import MCP
import Testing

/// What a server offers beside tools, in the shape of each era: mcp.md 2.7 to 2.10, 2.13.
struct FeatureTests {
    private static let prompt = PromptDefinition(
        name: "ask",
        title: "Ask",
        description: "asks",
        arguments: [.init("table", "which", isRequired: true), .init("why", "reason", isRequired: false)]
    )

    private static let features = ServerFeatures(
        prompts: [prompt],
        resourceTemplates: (0..<5).map { ResourceTemplate(uriTemplate: "bq://{t}/\($0)", name: "t\($0)") },
        completes: true,
        changes: [.toolsList, .resource],
        legacyLogging: true,
        legacySubscriptions: true,
        extensions: ["com.example/x": [:]],
        pageSize: 2
    )

    private static func endpoint(_ features: ServerFeatures = features) -> MCPEndpoint {
        MCPEndpoint(
            software: ServerSoftware(name: "scrim", title: "Scrim", version: "0.1.0"),
            instructions: "",
            tools: [Sample.echo],
            features: features
        )
    }

    private func dispatch(_ http: InboundHTTP, _ features: ServerFeatures = features) throws -> MCPEndpoint.Dispatch {
        let endpoint = Self.endpoint(features)
        guard case .request(let request) = endpoint.receive(http) else { throw Unexpected() }
        return endpoint.dispatch(request)
    }

    private func answer(_ http: InboundHTTP, _ features: ServerFeatures = features) throws -> OutboundHTTP {
        guard case .answer(let answer) = try dispatch(http, features) else { throw Unexpected() }
        return answer
    }

    private func operation(_ http: InboundHTTP) throws -> MCPOperation {
        guard case .perform(let operation) = try dispatch(http) else { throw Unexpected() }
        return operation
    }

    private struct Unexpected: Error {}

    private static func reading(_ uri: String) -> InboundHTTP {
        Sample.modern("resources/read", params: ["uri": .string(uri)], headers: ["Mcp-Name": [uri]])
    }

    @Test func `capabilities say what each era can have`() throws {
        let modern = try answer(Sample.modern("server/discover")).body["result"]?["capabilities"]
        #expect(
            modern == [
                "tools": ["listChanged": true], "resources": ["subscribe": true], "prompts": [:], "completions": [:],
                "extensions": ["com.example/x": [:]],
            ]
        )
        let hello: JSONObject = ["protocolVersion": "2025-11-25", "capabilities": [:]]
        let legacy = try answer(Sample.legacy("initialize", params: hello)).body["result"]?["capabilities"]
        #expect(
            legacy == [
                "tools": [:], "resources": ["subscribe": true], "prompts": [:], "completions": [:], "logging": [:],
            ]
        )
    }

    @Test(arguments: [true, false])
    func `a list is paged by cursors that only it gives out`(isModern: Bool) throws {
        func list(_ params: JSONObject) throws -> JSONValue {
            let method = "resources/templates/list"
            let http = isModern ? Sample.modern(method, params: params) : Sample.legacy(method, params: params)
            return try answer(http).body
        }
        var names: [String] = []
        var cursor: JSONValue?
        var pages = 0
        repeat {
            let result = try #require(try list(JSONObject(cursor.map { [("cursor", $0)] } ?? []))["result"])
            names += (result["resourceTemplates"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
            #expect(result["ttlMs"] == (isModern ? 300_000 : nil))
            #expect(result["cacheScope"] == (isModern ? "public" : nil))
            cursor = result["nextCursor"]
            pages += 1
        } while cursor != nil && pages < 10
        #expect(names == ["t0", "t1", "t2", "t3", "t4"])
        #expect(pages == 3)
        let wrong: [JSONValue] = [
            "", "2", "resourceTemplates.0", "resourceTemplates.1", "resourceTemplates.6", "prompts.2", 2, nil, [:],
        ]
        for cursor in wrong {
            #expect(try list(["cursor": cursor])["error"]?["code"] == -32602, "\(cursor)")
        }
    }

    @Test func `prompts are listed with their arguments`() throws {
        let result = try answer(Sample.modern("prompts/list")).body["result"]
        #expect(
            result?["prompts"] == [
                [
                    "name": "ask", "title": "Ask", "description": "asks",
                    "arguments": [
                        ["name": "table", "description": "which", "required": true],
                        ["name": "why", "description": "reason", "required": false],
                    ],
                ]
            ]
        )
    }

    @Test func `a prompt gets the arguments that it has`() throws {
        let params: JSONObject = ["name": "ask", "arguments": ["table": "t", "more": 1]]
        for http in [Sample.modern("prompts/get", params: params), Sample.legacy("prompts/get", params: params)] {
            #expect(
                try operation(http) == .getPrompt(PromptCall(prompt: Self.prompt, arguments: ["table": "t"]))
            )
        }
    }

    @Test(
        arguments: [
            ["name": "no"], [:], ["name": "ask"], ["name": "ask", "arguments": [:]],
            ["name": "ask", "arguments": ["table": 1]], ["name": "ask", "arguments": []],
            ["name": "ask", "arguments": ["table": "t"], "requestState": 1],
            ["name": "ask", "arguments": ["table": "t"], "inputResponses": nil],
        ] as [JSONObject]
    )
    func `a prompt that cannot be filled in is an error of its parameters`(params: JSONObject) throws {
        #expect(try answer(Sample.legacy("prompts/get", params: params)).errorCode == -32602)
    }

    @Test func `a resource that is not there has the code of the era`() throws {
        let uri = "bq://no"
        for (http, code) in [
            (Self.reading(uri), Int64(-32602)),
            (Sample.legacy("resources/read", params: ["uri": .string(uri)]), -32002),
        ] {
            guard case .request(let request) = Self.endpoint().receive(http) else { throw Unexpected() }
            #expect(Self.endpoint().dispatch(request) == .perform(.readResource(uri: uri)))
            let answer = Self.endpoint().answer(to: request, with: .failed(.resourceNotFound(uri)))
            #expect(answer.status == 200)
            #expect(answer.errorCode == code)
            #expect(answer.body["error"]?["data"] == ["uri": .string(uri)])
        }
    }

    @Test func `contents and lists of resources carry their hints in the modern era alone`() throws {
        let contents = [
            ResourceContents(uri: "bq://a", mimeType: "text/plain", body: .text("a")),
            ResourceContents(uri: "bq://b", mimeType: nil, body: .bytes([0, 255])),
        ]
        for (http, hints) in [
            (Self.reading("bq://a"), true), (Sample.legacy("resources/read", params: ["uri": "bq://a"]), false),
        ] {
            guard case .request(let request) = Self.endpoint().receive(http) else { throw Unexpected() }
            let read = Self.endpoint().answer(to: request, with: .contents(contents, .resources)).body["result"]
            #expect(
                read?["contents"] == [
                    ["uri": "bq://a", "mimeType": "text/plain", "text": "a"], ["uri": "bq://b", "blob": "AP8="],
                ]
            )
            let page = ListPage([ResourceDefinition(uri: "bq://a", name: "a", size: 7)], nextCursor: "n")
            let list = Self.endpoint().answer(to: request, with: .resources(page, .resources)).body["result"]
            #expect(list?["resources"] == [["uri": "bq://a", "name": "a", "size": 7]])
            #expect(list?["nextCursor"] == "n")
            for result in [read, list] {
                #expect(result?["ttlMs"] == (hints ? 60_000 : nil))
                #expect(result?["cacheScope"] == (hints ? "private" : nil))
            }
        }
    }

    @Test func `completion is asked for a prompt or a resource`() throws {
        let params: JSONObject = [
            "ref": ["type": "ref/resource", "uri": "bq://{t}/0"], "argument": ["name": "t", "value": "cu"],
            "context": ["arguments": ["d": "bank", "x": 1]],
        ]
        #expect(
            try operation(Sample.modern("completion/complete", params: params))
                == .complete(
                    CompletionRequest(
                        reference: .resource("bq://{t}/0"),
                        argument: "t",
                        value: "cu",
                        filled: ["d": "bank"]
                    )
                )
        )
        let wrong: [JSONObject] = [
            [:], ["ref": ["type": "ref/tool", "name": "x"], "argument": ["name": "t", "value": ""]],
            ["ref": ["type": "ref/prompt"], "argument": ["name": "t", "value": ""]],
            ["ref": ["type": "ref/prompt", "name": "ask"], "argument": ["name": "t"]],
        ]
        for params in wrong {
            #expect(try answer(Sample.legacy("completion/complete", params: params)).errorCode == -32602)
        }
    }

    @Test func `a completion has at most a hundred values`() throws {
        let result = CompletionResult(all: (0..<150).map { "\($0)" })
        guard case .request(let request) = Self.endpoint().receive(Sample.legacy("completion/complete")) else {
            throw Unexpected()
        }
        let completion = Self.endpoint().answer(to: request, with: .completion(result)).body["result"]?["completion"]
        #expect(completion?["values"]?.arrayValue?.count == 100)
        #expect(completion?["total"] == 150)
        #expect(completion?["hasMore"] == true)
    }

    @Test func `the old era's acknowledgements need what they are about`() throws {
        #expect(try answer(Sample.legacy("logging/setLevel", params: ["level": "info"])).body["result"] == [:])
        #expect(try answer(Sample.legacy("logging/setLevel", params: ["level": "loud"])).errorCode == -32602)
        for method in ["resources/subscribe", "resources/unsubscribe"] {
            #expect(try answer(Sample.legacy(method, params: ["uri": "bq://a"])).body["result"] == [:])
            #expect(try answer(Sample.legacy(method)).errorCode == -32602)
            #expect(try answer(Sample.modern(method, params: ["uri": "bq://a"])).status == 404)
        }
    }

    @Test(arguments: [
        "resources/list", "resources/templates/list", "resources/read", "prompts/list", "prompts/get",
        "completion/complete", "subscriptions/listen", "initialize", "ping", "logging/setLevel", "resources/subscribe",
    ])
    func `a method of what is not offered is unknown`(method: String) throws {
        let params: JSONObject = ["name": "x", "uri": "x"]
        let http = Sample.modern(method, params: params, headers: ["Mcp-Name": ["x"]])
        let answer = try answer(http, ServerFeatures())
        #expect(answer.status == 404)
        #expect(answer.errorCode == -32601)
    }

    @Test func `content of every kind has its form`() {
        let blocks: [(ContentBlock, JSONValue)] = [
            (.text("a"), ["type": "text", "text": "a"]),
            (.image([1], mimeType: "image/png"), ["type": "image", "data": "AQ==", "mimeType": "image/png"]),
            (.audio([2], mimeType: "audio/wav"), ["type": "audio", "data": "Ag==", "mimeType": "audio/wav"]),
            (
                .resource(ResourceContents(uri: "u", mimeType: nil, body: .text("t"))),
                ["type": "resource", "resource": ["uri": "u", "text": "t"]]
            ),
            (
                .link(ResourceDefinition(uri: "u", name: "n", title: "T", description: "d", mimeType: "m", size: 1)),
                [
                    "type": "resource_link", "uri": "u", "name": "n", "title": "T", "description": "d", "mimeType": "m",
                    "size": 1,
                ]
            ),
        ]
        for (block, json) in blocks { #expect(block.json == json) }
    }
}
