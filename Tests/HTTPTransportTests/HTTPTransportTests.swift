import Foundation
import HTTPTransport
import Testing

@Suite("HTTP transport", .timeLimit(.minutes(1)))
struct HTTPTransportTests {
    static func transport() throws -> HTTPTransport {
        try HTTPTransport(configuration: .init(allowsPlainLoopback: true))
    }

    /// The code with which a request fails; `nil` when it does not.
    static func failure(of request: HTTPRequest) async throws -> HTTPTransportError? {
        do {
            _ = try await transport().send(request)
            return nil
        } catch let error as HTTPTransportError {
            return error
        }
    }

    @Test
    func `method, headers and body arrive as they were given`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.write("HTTP/1.1 201 Made\r\nX-A:  b c \r\nx-a: d\r\nContent-Length: 2\r\n\r\nok")
        }
        defer { server.stop() }
        let request = HTTPRequest(
            .patch,
            "\(server.url)/a/b?c=%20d",
            headers: [HTTPHeader("X-One", "1"), HTTPHeader("X-Empty", ""), HTTPHeader("Content-Type", "text/x")],
            body: Array("body é".utf8)
        )
        let response = try await Self.transport().send(request)
        #expect(response.status == 201)
        #expect(response.body == Array("ok".utf8))
        #expect(response.header(named: "X-A") == "b c")
        #expect(response.headers.filter { $0.name.lowercased() == "x-a" }.map(\.value) == ["b c", "d"])
        let received = try #require(server.requests.first)
        let lines = received.head.split(separator: "\r\n").map(String.init)
        #expect(lines.first == "PATCH /a/b?c=%20d HTTP/1.1")
        #expect(Set(["X-One: 1", "X-Empty:", "Content-Type: text/x"]).isSubset(of: lines))
        #expect(!received.head.contains("Expect"))
        #expect(received.body == "body é")
    }

    @Test
    func `a redirect is an answer like any other`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.write("HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n")
        }
        defer { server.stop() }
        let response = try await Self.transport().send(HTTPRequest(.get, "\(server.url)/first"))
        #expect(response.status == 302)
        #expect(server.requests.map(\.path) == ["/first"])
    }

    @Test(arguments: [
        "http://example.com/", "http://127.0.0.1.example.com/", "ftp://127.0.0.1/", "file:///etc/passwd",
        "https://user:hunter2@example.com/", "example.com", "https://", "https://example.com/\r\nX: y", "/path",
        "http://0x7f.1/", "http://127.1/",
    ])
    func `an address that is not allowed is refused before anything is sent`(url: String) async throws {
        let error = try #require(try await Self.failure(of: HTTPRequest(.get, url)))
        #expect(error.code == .invalidRequest || error.code == .connect)
        #expect(!error.mayHaveBeenSent)
        #expect(!error.description.contains("hunter2"))
    }

    @Test(arguments: [HTTPHeader("X", "a\r\nY: b"), HTTPHeader("X Y", "a"), HTTPHeader("", "a"), HTTPHeader("X", "\0")])
    func `a header field that could end the header is refused`(header: HTTPHeader) async throws {
        let request = HTTPRequest(.get, "https://example.com", headers: [header])
        #expect(try await Self.failure(of: request)?.code == .invalidRequest)
    }

    @Test
    func `plain HTTP needs the caller's word even on loopback`() async throws {
        let transport = try HTTPTransport()
        await #expect(throws: HTTPTransportError.self) {
            try await transport.send(HTTPRequest(.get, "http://127.0.0.1:1/"))
        }
    }

    @Test
    func `a host that may be asked in plain HTTP is asked directly, past any proxy`() async throws {
        let server = try LoopbackServer { connection, _ in connection.answer(200, "ok") }
        defer { server.stop() }
        // Linux takes this address for this machine; it stands for a metadata server, because it is no loopback address.
        let url = "http://0.0.0.0:\(server.port)/"
        unsafe setenv("http_proxy", "http://127.0.0.1:1", 1)
        defer { unsafe unsetenv("http_proxy") }
        var configuration = HTTPTransport.Configuration(allowsPlainLoopback: true)
        await #expect(throws: HTTPTransportError.self) {
            try await HTTPTransport(configuration: configuration).send(HTTPRequest(.get, url))
        }
        configuration.plainHosts = ["0.0.0.0"]
        let answer = try await HTTPTransport(configuration: configuration).send(HTTPRequest(.get, url))
        #expect(answer.status == 200 && server.requests.count == 1)
    }

    @Test
    func `a refused connection says that nothing was sent`() async throws {
        let server = try LoopbackServer { _, _ in }
        server.stop()
        let error = try await Self.failure(of: HTTPRequest(.get, server.url))
        #expect(error?.code == .connect)
        #expect(error?.mayHaveBeenSent == false)
    }

    @Test
    func `no text of a request shows its headers or path`() {
        let request = HTTPRequest(.get, "https://h.example/secret?key=secret", headers: [HTTPHeader("A", "secret")])
        #expect(!"\(request)".contains("secret"))
        #expect(!String(reflecting: request).contains("secret"))
    }
}
