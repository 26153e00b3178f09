import JSON
import MCP
import NIOCore
import Synchronization
import Testing

@testable import Server

/// Floods and slow clients on the wire, with limits that tests can wait for.
@Suite(.timeLimit(.minutes(1)))
struct FloodTests {
    /// A tool that ends when it is let go, and counts how often it began.
    private struct Gate {
        let began = Counter()
        let released: AsyncStream<Void>
        let release: AsyncStream<Void>.Continuation
        let tool: TestTool

        init() {
            let (released, release) = AsyncStream<Void>.makeStream()
            (self.released, self.release) = (released, release)
            let began = began
            tool = Harness.tool("held") { _, _ in
                began.add()
                for await _ in released {}
                return .success([:])
            }
        }
    }

    private final class Counter: Sendable {
        private let value = Mutex(0)

        func add() { value.withLock { $0 += 1 } }

        var count: Int { value.withLock { $0 } }

        func reaches(_ count: Int) async throws {
            while self.count < count { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    private static let discover = Wire.post(
        #"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
        more: "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: server/discover\r\n"
    )

    private static func limits(_ atOnce: Int, _ queued: Int, _ perMinute: Int = 1_000_000) -> CallLimits {
        CallLimits(atOnce: atOnce, queued: queued, perMinute: perMinute)
    }

    private static func answer(_ request: String, _ port: Int) async throws -> RawClient.Response {
        try await RawClient.connected(to: port) { client in
            try await client.send(request)
            return try await client.response()
        }
    }

    /// Waits until a further call of `dev` would be refused, or would not.
    private static func wouldRefuse(_ expected: Bool, _ limiter: CallLimiter, _ limits: CallLimits) async throws {
        while true {
            switch limiter.admit(["dev"], limits) {
            case .refused: if expected { return }
            case .place(let place):
                place.leave()
                if !expected { return }
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test func `one principal's flood is refused, and another is answered`() async throws {
        let gate = Gate()
        let limits = Self.limits(2, 2)
        let limiter = Mutex<CallLimiter?>(nil)
        try await Harness.serving(
            [gate.tool, Harness.echo],
            calls: limits,
            change: { server in limiter.withLock { $0 = server.limiter } }
        ) { port, _ in
            let limiter = try #require(limiter.withLock { $0 })
            try await withThrowingTaskGroup(of: Int.self) { flood in
                for _ in 0..<4 { flood.addTask { try await Self.answer(Wire.modernCall("held"), port).status } }
                try await gate.began.reaches(2)
                try await Self.wouldRefuse(true, limiter, limits)
                let refused = try await Self.answer(Wire.modernCall("echo", id: 7), port)
                #expect(refused.status == 429)
                #expect(refused.header("retry-after") == "1")
                #expect(refused.json?["id"] == 7)
                #expect(refused.errorCode == -32600)
                for request in [Self.discover, Wire.ping] {
                    #expect(try await Self.answer(request, port).status == 200)
                }
                let started = ContinuousClock.now
                let other = Wire.modernCall("echo", more: "Authorization: Bearer other\r\n")
                #expect(try await Self.answer(other, port).json?["result"]?["structuredContent"]?["caller"] == "other")
                #expect(ContinuousClock.now - started < .seconds(20))
                #expect(gate.began.count == 2)
                gate.release.finish()
                for try await status in flood { #expect(status == 200) }
            }
            #expect(gate.began.count == 4)
        }
    }

    @Test func `a rate refuses calls and nothing else`() async throws {
        try await Harness.serving(calls: Self.limits(10, 0, 3)) { port, _ in
            try await RawClient.connected(to: port) { client in
                for _ in 0..<3 {
                    try await client.send(Wire.legacyCall("echo"))
                    #expect(try await client.response().status == 200)
                }
                try await client.send(Wire.legacyCall("echo", id: 9))
                let refused = try await client.response()
                #expect(refused.status == 429)
                #expect(refused.header("retry-after").flatMap { Int($0) }.map { (1...20).contains($0) } == true)
                #expect(refused.json?["id"] == 9)
                // The connection goes on.
                for _ in 0..<20 {
                    try await client.send(Self.discover)
                    #expect(try await client.response().status == 200)
                }
            }
        }
    }

    @Test func `a client that leaves the queue never has its turn`() async throws {
        let gate = Gate()
        let limits = Self.limits(1, 1)
        let limiter = Mutex<CallLimiter?>(nil)
        try await Harness.serving(
            [gate.tool],
            calls: limits,
            change: { server in limiter.withLock { $0 = server.limiter } }
        ) { port, _ in
            let limiter = try #require(limiter.withLock { $0 })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await Self.answer(Wire.modernCall("held"), port) }
                try await gate.began.reaches(1)
                // It waits once the queue is full, and leaves.
                try await RawClient.connected(to: port) { client in
                    try await client.send(Wire.modernCall("held"))
                    try await Self.wouldRefuse(true, limiter, limits)
                }
                try await Self.wouldRefuse(false, limiter, limits)
                gate.release.finish()
                try await group.waitForAll()
            }
            #expect(gate.began.count == 1)
        }
    }

    @Test func `a head that comes byte by byte is given up, and so is one that stops`() async throws {
        try await Harness.serving(change: { $0.wireLimits.head = .seconds(1) }) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send("POST /mcp HTTP/1.1\r\nHost: loc")
                #expect(try await client.serverCloses())
            }
            try await RawClient.connected(to: port) { client in
                // A polite request first: the time counts for each head anew.
                try await client.send(Wire.ping)
                #expect(try await client.response().status == 200)
                try await Task.sleep(for: .milliseconds(1500))
                let started = ContinuousClock.now
                await #expect(throws: (any Error).self) {
                    for byte in Wire.ping.utf8 {
                        try await client.send([byte])
                        try await Task.sleep(for: .milliseconds(100))
                    }
                    _ = try await client.response()
                }
                // All of it takes some 30 s at this pace.
                #expect(ContinuousClock.now - started < .seconds(15))
            }
            // Within its time a head may come in pieces, and a body is not a head.
            try await RawClient.connected(to: port) { client in
                let request = Array(Wire.ping.utf8)
                try await client.send(Array(request[..<30]))
                try await Task.sleep(for: .milliseconds(50))
                try await client.send(Array(request[30..<(request.count - 5)]))
                try await Task.sleep(for: .milliseconds(1500))
                try await client.send(Array(request[(request.count - 5)...]))
                #expect(try await client.response().status == 200)
            }
        }
    }

    @Test func `a client that does not read is left, and its place comes back`() async throws {
        // More than the kernel keeps for a client that does not read.
        let large = Harness.tool("large") { _, _ in .success(["x": .string(String(repeating: "x", count: 30_000_000))])
        }
        try await Harness.serving(
            [large, Harness.echo],
            calls: Self.limits(1, 1),
            change: { $0.wireLimits.write = .milliseconds(500) }
        ) { port, _ in
            let deaf = try await ClientSocket.connect(port)
            try await deaf.write(Wire.modernCall("large"))
            try await Task.sleep(for: .milliseconds(50))
            // Waits in the queue until the connection is closed.
            #expect(try await Self.answer(Wire.modernCall("echo"), port).status == 200)
            try await deaf.close()
        }
    }
}
