import MCP
import Testing

@testable import Server

private func head(_ values: String...) -> RequestHead {
    RequestHead(
        method: "POST",
        path: "/mcp",
        authority: "localhost",
        headers: values.map { HeaderField("authorization", $0) }
    )
}

@Suite
struct `A bearer token` {
    @Test(arguments: ["Bearer abc", "bearer abc", "BEARER   abc", " Bearer abc "])
    func `is what stands behind the scheme`(value: String) {
        #expect(BearerToken.read(head(value)) == .sent("abc"))
    }

    @Test(arguments: ["", "Basic abc", "Bearerabc", "DPoP abc", "abc"])
    func `is absent in other credentials`(value: String) {
        #expect(BearerToken.read(head(value)) == .absent)
    }

    @Test(arguments: [["Bearer"], ["Bearer a b"], ["Bearer a,b"], ["Bearer a", "Bearer a"], ["Basic a", "Bearer a"]])
    func `is malformed when it can mean several things`(values: [String]) {
        let fields = values.map { HeaderField("Authorization", $0) }
        let head = RequestHead(method: "POST", path: "/mcp", authority: nil, headers: fields)
        #expect(BearerToken.read(head) == .malformed)
    }

    @Test
    func `is absent without the header`() {
        #expect(BearerToken.read(head()) == .absent)
    }
}

@Suite
struct `Scope rules` {
    private let rules = ScopeRules(
        base: ["read"],
        tools: ["query": ["query", "read"], "export": ["export"]],
        includes: [
            "admin": ["query", "export"], "all": ["admin", "read"], "loop": ["pool"], "pool": ["loop", "read"],
        ]
    )
    private let query = RequestedOperation(tool: "query")

    @Test
    func `name each scope once, those of every request first`() {
        #expect(rules.needed(for: query) == ["read", "query"])
        #expect(rules.needed(for: RequestedOperation(tool: "other")) == ["read"])
        #expect(rules.needed(for: RequestedOperation(tool: nil)) == ["read"])
    }

    @Test(arguments: [
        (["read", "query"], true), (["all"], true), (["admin"], false), (["read", "admin"], true), ([], false),
    ])
    func `take a broader scope for narrower ones`(granted: [String], isEnough: Bool) {
        #expect(rules.permits(query, granted: Set(granted)) == isEnough)
    }

    @Test
    func `end although scopes include each other`() {
        #expect(rules.permits(RequestedOperation(tool: nil), granted: ["loop"]))
        #expect(!rules.permits(query, granted: ["loop"]))
    }

    @Test
    func `ask for what is needed and what is held of what means something here`() {
        #expect(rules.toAskFor(query, granted: ["export", "openid", "offline_access"]) == ["read", "query", "export"])
    }

    @Test
    func `need nothing when there are none`() {
        #expect(ScopeRules().permits(query, granted: []))
    }
}

@Suite
struct `A resource's URL` {
    @Test(arguments: [
        ("https://scrim.example/mcp", "https://scrim.example", "/mcp"),
        ("https://scrim.example", "https://scrim.example", "/"),
        ("http://127.0.0.1:8080/mcp", "http://127.0.0.1:8080", "/mcp"),
        ("http://[::1]:1/a/b", "http://[::1]:1", "/a/b"),
    ])
    func `is an origin and a path`(text: String, origin: String, path: String) throws {
        let url = try #require(ResourceURL(text))
        #expect((url.text, url.origin, url.path) == (text, origin, path))
    }

    @Test(arguments: [
        "", "scrim.example/mcp", "http://scrim.example/mcp", "https://", "https:///mcp", "https://a/b?c",
        "https://a/b#c",
        "https://u@a/b", "https://a/\"b", "https://a/\\b", "https://a/ä", "https://a/b\r\nc", "ftp://localhost/",
        "http://localhost.example/", "http://127.0.0.1.example/",
    ])
    func `is refused unless it is plain, and https or on this machine`(text: String) {
        #expect(ResourceURL(text) == nil)
    }
}

@Test
func `a head names a tool in one canonical way, or none`() {
    func tool(_ fields: (String, String)...) -> String? {
        ClaimedOperation.tool(in: fields.map { HeaderField($0.0, $0.1) })
    }
    let method = ("Mcp-Method", "tools/call")
    #expect(tool(method, ("Mcp-Name", "query")) == "query")
    #expect(tool(method, ("mcp-name", "=?base64?cXVlcnk=?=")) == "query")
    #expect(tool(method, ("Mcp-Name", "=?base64?cXVlcnk?=")) == nil)
    #expect(tool(("Mcp-Method", "prompts/get"), ("Mcp-Name", "query")) == nil)
    #expect(tool(method, ("Mcp-Name", "query"), ("Mcp-Name", "query")) == nil)
    #expect(tool(method) == nil)
    #expect(tool(("Mcp-Name", "query")) == nil)
}
