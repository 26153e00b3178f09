import JSON
import Locks
import MCP
import ServiceLifecycle
import Testing

@testable import Server

/// The stdio transport on pipes: framing, eras, cancellation, limits and its end.
@Suite(.timeLimit(.minutes(1)))
struct StdioTests {
    /// A tool that tells when it starts, and ends only when it is cancelled.
    private struct Endless {
        let started: AsyncStream<Void>
        let tool: TestTool
        let cancelled = Locked(0)

        init() {
            let (started, source) = AsyncStream<Void>.makeStream()
            self.started = started
            let cancelled = cancelled
            tool = Harness.tool("endless") { _, _ in
                source.yield()
                try? await Task.sleep(for: .seconds(600))
                if Task.isCancelled { cancelled.withLock { $0 += 1 } }
                return .failure(["ended": true])
            }
        }

        func waitForStart() async { for await _ in started { return } }
    }

    @Test func `both eras are spoken on one pair of streams`() async throws {
        try await Harness.onStdio { client in
            try client.send(
                #"{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{"_meta":\#(StdioWire.meta)}}"#
            )
            #expect(try await client.next()?["result"]?["supportedVersions"] == ["2026-07-28"])
            try client.send(
                #"{"jsonrpc":"2.0","id":"i","method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"old","version":"1"}}}"#
            )
            let agreed = try await client.next()
            #expect(agreed?["id"] == "i")
            #expect(agreed?["result"]?["protocolVersion"] == "2025-06-18")
            #expect(agreed?["result"]?["resultType"] == nil)
            try client.send(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
            try client.send(StdioWire.legacyCall("echo", id: 2))
            let legacy = try await client.next()
            #expect(legacy?["id"] == 2)
            #expect(legacy?["result"]?["structuredContent"]?["client"] == "old")
            #expect(legacy?["result"]?["structuredContent"]?["caller"] == "dev")
            try client.send(StdioWire.modernCall("echo", id: 3))
            #expect(try await client.next()?["result"]?["resultType"] == "complete")
        }
    }

    @Test func `what is no message is an error, and the next line is read`() async throws {
        try await Harness.onStdio(change: { $0.lineBytesMax = 1000 }) { client in
            for (line, code) in [
                ("{", -32700), ("[]", -32600), (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600),
            ] {
                try client.send(line)
                #expect(try await client.next()?["error"]?["code"] == .integer(Int64(code)))
            }
            try client.send(raw: [0x22, 0xFF, 0x22, 0x0A])
            #expect(try await client.next()?["error"]?["code"] == -32700)
            try client.send("\"" + String(repeating: "x", count: 200_000) + "\"")
            let tooLong = try await client.next()
            #expect(tooLong?["error"]?["code"] == -32600)
            #expect(tooLong?["error"]?["message"] == "a line has at most 1000 bytes")
            #expect(tooLong?["id"] == .null)
            try client.send("\r\n" + StdioWire.ping(7) + "\r")
            #expect(try await client.next() == ["jsonrpc": "2.0", "id": 7, "result": [:]])
        }
    }

    @Test func `calls run at the same time, and others are answered meanwhile`() async throws {
        let endless = Endless()
        try await Harness.onStdio([endless.tool, Harness.echo], change: { $0.grace = .zero }) { client in
            try client.send(StdioWire.modernCall("endless", id: 1))
            await endless.waitForStart()
            try client.send(StdioWire.modernCall("echo", id: 2))
            #expect(try await client.next()?["id"] == 2)
        }
        #expect(endless.cancelled.withLock { $0 } == 1)
    }

    @Test(arguments: [true, false]) func `a cancelled call ends without an answer`(isModern: Bool) async throws {
        let endless = Endless()
        try await Harness.onStdio([endless.tool, Harness.echo]) { client in
            try client.send(isModern ? StdioWire.modernCall("endless", id: 1) : StdioWire.legacyCall("endless", id: 1))
            await endless.waitForStart()
            try client.send(StdioWire.cancel(99))
            try client.send(StdioWire.cancel(1))
            while endless.cancelled.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(2)) }
            try client.send(StdioWire.modernCall("echo", id: 2))
            #expect(try await client.next()?["id"] == 2)
            client.hangUp()
            #expect(try await client.next() == nil)
        }
    }

    @Test func `an id that is in use is refused, and so is a call beyond the limit`() async throws {
        let endless = Endless()
        try await Harness.onStdio([endless.tool], change: { ($0.callsMax, $0.grace) = (2, .zero) }) { client in
            for id in 1...2 {
                try client.send(StdioWire.modernCall("endless", id: id))
                await endless.waitForStart()
            }
            try client.send(StdioWire.modernCall("endless", id: 2))
            let duplicate = try await client.next()
            #expect(duplicate?["id"] == 2)
            #expect(duplicate?["error"]?["code"] == -32600)
            try client.send(StdioWire.modernCall("endless", id: 3))
            let refused = try await client.next()
            #expect(refused?["id"] == 3)
            #expect(refused?["error"]?["code"] == -32603)
        }
        #expect(endless.cancelled.withLock { $0 } == 2)
    }

    @Test func `what is piped in is answered before the end, also without a last line break`() async throws {
        let slow = Harness.tool("slow") { _, _ in
            try? await Task.sleep(for: .milliseconds(50))
            return .success([:])
        }
        try await Harness.onStdio([slow], change: { $0.grace = .seconds(30) }) { client in
            try client.send(StdioWire.modernCall("slow", id: 1))
            try client.send(raw: Array(StdioWire.ping(2).utf8))
            client.hangUp()
            #expect(try await client.next()?["id"] == 2)
            #expect(try await client.next()?["id"] == 1)
            #expect(try await client.next() == nil)
        }
    }

    @Test func `a shutdown cancels calls at once and ends the output`() async throws {
        let endless = Endless()
        try await Harness.onStdio([endless.tool], change: { $0.grace = .seconds(600) }) { client in
            try client.send(StdioWire.legacyCall("endless", id: 1))
            await endless.waitForStart()
            await client.group.triggerGracefulShutdown()
            #expect(try await client.next() == nil)
        }
        #expect(endless.cancelled.withLock { $0 } == 1)
    }

    @Test func `answers of any size are whole lines`() async throws {
        let large = Harness.tool("large") { _, _ in
            .success(["text": .string(String(repeating: "x\n", count: 400_000))])
        }
        try await Harness.onStdio([large]) { client in
            for id in 1...8 { try client.send(StdioWire.modernCall("large", id: id)) }
            var ids: Set<Int64> = []
            for _ in 1...8 {
                let answer = try await client.next()
                #expect(answer?["result"]?["structuredContent"]?["text"]?.stringValue?.utf8.count == 800_000)
                if let id = answer?["id"]?.integerValue { ids.insert(id) }
            }
            #expect(ids == Set(1...8))
        }
    }
}
