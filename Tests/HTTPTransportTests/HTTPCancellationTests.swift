import Foundation
import HTTPTransport
import Testing

@Suite("HTTP cancellation and life", .timeLimit(.minutes(1)))
struct HTTPCancellationTests {
    @Test
    func `cancelling the task ends the transfer at once`() async throws {
        let server = try LoopbackServer { connection, _ in connection.waitForClose() }
        defer { server.stop() }
        let transport = try HTTPTransportTests.transport()
        let url = server.url
        let clock = ContinuousClock()
        let start = clock.now
        let code = await withTaskGroup(of: HTTPTransportError.Code?.self) { group in
            group.addTask {
                do {
                    _ = try await transport.send(HTTPRequest(.get, url))
                    return nil
                } catch { return (error as? HTTPTransportError)?.code }
            }
            try? await Task.sleep(for: .milliseconds(100))
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(code == .cancelled)
        #expect(clock.now - start < .seconds(20))
    }

    @Test
    func `shutting down fails what is under way and what comes after`() async throws {
        let server = try LoopbackServer { connection, _ in connection.waitForClose() }
        defer { server.stop() }
        let transport = try HTTPTransportTests.transport()
        let request = HTTPRequest(.get, server.url)
        async let running = #expect(throws: HTTPTransportError.self) { try await transport.send(request) }
        try await Task.sleep(for: .milliseconds(100))
        transport.shutdown()
        #expect(await running?.code == .shutDown)
        let later = await #expect(throws: HTTPTransportError.self) { try await transport.send(request) }
        #expect(later?.code == .shutDown)
    }

    @Test
    func `ten thousand calls use a few connections and leak none`() async throws {
        let server = try LoopbackServer { connection, _ in connection.answer(200, "{}") }
        defer { server.stop() }
        let transport = try HTTPTransportTests.transport()
        let request = HTTPRequest(.post, server.url, body: Array("{}".utf8))
        for _ in 0..<10 { _ = try await transport.send(request) }
        for _ in 0..<9_990 {
            guard try await transport.send(request).status == 200 else { throw CocoaError(.coderInvalidValue) }
        }
        #expect(server.requests.count == 10_000)
        #expect(server.connections == 1)
    }

    @Test
    func `a hundred at once all get their own answer`() async throws {
        let server = try LoopbackServer { connection, request in connection.answer(200, String(request.path)) }
        defer { server.stop() }
        let transport = try HTTPTransportTests.transport()
        let url = server.url
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let response = try await transport.send(HTTPRequest(.get, "\(url)/\(number)"))
                    return response.body == Array("/\(number)".utf8)
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
