import HTTPTypes
import HummingbirdCore
import JSON
import MCP
import NIOCore

/// What may end a call before its tool does.
enum CallEnd<Identified: Hashable & Sendable>: Sendable {
    /// The client closed the connection, which is how the modern era cancels (revision 2026-07-28,
    /// basic/patterns/cancellation).
    case clientGone(StopSignal)
    /// A `notifications/cancelled`, which is how the legacy era does. A client that only leaves has not cancelled
    /// (revision 2025-11-25, basic/transports).
    case cancellation(of: LegacyCalls<Identified>.Key)
    /// A legacy client that kept no session cannot cancel.
    case nothing
}

/// A tool call and its answer, which is JSON if it comes soon, and else an event stream.
///
/// The choice is made late: as long as nothing was written, a plain answer can still have any status, and has no limit
/// of size in clients. Only when a call takes long are comments needed that keep idle connections from being cut, and
/// they need a stream (the reference server does the same).
struct RunningCall<Identified: Hashable & Sendable, Caller: Sendable>: Sendable {
    let server: ProxyServer<Identified, Caller>
    let request: MCPRequest
    let run: @Sendable () async -> ToolResult
    let end: CallEnd<Identified>
    let takesStream: Bool
    /// What every answer to this request carries for a browser's page.
    let browserHeaders: HTTPFields

    private enum Event {
        case stillRunning
        case ended(ToolResult)
    }

    /// Runs the tool and writes its answer.
    @concurrent
    func answer(_ writer: consuming ResponseWriter) async throws {
        let (events, source) = AsyncStream<Event>.makeStream()
        async let _: Void = tick(source)
        async let _: Void = runToEnd(source)
        var head: ResponseWriter? = consume writer
        var stream: (any ResponseBodyWriter)?
        for await event in events {
            switch event {
            case .stillRunning:
                do {
                    if let unused = head.take() {
                        var streamHead = EventStream.head
                        streamHead.headerFields.append(contentsOf: browserHeaders)
                        stream = try await unused.writeHead(streamHead)
                    }
                    try await stream?.write(ByteBuffer(bytes: EventStream.comment))
                } catch {
                    // A legacy client that left has not ended its call; nobody need be there to read this.
                    guard request.era == .legacy else { throw error }
                }
            case .ended(let result):
                let answer = server.endpoint.answer(to: request, with: result)
                if var stream {
                    try await stream.write(ByteBuffer(bytes: EventStream.message(answer.body)))
                    try await stream.finish(nil)
                } else if let unused = head.take() {
                    var reply = Reply(answer)
                    reply.headers.append(contentsOf: browserHeaders)
                    try await unused.write(
                        response: reply.head,
                        body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
                    )
                }
                return
            }
        }
        throw ClientGone()
    }

    private func tick(_ source: AsyncStream<Event>.Continuation) async {
        guard takesStream else { return }
        while (try? await Task.sleep(for: server.keepAlive)) != nil { source.yield(.stillRunning) }
    }

    private func runToEnd(_ source: AsyncStream<Event>.Continuation) async {
        defer { source.finish() }
        switch end {
        case .clientGone(let signal):
            let result = await signal.ending(run)
            if !signal.isStopped { source.yield(.ended(result)) }
        case .cancellation(let key):
            // A call that was cancelled is answered all the same: to close the connection instead ends the whole
            // session
            // of the Python client 2.3.0.
            let signal = server.legacyCalls.enter(key)
            defer { server.legacyCalls.leave(key, signal) }
            source.yield(.ended(await signal.ending(run)))
        case .nothing:
            source.yield(.ended(await run()))
        }
    }
}

/// The bytes of an answer as server-sent events (WHATWG HTML, 9.2.5).
enum EventStream {
    /// What keeps a connection from being idle; clients skip it.
    static let comment = Array(":\r\n\r\n".utf8)

    static var head: HTTPResponse {
        var fields: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-cache, no-transform", .date: HTTPDate.now,
        ]
        // Asks proxies of the nginx kind not to hold the events back.
        if let name = HTTPField.Name("X-Accel-Buffering") { fields[name] = "no" }
        return HTTPResponse(status: .ok, headerFields: fields)
    }

    /// One message; JSON as it is written here has no line break.
    static func message(_ body: JSONValue) -> [UInt8] {
        Array("event: message\r\ndata: ".utf8) + body.serialized() + Array("\r\n\r\n".utf8)
    }
}
