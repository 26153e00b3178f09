import JSON
import MCP
import Synchronization
import Testing

@testable import Server

/// The late choice between a plain answer and an event stream: mcp.md 2.3.
@Suite(.timeLimit(.minutes(1)))
struct EventStreamTests {
    private static let slow = Harness.tool("slow") { _, _ in
        try? await Task.sleep(for: .milliseconds(400))
        return .success(["text": "two\nlines"])
    }

    @Test(arguments: [true, false])
    func `a call that takes long is kept alive by comments`(isModern: Bool) async throws {
        try await Harness.serving([Self.slow], change: { $0.keepAlive = .milliseconds(50) }) { port, _ in
            try await RawClient.connected(to: port) { client in
                for id in 1...2 {
                    try await client.send(isModern ? Wire.modernCall("slow", id: id) : Wire.legacyCall("slow", id: id))
                    let response = try await client.streamedResponse()
                    #expect(response.status == 200)
                    #expect(response.header("content-type") == "text/event-stream")
                    #expect(response.header("cache-control") == "no-cache, no-transform")
                    #expect(response.header("x-accel-buffering") == "no")
                    let events = String(decoding: response.body, as: UTF8.self).split(separator: "\r\n\r\n")
                    #expect(events.count > 1)
                    #expect(events.dropLast().allSatisfy { $0 == ":" })
                    let last = try #require(events.last)
                    let prefix = "event: message\r\ndata: "
                    #expect(last.hasPrefix(prefix))
                    let message = try JSONValue(parsing: String(last.dropFirst(prefix.count)))
                    #expect(message["id"] == .integer(Int64(id)))
                    #expect(message["result"]?["structuredContent"] == ["text": "two\nlines"])
                }
            }
        }
    }

    @Test func `a call that ends soon is answered plainly`() async throws {
        try await Harness.serving(change: { $0.keepAlive = .seconds(5) }) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(Wire.modernCall("echo"))
                #expect(try await client.response().header("content-type") == "application/json")
            }
        }
    }

    @Test func `a client that takes no streams waits for a plain answer`() async throws {
        try await Harness.serving([Self.slow], change: { $0.keepAlive = .milliseconds(50) }) { port, _ in
            try await RawClient.connected(to: port) { client in
                let call = Wire.legacyCall("slow").replacing(", text/event-stream", with: "")
                try await client.send(call)
                let response = try await client.response()
                #expect(response.header("content-type") == "application/json")
                #expect(response.json?["result"]?["isError"] == false)
            }
        }
    }

    @Test(arguments: [true, false])
    func `a client that leaves in mid stream ends a modern call only`(isModern: Bool) async throws {
        let ends = Mutex<[Bool]>([])
        let (left, source) = AsyncStream<Void>.makeStream()
        let tool = Harness.tool("tool") { _, _ in
            for await _ in left {}
            // The client has left by now; a modern call is told so, a legacy one runs on through some comments.
            try? await Task.sleep(for: .milliseconds(isModern ? 20_000 : 300))
            ends.withLock { $0.append(Task.isCancelled) }
            return .success([:])
        }
        try await Harness.serving([tool], change: { $0.keepAlive = .milliseconds(20) }) { port, _ in
            try await RawClient.connected(to: port) { client in
                try await client.send(isModern ? Wire.modernCall("tool") : Wire.legacyCall("tool"))
                try await client.waitForBytes()
            }
            source.finish()
        }
        #expect(ends.withLock { $0 } == [isModern])
    }
}
