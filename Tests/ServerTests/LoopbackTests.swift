import JSON
import MCP
import Synchronization
import Testing

@testable import Server

/// The real server over a real socket: what is answered, and what the connection then is good for.
@Suite(.timeLimit(.minutes(1)))
struct LoopbackTests {
    private func exchange(_ request: String) async throws -> RawClient.Response {
        let result = Mutex<RawClient.Response?>(nil)
        try await Harness.serving { port, _ in
            let response = try await RawClient.connected(to: port) { client in
                try await client.send(request)
                return try await client.response()
            }
            result.withLock { $0 = response }
        }
        return try #require(result.withLock { $0 })
    }

    @Test func `a call reaches its tool and comes back`() async throws {
        let response = try await exchange(Wire.legacyCall("echo", id: 7, more: "User-Agent: tester/1\r\n"))
        #expect(response.status == 200)
        #expect(response.header("content-type") == "application/json")
        #expect(response.header("cache-control") == "no-cache, no-transform")
        #expect(response.header("date")?.hasSuffix(" GMT") == true)
        let structured = try #require(response.json?["result"]?["structuredContent"])
        #expect(structured["arguments"] == ["n": 7])
        #expect(structured["caller"] == "dev")
        #expect(structured["client"] == "tester/1")
        let request = try #require(structured["request"]?.stringValue)
        #expect(request.utf8.count == 16 && request.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) })
    }

    @Test(
        arguments: [
            ("GET /mcp", 405, "POST"), ("DELETE /mcp", 405, "POST"), ("OPTIONS /mcp", 405, "POST"),
            ("PUT /mcp", 405, "POST"),
            ("DELETE /healthz", 405, "GET"), ("GET /healthz", 200, nil), ("GET /", 404, nil), ("GET /mcp/", 404, nil),
            ("POST /mcpx", 404, nil), ("GET /mcp?x=1", 405, "POST"), ("GET http://localhost/mcp", 405, "POST"),
        ] as [(String, Int, String?)]
    )
    func `methods and paths`(line: String, status: Int, allow: String?) async throws {
        let response = try await exchange("\(line) HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(response.status == status)
        #expect(response.header("allow") == allow)
        #expect(response.json != nil)
    }

    @Test(arguments: [
        ("Host: evil.example\r\nContent-Type: application/json\r\n", 421),
        ("Host: localhost\r\nOrigin: http://evil.example\r\nContent-Type: application/json\r\n", 403),
        ("Host: localhost\r\nX-Forwarded-For: 10.0.0.1\r\nContent-Type: application/json\r\n", 403),
        ("Host: localhost\r\nContent-Type: text/plain\r\n", 415),
        ("Host: localhost\r\n", 415),
        ("Host: localhost\r\nContent-Type: application/json\r\nAccept: text/html\r\n", 406),
        ("Host: localhost\r\nContent-Type: application/json\r\nAuthorization: Bearer wrong\r\n", 401),
    ])
    func `the head is judged before the body`(headers: String, status: Int) async throws {
        // The body is announced and never sent: whoever reads it first would wait.
        let response = try await exchange("POST /mcp HTTP/1.1\r\n\(headers)Content-Length: 100\r\n\r\n")
        #expect(response.status == status)
        #expect(response.errorCode == -32600)
        #expect(response.header("connection") == "close")
        #expect(response.header("www-authenticate") == (status == 401 ? "Bearer error=\"invalid_token\"" : nil))
    }

    @Test func `a body that is too large is refused as soon as it is announced`() async throws {
        let response = try await exchange("POST /mcp HTTP/1.1\r\n\(Wire.common)Content-Length: 10000000\r\n\r\n")
        #expect(response.status == 413)
        #expect(response.json?["error"]?["message"] == "a request has at most 4000000 bytes")
    }

    @Test func `a client that sends ten megabytes anyway gets to read the refusal`() async throws {
        let chunk = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        for head in ["Content-Length: 10000000\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"] {
            let isChunked = head.hasPrefix("Transfer")
            try await Harness.serving { port, _ in
                try await RawClient.connected(to: port) { client in
                    try await client.send("POST /mcp HTTP/1.1\r\n\(Wire.common)\(head)")
                    for _ in 0..<10 {
                        if isChunked { try await client.send("f4240\r\n") }
                        try await client.send(chunk)
                        if isChunked { try await client.send("\r\n") }
                    }
                    let response = try await client.response()
                    #expect(response.status == 413)
                    #expect(response.errorCode == -32600)
                    #expect(response.header("connection") == "close")
                }
            }
        }
    }

    @Test func `the largest body is taken whole`() async throws {
        let frame = #"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":""}}"#
        let filler = String(repeating: "x", count: ServerLimits.bodyBytesMax - frame.utf8.count)
        let body = frame.replacing(#""x":"""#, with: #""x":"\#(filler)""#)
        #expect(body.utf8.count == ServerLimits.bodyBytesMax)
        #expect(try await exchange(Wire.post(body)).json?["result"] == [:])
        let more = Wire.post(body + " ")
        #expect(try await exchange(more).status == 413)
    }

    @Test func `a body that does not come is given up`() async throws {
        try await Harness.serving(change: { $0.bodySecondsMax = 1 }) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send("POST /mcp HTTP/1.1\r\n\(Wire.common)Content-Length: 100\r\n\r\n{\"json")
                let response = try await client.response()
                #expect(response.status == 408)
                #expect(response.header("connection") == "close")
            }
            try await RawClient.connected(to: port) { client in
                try await client.send(Wire.ping)
                #expect(try await client.response().status == 200)
            }
        }
    }

    @Test func `a client that asks first is told to go on`() async throws {
        try await Harness.serving { port, _ in
            try await RawClient.connected(to: port) { client in
                let body = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
                try await client.send(
                    "POST /mcp HTTP/1.1\r\n\(Wire.common)Expect: 100-continue\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                )
                #expect(try await client.response().status == 100)
                try await client.send(body)
                #expect(try await client.response().json?["result"] == [:])
            }
        }
    }

    @Test func `one connection carries many requests, also sent ahead`() async throws {
        try await Harness.serving { port, _ in
            try await RawClient.connected(to: port) { client in
                for id in 1...3 {
                    try await client.send(Wire.modernCall("echo", id: id))
                    let response = try await client.response()
                    #expect(response.status == 200)
                    #expect(response.json?["id"] == .integer(Int64(id)))
                }
                try await client.send((4...9).map { Wire.legacyCall("echo", id: $0) }.joined() + Wire.ping)
                for id in 4...9 { #expect(try await client.response().json?["id"] == .integer(Int64(id))) }
                #expect(try await client.response().json?["id"] == "p")
            }
        }
    }

    @Test func `notifications have no answer but 202`() async throws {
        let response = try await exchange(Wire.post(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#))
        #expect(response.status == 202)
        #expect(response.body.isEmpty)
    }

    @Test(arguments: ["{", "[]", "\u{0}", #"{"jsonrpc":"2.0","id":1,"method":"#])
    func `what is no message is told so`(body: String) async throws {
        let response = try await exchange(Wire.post(body))
        #expect(response.status == 400)
        #expect([-32700, -32600].contains(response.errorCode))
        #expect(response.json?["id"] == .null)
    }

    @Test(arguments: [
        "NONSENSE\r\n\r\n", "GET\r\n\r\n", "POST /mcp HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET /mcp HTTP/1.1\r\n\r\n", "GET /mcp HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
        "GET /mcp HTTP/1.1\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n",
        "GET /mcp HTTP/1.1\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n",
    ])
    func `what is no HTTP ends the connection and nothing else`(bytes: String) async throws {
        try await Harness.serving { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(bytes)
                let response = try? await client.response()
                #expect((response?.status ?? 400) == 400)
            }
            try await RawClient.connected(to: port) { client in
                try await client.send(Wire.ping)
                #expect(try await client.response().status == 200)
            }
        }
    }

    @Test func `an address in use is an error that says so`() async throws {
        try await Harness.serving { port, _ in
            let error = await #expect(throws: ServerError.self) {
                try await Harness.server(settings: Harness.settings(port: port)).run()
            }
            #expect(error?.code == .cannotListen)
            #expect(error?.message.hasPrefix("cannot listen on `127.0.0.1:\(port)`") == true)
        }
    }
}
