import Foundation
import Glibc
import JSON
import Locks
import Logging
import MCP
import ServiceLifecycle
import Testing

@testable import Server

/// The real stdio server on two pipes, and its client's ends of them.
final class StdioClient: Sendable {
    private let input: Locked<FileHandle?>
    private let lines: AsyncStream<String>
    private let reader: LineReader
    let group: ServiceGroup

    fileprivate init(input: FileHandle, output: FileHandle, group: ServiceGroup) {
        self.input = Locked(input)
        self.group = group
        let reader = LineReader(descriptor: output.fileDescriptor, lineBytesMax: 50_000_000)
        self.reader = reader
        let (lines, source) = AsyncStream<String>.makeStream()
        self.lines = lines
        reader.start()
        pump = Task {
            for await line in reader.lines {
                reader.take()
                if case .text(let bytes) = line { source.yield(String(decoding: bytes, as: UTF8.self)) }
            }
            source.finish()
        }
    }

    private let pump: Task<Void, Never>

    /// Sends bytes as they are.
    func send(raw bytes: [UInt8]) throws {
        try input.withLock { $0 }?.write(contentsOf: Data(bytes))
    }

    /// Sends a line.
    func send(_ line: String) throws { try send(raw: Array((line + "\n").utf8)) }

    /// Ends the server's input.
    func hangUp() {
        input.withLock { input in
            try? input?.close()
            input = nil
        }
    }

    /// The next message; `nil` when the server's output has ended.
    func next() async throws -> JSONValue? {
        var iterator = lines.makeAsyncIterator()
        guard let line = await iterator.next() else { return nil }
        return try JSONValue(parsing: Array(line.utf8))
    }

    fileprivate func stop() async {
        hangUp()
        await pump.value
        reader.stop()
    }
}

extension Harness {
    /// Runs a stdio server while the body runs, and until it has ended. `change` may adjust it before it starts.
    static func onStdio(
        _ tools: [TestTool] = [echo],
        adjust: (inout ServerOffer<TestCaller>) -> Void = { _ in },
        change: (inout StdioServer<TestCaller>) -> Void = { _ in },
        _ body: @Sendable @escaping (StdioClient) async throws -> Void
    ) async throws {
        signal(SIGPIPE, SIG_IGN)
        let (input, output) = (Pipe(), Pipe())
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        var server = StdioServer<TestCaller>(
            streams: (input.fileHandleForReading.fileDescriptor, output.fileHandleForWriting.fileDescriptor),
            offer: offer(tools, adjust),
            makeCaller: { facts, _ in .success(TestCaller(name: "dev", facts: facts)) },
            logger: logger
        )
        change(&server)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: server, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: logger
            )
        )
        let client = StdioClient(
            input: input.fileHandleForWriting,
            output: output.fileHandleForReading,
            group: group
        )
        let outcome = try await withThrowingTaskGroup(of: Result<Void, any Error>?.self) { tasks in
            tasks.addTask {
                try await group.run()
                try? output.fileHandleForWriting.close()
                return nil
            }
            tasks.addTask {
                let outcome: Result<Void, any Error>
                do {
                    try await body(client)
                    outcome = .success(())
                } catch {
                    outcome = .failure(error)
                }
                client.hangUp()
                return outcome
            }
            var outcome: Result<Void, any Error>?
            for try await ended in tasks { outcome = ended ?? outcome }
            return outcome
        }
        await client.stop()
        try outcome?.get()
    }
}

/// Lines of a stdio client.
enum StdioWire {
    static let meta =
        #"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#

    static func modernCall(_ tool: String, id: Int) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","_meta":\#(meta)}}"#
    }

    static func legacyCall(_ tool: String, id: Int) -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":{"n":1}}}"#
    }

    static func cancel(_ id: Int) -> String {
        #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id),"reason":"a test"}}"#
    }

    static func modern(_ method: String, _ params: JSONObject, id: JSONValue, meta more: JSONObject = [:]) -> String {
        var params = params
        var meta: JSONObject = [
            "io.modelcontextprotocol/protocolVersion": "2026-07-28",
            "io.modelcontextprotocol/clientCapabilities": [:],
        ]
        for (key, value) in more { meta[key] = value }
        params["_meta"] = .object(meta)
        return JSONValue.object([
            "jsonrpc": "2.0", "id": id, "method": .string(method), "params": .object(params),
        ]).text
    }

    static func ping(_ id: Int) -> String { #"{"jsonrpc":"2.0","id":\#(id),"method":"ping"}"# }
}
