import HTTPTypes
import HummingbirdCore
import JSON
import Locks
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

/// A request that takes work, and its answer, which is JSON if it comes soon, and else an event stream.
///
/// The choice is made late: as long as nothing was written, a plain answer can still have any status, and has no limit
/// of size in clients. Only a notification, and the comments that keep idle connections from being cut when a call
/// takes long, need a stream (the reference server does the same).
struct RunningCall<Identified: Hashable & Sendable, Caller: Sendable>: Sendable {
    let server: ProxyServer<Identified, Caller>
    let request: MCPRequest
    let run: @Sendable (CallLine) async -> OperationResult
    /// How the client is asked on the way; `nil` when it cannot be.
    let ask: ClientReplies<Identified>.Asker?
    let end: CallEnd<Identified>
    let takesStream: Bool
    /// What every answer to this request carries for a browser's page.
    let browserHeaders: HTTPFields
    /// What the offer says of the caller in each answer.
    let meta: JSONObject

    private enum Event {
        case stillRunning
        case notification(JSONValue)
        case ended(OperationResult)
    }

    /// Runs the request and writes its answer.
    @concurrent
    func answer(_ writer: consuming ResponseWriter) async throws {
        let (events, source) = AsyncStream<Event>.makeStream()
        let held = Locked(0)
        async let _: Void = tick(source)
        async let _: Void = runToEnd(source, held)
        var head: ResponseWriter? = consume writer
        var stream: (any ResponseBodyWriter)?
        for await event in events {
            let bytes: [UInt8]
            switch event {
            case .stillRunning:
                bytes = EventStream.comment
            case .notification(let message):
                bytes = EventStream.message(message.serialized())
                held.withLock { $0 -= 1 }
            case .ended(let result):
                if var stream {
                    try await stream.write(ByteBuffer(bytes: EventStream.message(streamed(result))))
                    try await stream.finish(nil)
                } else if let unused = head.take() {
                    var reply = Reply(server.endpoint.answer(to: request, with: result, meta: meta))
                    reply.headers.append(contentsOf: browserHeaders)
                    try await unused.write(
                        response: reply.head,
                        body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
                    )
                }
                return
            }
            do {
                if let unused = head.take() {
                    var streamHead = EventStream.head
                    streamHead.headerFields.append(contentsOf: browserHeaders)
                    stream = try await unused.writeHead(streamHead)
                }
                try await stream?.write(ByteBuffer(bytes: bytes))
            } catch {
                // A legacy client that left has not ended its call; nobody need be there to read this.
                guard request.era == .legacy else { throw error }
            }
        }
        throw ClientGone()
    }

    /// The answer as an event holds it: the result, or an error in its place when clients could not take it.
    private func streamed(_ result: OperationResult) -> [UInt8] {
        let bytes = server.endpoint.answer(to: request, with: result, meta: meta).body.serialized()
        guard bytes.count > ServerLimits.eventBytesMax else { return bytes }
        return server.endpoint.answer(to: request, with: Self.tooLarge(result), meta: meta).body.serialized()
    }

    /// What is said in place of a result that is too large for an event.
    private static func tooLarge(_ result: OperationResult) -> OperationResult {
        let message = "the result is larger than an event of a stream may be (\(ServerLimits.eventBytesMax) bytes)"
        guard case .tool = result else { return .failed(ProtocolError(.internalError, message)) }
        return .tool(
            .failure([
                "refused": [
                    [
                        "code": "limit.event_bytes", "message": .string(message),
                        "fix": "ask for less at once, or call without a progress token",
                    ]
                ]
            ])
        )
    }

    private func tick(_ source: AsyncStream<Event>.Continuation) async {
        guard takesStream else { return }
        while (try? await Task.sleep(for: server.keepAlive)) != nil { source.yield(.stillRunning) }
    }

    private func runToEnd(_ source: AsyncStream<Event>.Continuation, _ held: Locked<Int>) async {
        defer { source.finish() }
        // A client that takes no streams is told nothing on the way, which is not its fault.
        let sink: NotificationSink = { message in
            guard takesStream else { return true }
            let hasRoom = held.withLock { held in
                guard held < ServerLimits.heldNotificationsMax else { return false }
                held += 1
                return true
            }
            if hasRoom { source.yield(.notification(message)) }
            return hasRoom
        }
        var question: (@Sendable (InputRequest) async -> JSONValue?)?
        if let ask { question = { input in await ask(input, sink) } }
        let line = CallLine(send: sink, ask: question)
        let run: @Sendable () async -> OperationResult = { await self.run(line) }
        switch end {
        case .clientGone(let signal):
            if let result = await signal.ending(run), !signal.isStopped { source.yield(.ended(result)) }
        case .cancellation(let key):
            // A call that was cancelled is answered all the same: to close the connection instead ends the whole
            // session of the Python client 2.3.0.
            let signal = server.legacyCalls.enter(key)
            defer { server.legacyCalls.leave(key, signal) }
            if let result = await signal.ending(run) { source.yield(.ended(result)) }
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

    /// One message as serialized; JSON as it is written here has no line break.
    static func message(_ body: [UInt8]) -> [UInt8] {
        Array("event: message\r\ndata: ".utf8) + body + Array("\r\n\r\n".utf8)
    }
}
