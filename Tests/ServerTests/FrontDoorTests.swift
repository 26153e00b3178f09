import MCP
import Testing

@testable import Server

/// Origin, Host, proxies and media types: mcp.md 2.2 row 0, design 5.2.
struct FrontDoorTests {
    private func refusal(
        _ headers: [HeaderField] = [],
        authority: String? = "localhost:8080",
        change: (inout ProxyServerSettings) -> Void = { _ in }
    ) -> Int? {
        var settings = Harness.settings()
        change(&settings)
        let head = RequestHead(method: "POST", path: "/mcp", authority: authority, headers: headers)
        return FrontDoor(settings: settings).refusal(of: head)?.status
    }

    @Test(arguments: [
        "http://localhost", "http://localhost:3000", "https://127.0.0.1:8080", "http://[::1]:1", "HTTP://LOCALHOST:1",
        " http://localhost ",
    ])
    func `pages of this machine may call a local server`(origin: String) {
        #expect(refusal([HeaderField("Origin", origin)]) == nil)
    }

    @Test(arguments: [
        "http://evil.example", "null", "", "http://localhost.evil.example", "http://localhost@evil.example",
        "file://localhost", "localhost", "http://127.0.0.1.evil.example:80", "http://evil.example:80#localhost",
        "http://[::1].evil.example", "http://[::1", "http://localhost:80x",
    ])
    func `other pages may not`(origin: String) {
        #expect(refusal([HeaderField("oRiGiN", origin)]) == 403)
        #expect(refusal([HeaderField("Origin", "http://localhost"), HeaderField("Origin", origin)]) == 403)
    }

    @Test func `pages of a configured origin may call`() {
        let origin = HeaderField("Origin", "https://App.example")
        #expect(refusal([origin]) { $0.allowedOrigins = ["https://app.example"] } == nil)
        #expect(refusal([origin]) { $0.allowedOrigins = ["https://app.example:444"] } == 403)
    }

    @Test func `a public server answers no page of its own machine`() {
        #expect(refusal([HeaderField("Origin", "http://localhost")]) { $0.host = "0.0.0.0" } == 403)
    }

    @Test(arguments: ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]", "[::1]:80", "LocalHost:9"])
    func `a local server answers to names of its machine`(host: String) {
        #expect(refusal(authority: host) == nil)
    }

    @Test(
        arguments: [
            nil, "", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "[::1].evil", "0.0.0.0",
            "localhost:80:80", "localhost:x", "user@localhost",
        ] as [String?]
    )
    func `and to no other names`(host: String?) {
        #expect(refusal(authority: host) == 421)
    }

    @Test func `names are free where the server is not local, or configured`() {
        #expect(refusal(authority: "scrim.example") { $0.host = "0.0.0.0" } == nil)
        #expect(refusal(authority: "scrim.example:80") { $0.allowedHosts = ["scrim.example"] } == nil)
        #expect(refusal(authority: "127.0.0.2:80") { $0.host = "127.0.0.2" } == nil)
    }

    @Test func `two hosts are one too many`() {
        #expect(refusal([HeaderField("Host", "evil.example")]) == 421)
    }

    @Test(arguments: ["Forwarded", "X-Forwarded-For", "x-forwarded-host", "X-FORWARDED-PROTO", "X-Forwarded-Anything"])
    func `a development server is not to be reached through a proxy`(header: String) {
        #expect(refusal([HeaderField(header, "x")]) == 403)
        #expect(refusal([HeaderField(header, "x")]) { $0.refusesForwardedRequests = false } == nil)
    }

    private func media(_ headers: [HeaderField]) -> Int? {
        let head = RequestHead(method: "POST", path: "/mcp", authority: "localhost", headers: headers)
        return FrontDoor(settings: Harness.settings()).mediaRefusal(of: head)?.status
    }

    private static let json = HeaderField("Content-Type", "application/json")

    @Test(arguments: [
        "application/json", "application/json; charset=utf-8", "Application/JSON ;charset=utf-8", " application/json ",
    ])
    func `JSON is taken`(type: String) {
        #expect(media([HeaderField("content-type", type)]) == nil)
    }

    @Test(arguments: ["", "text/plain", "application/json-rpc", "application/x-www-form-urlencoded", "json"])
    func `other bodies are not`(type: String) {
        #expect(media([HeaderField("Content-Type", type)]) == 415)
        #expect(media([]) == 415)
        #expect(media([Self.json, HeaderField("Content-Type", type)]) == 415)
    }

    @Test func `compressed bodies are not taken`() {
        #expect(media([Self.json, HeaderField("Content-Encoding", "gzip")]) == 415)
        #expect(media([Self.json, HeaderField("Content-Encoding", "identity")]) == nil)
    }

    @Test(arguments: [
        "application/json", "application/json, text/event-stream", "text/event-stream,application/json", "*/*",
        "application/*", "text/html, */*;q=0.1",
    ])
    func `a client that can read JSON is served`(accept: String) {
        #expect(media([Self.json, HeaderField("Accept", accept)]) == nil)
        #expect(media([Self.json]) == nil)
    }

    @Test(arguments: ["text/html", "text/event-stream", "text/*", "application/xml"])
    func `a client that cannot is told so`(accept: String) {
        #expect(media([Self.json, HeaderField("Accept", accept)]) == 406)
    }
}
