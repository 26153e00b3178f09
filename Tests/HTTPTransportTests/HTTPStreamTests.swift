import Foundation
import HTTPTransport
import Testing

@Suite("HTTP streams", .timeLimit(.minutes(1)))
struct HTTPStreamTests {
    @Test
    func `chunks come as they are sent, and the head before them`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n")
            for text in ["one", "two", "six"] {
                connection.write("3\r\n\(text)\r\n")
                usleep(20_000)
            }
            connection.write("0\r\n\r\n")
        }
        defer { server.stop() }
        let stream = try await HTTPTransportTests.transport().stream(HTTPRequest(.get, server.url))
        #expect(stream.head.status == 200)
        #expect(stream.head.header(named: "x-a") == "b")
        var received: [UInt8] = []
        for try await chunk in stream.body { received += chunk }
        #expect(received == Array("onetwosix".utf8))
    }

    @Test
    func `a reader that waits makes the server wait, and then gets everything`() async throws {
        let total = 32_000_000
        let sent = SentBytes()
        let server = try LoopbackServer { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            let block = [UInt8](repeating: 7, count: 100_000)
            for _ in 0..<(total / block.count) where connection.write(block) { sent.add(block.count) }
        }
        defer { server.stop() }
        let transport = try HTTPTransportTests.transport()
        let request = HTTPRequest(.get, server.url, responseBytesMax: total)
        let stream = try await transport.stream(request)
        try await Task.sleep(for: .milliseconds(300))
        let whilePaused = sent.count
        // What the two sockets of loopback can hold lies between the server and our own buffer.
        #expect(whilePaused < total / 2)
        var received = 0
        for try await chunk in stream.body {
            received += chunk.count
            #expect(chunk.count < 2_000_000)
        }
        #expect(received == total)
    }

    @Test
    func `a stream cut short ends with an error after its bytes`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
            connection.close()
        }
        defer { server.stop() }
        let stream = try await HTTPTransportTests.transport().stream(HTTPRequest(.get, server.url))
        var received: [UInt8] = []
        let error = await #expect(throws: HTTPTransportError.self) {
            for try await chunk in stream.body { received += chunk }
        }
        #expect(error?.code == .truncated)
        #expect(received == Array("half".utf8))
    }

    @Test
    func `a stream over the limit ends with an error`() async throws {
        let server = try LoopbackServer { connection, _ in
            connection.answer(200, String(repeating: "x", count: 5000))
        }
        defer { server.stop() }
        let request = HTTPRequest(.get, server.url, responseBytesMax: 4999)
        let error = await #expect(throws: HTTPTransportError.self) {
            for try await _ in try await HTTPTransportTests.transport().stream(request).body {}
        }
        #expect(error?.code == .responseTooLarge)
    }

    @Test
    func `dropping a stream closes its connection`() async throws {
        let gone = SentBytes()
        let server = try LoopbackServer { connection, _ in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
            while connection.write([UInt8](repeating: 7, count: 100_000)) {}
            gone.add(1)
        }
        defer { server.stop() }
        let transport = try HTTPTransportTests.transport()
        do {
            let stream = try await transport.stream(
                HTTPRequest(.get, server.url, responseBytesMax: 2_000_000_000)
            )
            #expect(stream.head.status == 200)
        }
        for _ in 0..<200 where gone.count == 0 { try await Task.sleep(for: .milliseconds(10)) }
        #expect(gone.count == 1)
    }
}

/// A counter that the server's thread adds to.
final class SentBytes: Sendable {
    private let value = Locked(0)

    var count: Int { value.withLock { $0 } }

    func add(_ count: Int) { value.withLock { $0 += count } }
}
