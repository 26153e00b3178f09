import JSON
import MCP
import Testing

/// Headers against body: mcp.md 2.2 row 5 and its notes (c) and (d).
struct RoutingHeaderTests {
    private func verdict(_ name: String, _ values: [String], tool: String = "echo") -> InboundVerdict {
        Sample.endpoint.receive(Sample.modern("tools/call", params: ["name": .string(tool)], headers: [name: values]))
    }

    private func passes(_ verdict: InboundVerdict) -> Bool {
        if case .request = verdict { true } else { false }
    }

    @Test(arguments: [
        ("Mcp-Method", "tools/call"), ("Mcp-Method", "  tools/call"), ("Mcp-Method", "tools/call \t "),
        ("MCP-Protocol-Version", "\t2026-07-28  "), ("Mcp-Name", " echo "), ("Mcp-Name", "=?base64?ZWNobw==?="),
        ("Mcp-Name", " =?base64?ZWNobw==?=\t"),
    ])
    func `headers that say what the body says pass`(name: String, value: String) {
        #expect(passes(verdict(name, [value])))
    }

    @Test(arguments: ["mcp-name", "MCP-NAME", "mCp-NaMe"])
    func `names are compared without case`(name: String) {
        let http = Sample.modern("tools/call", params: ["name": "echo"], headers: ["Mcp-Name": [], name: ["echo"]])
        #expect(passes(Sample.endpoint.receive(http)))
    }

    @Test(
        arguments: [
            ("Mcp-Method", []), ("Mcp-Method", [""]), ("Mcp-Method", ["tools/list"]), ("Mcp-Method", ["Tools/Call"]),
            ("Mcp-Method", ["tools/call", "tools/call"]), ("Mcp-Method", ["=?base64?dG9vbHMvY2FsbA==?="]),
            ("MCP-Protocol-Version", []), ("MCP-Protocol-Version", ["2026-07-29"]),
            ("MCP-Protocol-Version", ["2026-07-28", "2026-07-28"]),
            ("MCP-Protocol-Version", ["2026-07-28", "2025-11-25"]),
            ("Mcp-Name", []), ("Mcp-Name", [""]), ("Mcp-Name", ["Echo"]), ("Mcp-Name", ["echo", "echo"]),
            ("Mcp-Name", ["=?base64?ZWNobw?="]), ("Mcp-Name", ["=?base64?ZWNobx==?="]),
            ("Mcp-Name", ["=?base64?ZWNo bw==?="]),
            ("Mcp-Name", ["=?BASE64?ZWNobw==?="]), ("Mcp-Name", ["=?base64?ZWNobw==?"]),
            ("Mcp-Name", ["=?base64?_-8=?="]),
            ("Mcp-Name", ["=?base64?/w==?="]), ("Mcp-Name", ["=?base64?====?="]), ("Mcp-Name", ["=?base64??="]),
        ] as [(String, [String])]
    )
    func `headers that do not are refused`(name: String, values: [String]) {
        guard case .reject(let answer) = verdict(name, values) else {
            Issue.record("must be refused")
            return
        }
        #expect(answer.status == 400)
        #expect(answer.errorCode == -32020)
        #expect(answer.body["id"] == 1)
    }

    @Test func `a body without a name equals no header`() {
        for value in ["", "null", "echo"] {
            let http = Sample.modern("tools/call", headers: ["Mcp-Name": [value]])
            #expect(Sample.answer(http)?.errorCode == -32020)
        }
    }

    @Test func `names beyond ASCII come encoded`() {
        #expect(passes(verdict("Mcp-Name", ["=?base64?w6RiYw==?="], tool: "äbc")))
        // The same text to Swift, other bytes: an intermediary would see two names.
        #expect(!passes(verdict("Mcp-Name", ["=?base64?YcyIYmM=?="], tool: "äbc")))
    }

    @Test func `a method without a subject needs no name`() throws {
        _ = try Sample.result(Sample.modern("tools/list", headers: ["Mcp-Name": []]))
        _ = try Sample.result(Sample.modern("tools/list", headers: ["Mcp-Name": ["whatever"]]))
    }

    @Test(arguments: ["prompts/get", "resources/read"])
    func `other methods with a subject are checked before they are unknown`(method: String) {
        let parameter = method == "prompts/get" ? "name" : "uri"
        let right = Sample.modern(method, params: [parameter: "a"], headers: ["Mcp-Name": ["a"]])
        #expect(Sample.answer(right)?.errorCode == -32601)
        let wrong = Sample.modern(method, params: [parameter: "a"], headers: ["Mcp-Name": ["b"]])
        #expect(Sample.answer(wrong)?.errorCode == -32020)
    }
}
