import Foundation
import HTTPTransport
import Testing

@Suite("HTTP faults", .timeLimit(.minutes(1)))
struct HTTPFaultTests {
    /// How a request fails against a server that behaves in one way.
    static func failure(
        timeout: Duration = .seconds(20),
        responseBytesMax: Int = 1000,
        _ handler: @escaping LoopbackServer.Handler
    ) async throws -> HTTPTransportError? {
        let server = try LoopbackServer(handler)
        defer { server.stop() }
        return try await HTTPTransportTests.failure(
            of: HTTPRequest(.get, server.url, timeout: timeout, responseBytesMax: responseBytesMax)
        )
    }

    @Test
    func `a body that stops short of its length is truncated`() async throws {
        let error = try await Self.failure { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            connection.close()
        }
        #expect(error?.code == .truncated)
        #expect(error?.mayHaveBeenSent == true)
    }

    @Test
    func `a chunked body without its end is truncated`() async throws {
        let error = try await Self.failure { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")
            connection.close()
        }
        #expect(error?.code == .truncated)
    }

    @Test
    func `a reset before the answer is a lost connection`() async throws {
        let error = try await Self.failure { connection, _ in connection.close(reset: true) }
        #expect(error?.code == .connectionLost)
        #expect(error?.mayHaveBeenSent == true)
    }

    @Test
    func `a reset inside the answer is truncated`() async throws {
        let error = try await Self.failure { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            usleep(50_000)
            connection.close(reset: true)
        }
        #expect(error?.code == .truncated)
    }

    @Test
    func `what is no HTTP is not taken`() async throws {
        let error = try await Self.failure { connection, _ in
            connection.write("SSH-2.0-OpenSSH\r\n")
            connection.close()
        }
        #expect(error?.code == .invalidResponse)
    }

    @Test
    func `a body over the limit is refused, with and without its length`() async throws {
        let text = String(repeating: "x", count: 1001)
        let known = try await Self.failure { connection, _ in connection.answer(200, text) }
        let unknown = try await Self.failure { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\(text)")
            connection.close()
        }
        let exact = try await Self.failure { connection, _ in connection.answer(200, String(text.dropLast())) }
        #expect(known?.code == .responseTooLarge)
        #expect(unknown?.code == .responseTooLarge)
        #expect(exact == nil)
    }

    @Test
    func `a header without end is refused`() async throws {
        let error = try await Self.failure { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\n")
            let line = "X: " + String(repeating: "y", count: 1000) + "\r\n"
            for _ in 0..<2000 where connection.write(line) == false { return }
        }
        #expect(error != nil)
        #expect(error?.code == .invalidResponse || error?.code == .failed)
    }

    @Test
    func `a silent server and a slow body both run out of time`() async throws {
        let silent = try await Self.failure(timeout: .milliseconds(200)) { connection, _ in
            connection.waitForClose()
        }
        #expect(silent?.code == .timeout)
        let slow = try await Self.failure(timeout: .milliseconds(300)) { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
            for _ in 0..<20 where connection.write("x") { usleep(50_000) }
        }
        #expect(slow?.code == .timeout)
    }

    @Test
    func `a request that may have been acted on is never sent twice`() async throws {
        let server = try LoopbackServer { connection, request in
            if request.path == "/first" { connection.answer(200, "kept open") } else { connection.close() }
        }
        defer { server.stop() }
        let transport = try HTTPTransportTests.transport()
        _ = try await transport.send(HTTPRequest(.post, "\(server.url)/first", body: [1]))
        let second = HTTPRequest(.post, "\(server.url)/second", body: Array("insert".utf8))
        let error = await #expect(throws: HTTPTransportError.self) { try await transport.send(second) }
        #expect(error?.code == .connectionLost)
        #expect(error?.mayHaveBeenSent == true)
        #expect(server.requests.map(\.path) == ["/first", "/second"])
        // libcurl may connect again before it finds that the body cannot be rewound; nothing goes over that connection.
        #expect(server.requestHeads == 2)
    }
}
