import JSON
import MCP
import Testing

@testable import Server

/// What a call may say before its result: mcp.md 2.3, 2.10.
@Suite(.timeLimit(.minutes(1)))
struct NotificationTests {
    private static let steps = Harness.contextual("steps") { _, context in
        for step in [0.0, 10, 10, 5, 20.5] { await context.progress(step, total: 20.5, message: "step") }
        return .success(["told": .bool(context.reportsProgress)])
    }

    private static let logs = Harness.contextual("logs") { _, context in
        await context.log(.debug, "fine")
        await context.log(.error, logger: "l", ["what": "grave"])
        return .success([:])
    }

    @Test func `progress makes the answer a stream, and only grows`() async throws {
        try await Harness.serving([Self.steps], adjust: { $0.progressInterval = .zero }) { port, _ in
            try await RawClient.connected(to: port) { client in
                let call = Wire.modern(
                    "tools/call",
                    ["name": "steps"],
                    name: "steps",
                    meta: ["progressToken": "t-1"]
                )
                try await client.send(call)
                #expect(try await client.response().header("content-type") == "text/event-stream")
                for expected in [JSONValue.integer(0), .integer(10), .double(20.5)] {
                    let note = try await client.event()
                    #expect(note["method"] == "notifications/progress")
                    #expect(note["id"] == nil)
                    #expect(
                        note["params"] == [
                            "progressToken": "t-1", "progress": expected, "total": 20.5, "message": "step",
                        ]
                    )
                }
                #expect(try await client.event()["result"]?["structuredContent"] == ["told": true])
                #expect(try await client.streamEnds())
            }
        }
    }

    @Test(arguments: [Wire.modernCall("steps"), Wire.legacyCall("steps")])
    func `without a token there is no progress, and a plain answer`(call: String) async throws {
        try await Harness.serving([Self.steps], adjust: { $0.progressInterval = .zero }) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(call)
                let response = try await client.response()
                #expect(response.header("content-type") == "application/json")
                #expect(response.json?["result"]?["structuredContent"] == ["told": false])
            }
        }
    }

    @Test func `progress that comes too soon is left out`() async throws {
        try await Harness.serving([Self.steps]) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(
                    Wire.modern("tools/call", ["name": "steps"], name: "steps", meta: ["progressToken": 7])
                )
                _ = try await client.response()
                #expect(try await client.event()["params"]?["progress"] == 0)
                #expect(try await client.event()["result"] != nil)
            }
        }
    }

    @Test func `a client that takes no stream is told nothing and gets its answer`() async throws {
        try await Harness.serving([Self.steps], adjust: { $0.progressInterval = .zero }) { port, _ in
            try await RawClient.connected(to: port) { client in
                let call = Wire.modern(
                    "tools/call",
                    ["name": "steps"],
                    name: "steps",
                    meta: ["progressToken": 7]
                )
                try await client.send(call.replacing(", text/event-stream", with: ""))
                #expect(try await client.response().json?["result"]?["isError"] == false)
            }
        }
    }

    @Test(arguments: [("debug", 2), ("warning", 1), ("emergency", 0), ("nonsense", 0)])
    func `lines of a log come in the measure that the request asks for`(level: String, count: Int) async throws {
        try await Harness.serving([Self.logs]) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(
                    Wire.modern(
                        "tools/call",
                        ["name": "logs"],
                        name: "logs",
                        meta: ["io.modelcontextprotocol/logLevel": .string(level)]
                    )
                )
                guard count > 0 else {
                    #expect(try await client.response().header("content-type") == "application/json")
                    return
                }
                let lines = String(decoding: try await client.streamedResponse().body, as: UTF8.self)
                    .split(separator: "\r\n\r\n")
                #expect(lines.count == count + 1)
                #expect(lines[count - 1].contains(#""level":"error","logger":"l","data":{"what":"grave"}"#))
            }
        }
    }

    @Test func `no log without a level in the request`() async throws {
        try await Harness.serving([Self.logs]) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(Wire.modernCall("logs"))
                #expect(try await client.response().header("content-type") == "application/json")
            }
        }
    }

    @Test(arguments: [true, false])
    func `a result that no event can carry is plain, or an error in a stream`(streams: Bool) async throws {
        let large = Harness.contextual("large") { _, context in
            if streams { await context.progress(1) }
            return .success(["text": .string(String(repeating: "x", count: 600_000))])
        }
        try await Harness.serving([large]) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(
                    Wire.modern("tools/call", ["name": "large"], name: "large", meta: ["progressToken": 1])
                )
                let head = try await client.response()
                guard streams else {
                    #expect(head.body.count > 1_200_000)
                    #expect(head.json?["result"]?["isError"] == false)
                    return
                }
                #expect(try await client.event()["method"] == "notifications/progress")
                let answer = try await client.event()
                #expect(answer["result"]?["isError"] == true)
                #expect(answer["result"]?["structuredContent"]?["refused"]?[0]?["code"] == "limit.event_bytes")
                #expect(try await client.streamEnds())
            }
        }
    }

    @Test func `on stdio, what is said stands before the result`() async throws {
        try await Harness.onStdio([Self.steps], adjust: { $0.progressInterval = .zero }) { client in
            try client.send(
                StdioWire.modern("tools/call", ["name": "steps"], id: "a", meta: ["progressToken": "p"])
            )
            for expected in [JSONValue.integer(0), .integer(10), .double(20.5)] {
                let note = try await client.next()
                #expect(note?["params"]?["progressToken"] == "p")
                #expect(note?["params"]?["progress"] == expected)
            }
            #expect(try await client.next()?["id"] == "a")
        }
    }

    @Test func `a legacy client can be asked on its stream, and only it can answer`() async throws {
        let asks = Harness.contextual("asks") { _, context in
            do throws(ProtocolError) {
                return .success(["answer": try await context.ask(.form(message: "?", schema: ["type": "object"]))])
            } catch {
                return .failure(["why": .string(error.message)])
            }
        }
        try await Harness.serving([asks]) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(Wire.legacyCall("asks", id: 3))
                _ = try await client.response()
                let question = try await client.event()
                #expect(question["method"] == "elicitation/create")
                let id = try #require(question["id"])
                for (answer, token) in [("stolen", "Authorization: Bearer other\r\n"), ("mine", "")] {
                    try await RawClient.connected(to: port) { other in
                        let reply: JSONValue = ["jsonrpc": "2.0", "id": id, "result": ["action": .string(answer)]]
                        try await other.send(Wire.post(reply.text, more: token))
                        #expect(try await other.response().status == 202)
                    }
                }
                let result = try await client.event()
                #expect(result["id"] == 3)
                #expect(result["result"]?["structuredContent"]?["answer"] == ["action": "mine"])
            }
            // A modern client is never asked so.
            try await RawClient.connected(to: port) { client in
                try await client.send(Wire.modernCall("asks"))
                #expect(try await client.response().json?["result"]?["isError"] == true)
            }
        }
    }
}
