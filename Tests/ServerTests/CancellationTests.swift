import JSON
import MCP
import Synchronization
import Testing

@testable import Server

/// Calls that run at the same time, end early, or outlive the server's wish to stop.
@Suite(.timeLimit(.minutes(1)))
struct CancellationTests {
    /// A tool that tells when it starts, and ends only when it is cancelled.
    private struct Endless {
        let started: AsyncStream<Void>
        let tool: TestTool
        let ended = EndCount()

        init() {
            let (started, source) = AsyncStream<Void>.makeStream()
            self.started = started
            let ended = ended
            tool = Harness.tool("endless") { _, _ in
                source.yield()
                try? await Task.sleep(for: .seconds(600))
                ended.add(cancelled: Task.isCancelled)
                return .failure(["ended": true])
            }
        }

        func waitForStart() async { for await _ in started { return } }
    }

    /// How many calls ended, and whether each was cancelled.
    private final class EndCount: Sendable {
        private let ends = Mutex<[Bool]>([])

        func add(cancelled: Bool) { ends.withLock { $0.append(cancelled) } }

        var all: [Bool] { ends.withLock { $0 } }
    }

    @Test func `calls run at the same time`() async throws {
        let count = 40
        let arrived = Mutex(0)
        // No call ends before all have begun.
        let barrier = Harness.tool("barrier") { _, _ in
            arrived.withLock { $0 += 1 }
            while arrived.withLock({ $0 < count }) { try? await Task.sleep(for: .milliseconds(5)) }
            return .success([:])
        }
        try await Harness.serving([barrier]) { port, _ in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for id in 0..<count {
                    group.addTask {
                        try await RawClient.connected(to: port) { client in
                            try await client.send(
                                id.isMultiple(of: 2) ? Wire.modernCall("barrier") : Wire.legacyCall("barrier")
                            )
                            return try await client.response().status
                        }
                    }
                }
                for try await status in group { #expect(status == 200) }
            }
        }
    }

    @Test func `a modern client that leaves cancels its call`() async throws {
        let endless = Endless()
        // Without comments, so that not their failure is what ends the call.
        try await Harness.serving([endless.tool], change: { $0.keepAlive = .seconds(600) }) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(Wire.modernCall("endless"))
                await endless.waitForStart()
            }
        }
        // The server has ended, so every call has.
        #expect(endless.ended.all == [true])
    }

    @Test func `a legacy client that leaves does not, and one that cancels does`() async throws {
        let endless = Endless()
        try await Harness.serving([endless.tool]) { port, _ in
            let session = try await RawClient.connected(to: port) { client in
                try await client.send(
                    Wire.post(
                        #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25"}}"#
                    )
                )
                return try #require(try await client.response().header("mcp-session-id"))
            }
            #expect(session.utf8.count == 32)
            func cancel(_ id: Int, session: String) async throws {
                try await RawClient.connected(to: port) { client in
                    try await client.send(
                        Wire.post(
                            #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"#,
                            more: "Mcp-Session-Id: \(session)\r\n"
                        )
                    )
                    #expect(try await client.response().status == 202)
                }
            }
            try await RawClient.connected(to: port) { client in
                try await client.send(Wire.legacyCall("endless", id: 5, more: "Mcp-Session-Id: \(session)\r\n"))
                await endless.waitForStart()
            }
            // The client has left; give the server time to have noticed, were it to act on that.
            try await Task.sleep(for: .milliseconds(200))
            #expect(endless.ended.all == [])
            try await cancel(6, session: session)
            try await cancel(5, session: "another")
            try await RawClient.connected(to: port) { client in
                try await client.send(Wire.legacyCall("endless", id: 7, more: "Mcp-Session-Id: \(session)\r\n"))
                await endless.waitForStart()
                #expect(endless.ended.all == [])
                try await cancel(7, session: session)
                // The request is answered all the same: without an answer the Python client gives up its session.
                let response = try await client.response()
                #expect(response.json?["id"] == 7)
                #expect(response.json?["result"]?["isError"] == true)
            }
            #expect(endless.ended.all == [true])
            try await cancel(5, session: session)
        }
        #expect(endless.ended.all == [true, true])
    }

    @Test func `a modern answer names no session`() async throws {
        try await Harness.serving { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(Wire.modernCall("echo"))
                #expect(try await client.response().header("mcp-session-id") == nil)
            }
        }
    }

    @Test func `a body that breaks off reaches no tool`() async throws {
        let calls = Mutex(0)
        let counting = Harness.tool("echo") { _, _ in
            calls.withLock { $0 += 1 }
            return .success([:])
        }
        try await Harness.serving([counting]) { port, _ in
            let whole = Wire.legacyCall("echo")
            try await RawClient.connected(to: port) { client in try await client.send(String(whole.dropLast(3))) }
            try await RawClient.connected(to: port) { client in
                try await client.send(whole)
                #expect(try await client.response().status == 200)
            }
        }
        #expect(calls.withLock { $0 } == 1)
    }

    @Test func `a graceful shutdown lets a running call end`() async throws {
        let (started, source) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        let held = Harness.tool("held") { _, _ in
            source.yield()
            for await _ in released {}
            return .success(["cancelled": .bool(Task.isCancelled)])
        }
        try await Harness.serving([held]) { port, stop in
            try await RawClient.connected(to: port) { client in
                try await client.send(Wire.modernCall("held"))
                for await _ in started { break }
                await stop()
                try await Task.sleep(for: .milliseconds(100))
                release.finish()
                let response = try await client.response()
                #expect(response.json?["result"]?["structuredContent"] == ["cancelled": false])
                #expect(try await client.serverCloses())
            }
        }
    }
}
