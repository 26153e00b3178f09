import Cryptography
import Foundation
import JSON
import MCP
import Testing

/// The seal on what a client carries from one round to the next: mcp.md 2.11.
struct RequestStateTests {
    private let ring: KeyRing
    private let seal: RequestStateSeal

    init() throws {
        ring = try KeyRing.generate(now: Date())
        seal = RequestStateSeal(ring: ring, lifetimeSeconds: 60)
    }

    private static func request(
        _ method: String = "tools/call",
        _ params: JSONObject = ["name": "t", "arguments": ["a": 1, "b": ["c": nil, "d": [1, 2]]]]
    ) -> MCPRequest {
        MCPRequest(era: .modern, protocolVersion: "2026-07-28", id: .integer(1), method: method, params: params)
    }

    @Test func `what was sealed is opened for the same request, whatever its ID, order and answers`() throws {
        let sealed = try seal.seal(["n": [1, "ü"]], for: "me", Self.request(), now: 100)
        #expect(seal.open(sealed, for: "me", Self.request(), now: 159) == ["n": [1, "ü"]])
        let next = Self.request(
            "tools/call",
            [
                "requestState": .string(sealed), "inputResponses": ["x": [:]], "_meta": ["progressToken": 9],
                "arguments": ["b": ["d": [1, 2], "c": nil], "a": 1], "name": "t",
            ]
        )
        #expect(seal.open(sealed, for: "me", next, now: 100) == ["n": [1, "ü"]])
        #expect(!sealed.contains("ü"))
    }

    @Test func `it opens for nobody else, for nothing else, and not for ever`() throws {
        let sealed = try seal.seal("s", for: "me", Self.request(), now: 100)
        #expect(seal.open(sealed, for: "you", Self.request(), now: 100) == nil)
        #expect(seal.open(sealed, for: "", Self.request(), now: 100) == nil)
        #expect(seal.open(sealed, for: "me", Self.request(), now: 160) == nil)
        #expect(seal.open(sealed, for: "me", Self.request("prompts/get"), now: 100) == nil)
        let others: [JSONObject] = [
            ["name": "t"], ["name": "u", "arguments": ["a": 1, "b": ["c": nil, "d": [1, 2]]]],
            ["name": "t", "arguments": ["a": 1, "b": ["c": nil, "d": [2, 1]]]],
            ["name": "t", "arguments": ["a": 1.5, "b": ["c": nil, "d": [1, 2]]]],
            ["name": "t", "arguments": ["a": "1", "b": ["c": nil, "d": [1, 2]]]],
            ["name": "t", "arguments": ["a": 1, "b": ["c": nil, "d": [1, 2]]], "more": true],
        ]
        for params in others {
            #expect(seal.open(sealed, for: "me", Self.request("tools/call", params), now: 100) == nil)
        }
    }

    @Test func `a change of any character is noticed`() throws {
        let sealed = try seal.seal("s", for: "me", Self.request(), now: 100)
        for index in sealed.indices {
            for other in ["A", "B", ".", "=", "é"] where other != String(sealed[index]) {
                let changed = sealed.replacingCharacters(in: index...index, with: other)
                #expect(seal.open(changed, for: "me", Self.request(), now: 100) == nil)
            }
        }
        for changed in ["", ".", sealed + "A", sealed + "-TAMPERED", String(sealed.dropLast(4)), "x" + sealed] {
            #expect(seal.open(changed, for: "me", Self.request(), now: 100) == nil)
        }
    }

    @Test func `an older key of the ring still opens, another ring does not`() throws {
        let sealed = try seal.seal("s", for: "me", Self.request(), now: 100)
        let rotated = RequestStateSeal(ring: try ring.rotated(now: Date()))
        #expect(rotated.open(sealed, for: "me", Self.request(), now: 100) == "s")
        #expect(try rotated.seal("s", for: "me", Self.request(), now: 100).split(separator: ".")[0] != ring.current.id)
        let other = RequestStateSeal(ring: try KeyRing.generate(now: Date()))
        #expect(other.open(sealed, for: "me", Self.request(), now: 100) == nil)
    }

    @Test(
        arguments: [
            (.form(message: "", schema: [:]), [:], false),
            (.form(message: "", schema: [:]), ["elicitation": [:]], true),
            (.form(message: "", schema: [:]), ["elicitation": ["form": [:]]], true),
            (.form(message: "", schema: [:]), ["elicitation": ["url": [:]]], false),
            (.form(message: "", schema: [:]), ["elicitation": ["form": [:], "url": [:]]], true),
            (.url(message: "", url: ""), ["elicitation": [:]], false),
            (.url(message: "", url: ""), ["elicitation": ["url": [:]]], true),
            (.sampling([:]), ["elicitation": [:]], false), (.sampling([:]), ["sampling": [:]], true),
            (.roots, ["sampling": [:]], false), (.roots, ["roots": ["listChanged": true]], true),
        ] as [(InputRequest, JSONObject, Bool)]
    )
    func `a client is asked what it declared`(request: InputRequest, capabilities: JSONObject, isAllowed: Bool) {
        #expect(request.isAllowed(by: capabilities) == isAllowed)
    }

    @Test func `all that is missing is named at once`() {
        let input = InputRequired(requests: [
            "a": .url(message: "", url: ""), "b": .form(message: "", schema: [:]), "c": .sampling([:]), "d": .roots,
        ])
        #expect(
            input.missingCapabilities(of: ["roots": [:]]) == ["elicitation": ["url": [:]], "sampling": [:]]
        )
        #expect(
            input.missingCapabilities(of: ["roots": [:], "sampling": [:], "elicitation": ["form": [:], "url": [:]]])
                == nil
        )
    }
}
