import Cryptography
import Foundation
import JSON
import MCP
import Testing

@testable import Server

/// Requests that take several rounds, and who may go on with them: mcp.md 2.11.
@Suite(.timeLimit(.minutes(1)))
struct RoundTests {
    private static let meta: JSONObject = ["io.modelcontextprotocol/clientCapabilities": ["elicitation": [:]]]

    private static let confirms = TestTool(
        Harness.definition("confirms"),
        rounds: { arguments, _, context throws(ProtocolError) in
            guard let state = context.state, context.inputResponses?["sure"]?["action"] == "accept" else {
                let request = InputRequest.form(message: "Sure?", schema: ["type": "object"])
                return .inputRequired(InputRequired(requests: ["sure": request], state: ["n": 1]))
            }
            return .complete(.success(["state": state, "arguments": .object(arguments)]))
        }
    )

    private static func sealed(_ offer: inout ServerOffer<TestCaller>) {
        guard let ring = try? KeyRing.generate(now: Date()) else { return }
        offer.sealing = StateSealing(RequestStateSeal(ring: ring), subject: \.name)
    }

    private static func call(
        state: String? = nil,
        arguments: JSONObject = ["a": 1, "b": [true]],
        id: JSONValue = 2,
        meta: JSONObject = meta,
        token: String? = nil
    ) -> String {
        var params: JSONObject = ["name": "confirms", "arguments": .object(arguments)]
        if let state {
            params["requestState"] = .string(state)
            params["inputResponses"] = ["sure": ["action": "accept"]]
        }
        return Wire.modern("tools/call", params, name: "confirms", id: id, meta: meta, token: token)
    }

    private static func answer(_ port: Int, _ request: String) async throws -> RawClient.Response {
        try await RawClient.connected(to: port) { client in
            try await client.send(request)
            return try await client.response()
        }
    }

    @Test func `the second round knows the state of the first, for the same caller and request alone`() async throws {
        try await Harness.serving([Self.confirms], adjust: Self.sealed) { port, _ in
            let first = try await Self.answer(port, Self.call(id: 1))
            let result = try #require(first.json?["result"])
            #expect(first.status == 200)
            #expect(result["resultType"] == "input_required")
            #expect(
                result["inputRequests"] == [
                    "sure": [
                        "method": "elicitation/create",
                        "params": ["mode": "form", "message": "Sure?", "requestedSchema": ["type": "object"]],
                    ]
                ]
            )
            let state = try #require(result["requestState"]?.stringValue)
            // Another order of members is the same request; the answer is complete.
            let second = try await Self.answer(port, Self.call(state: state, arguments: ["b": [true], "a": 1]))
            #expect(second.json?["result"]?["resultType"] == "complete")
            #expect(second.json?["result"]?["structuredContent"]?["state"] == ["n": 1])

            let refused = [
                Self.call(state: state + "x"), Self.call(state: String(state.dropLast())), Self.call(state: ""),
                Self.call(state: state, arguments: ["a": 2, "b": [true]]), Self.call(state: state, token: "other"),
            ]
            for request in refused {
                let response = try await Self.answer(port, request)
                #expect(response.errorCode == -32602)
                #expect(response.json?["id"] == 2)
            }
        }
    }

    @Test func `what a client did not declare is not asked of it`() async throws {
        try await Harness.serving([Self.confirms], adjust: Self.sealed) { port, _ in
            let response = try await Self.answer(port, Self.call(meta: [:]))
            #expect(response.status == 400)
            #expect(response.errorCode == -32021)
            #expect(response.json?["error"]?["data"] == ["requiredCapabilities": ["elicitation": [:]]])
        }
    }

    @Test func `a legacy client cannot be given a round`() async throws {
        try await Harness.serving([Self.confirms], adjust: Self.sealed) { port, _ in
            let response = try await Self.answer(port, Wire.legacyCall("confirms"))
            #expect(response.status == 200)
            #expect(response.errorCode == -32602)
        }
    }

    @Test func `without a seal no state leaves`() async throws {
        try await Harness.serving([Self.confirms]) { port, _ in
            let first = try await Self.answer(port, Self.call())
            #expect(first.errorCode == -32603)
            let second = try await Self.answer(port, Self.call(state: "k.AAAA"))
            #expect(second.errorCode == -32602)
        }
    }
}
