import HTTPTypes
import HummingbirdCore
import JSON
import Logging
import MCP
import NIOCore

/// One HTTP request and its answer, from the head to the last byte.
struct Exchange<Identified: Hashable & Sendable, Caller: Sendable>: Sendable {
    let server: ProxyServer<Identified, Caller>
    let request: Request
    let channel: any Channel

    /// A client that left before it was answered; there is nobody to write to.
    struct ClientGone: Error {}

    /// What a request's head leads to.
    private enum Entry {
        case reply(Reply)
        /// Read the body, then answer whoever this is. So many bytes are set aside for it.
        case readBody(of: Identified, reserved: Int)
    }

    /// Answers the request.
    @concurrent
    func run(_ writer: consuming ResponseWriter) async throws {
        let head = RequestHead(request.head)
        let reply: Reply
        switch await entry(for: head) {
        case .reply(let refusal):
            reply = refusal
        case .readBody(let identified, let reserved):
            defer { server.bodies.release(reserved) }
            if head.headers.values(of: "Expect").contains(where: { $0.lowercased() == "100-continue" }) {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            reply = try await bodyReply(to: head, identified)
        }
        let body = head.method == "HEAD" ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
        try await writer.write(response: reply.head, body: body)
        if reply.endsConnection { closeLater() }
    }

    private func entry(for head: RequestHead) async -> Entry {
        switch head.path {
        case ProxyServerPath.endpoint:
            return await endpointEntry(for: head)
        case ProxyServerPath.health where ["GET", "HEAD"].contains(head.method):
            return refuse(head, Reply(OutboundHTTP(status: 200, body: ["status": "ok"])))
        case ProxyServerPath.health:
            return refuse(head, .methodNotAllowed(.get))
        default:
            let message = "there is nothing at this path: the endpoint is `\(ProxyServerPath.endpoint)`"
            return refuse(head, Reply(status: 404, message))
        }
    }

    /// The checks of the head in their order: the door, the method, the media types, who asks, the size.
    private func endpointEntry(for head: RequestHead) async -> Entry {
        if let refusal = server.door.refusal(of: head) {
            return refuse(head, Reply(status: refusal.status, refusal.message))
        }
        guard head.method == "POST" else { return refuse(head, .methodNotAllowed(.post)) }
        if let refusal = server.door.mediaRefusal(of: head) {
            return refuse(head, Reply(status: refusal.status, refusal.message))
        }
        let identified: Identified
        switch await server.access.authenticate(head) {
        case .success(let found):
            identified = found
        case .failure(let refusal):
            var reply = Reply(status: refusal.status, refusal.message)
            reply.headers[.wwwAuthenticate] = refusal.challenge
            return refuse(head, reply)
        }
        let announced = head.contentLength ?? (head.hasBody ? ServerLimits.bodyBytesMax : 0)
        guard announced <= ServerLimits.bodyBytesMax else { return refuse(head, Self.tooLarge) }
        guard server.bodies.reserve(announced) else {
            var reply = Reply(status: 503, "too much is being sent at once")
            reply.headers[.retryAfter] = "1"
            return refuse(head, reply)
        }
        return .readBody(of: identified, reserved: announced)
    }

    /// An answer before the body was read: with a body to come, the connection cannot be used again.
    private func refuse(_ head: RequestHead, _ reply: Reply) -> Entry {
        var reply = reply
        reply.endsConnection = head.hasBody
        return .reply(reply)
    }

    private func bodyReply(to head: RequestHead, _ identified: Identified) async throws -> Reply {
        let timeout = Duration.seconds(server.bodySecondsMax)
        switch await BodyReader.read(request.body, bytesMax: ServerLimits.bodyBytesMax, timeout: timeout) {
        case .complete(let body):
            return try await answer(head, body, identified)
        case .tooLarge:
            var reply = Self.tooLarge
            reply.endsConnection = true
            return reply
        case .tooSlow:
            var reply = Reply(status: 408, "the body did not arrive in time")
            reply.endsConnection = true
            return reply
        case .broken:
            throw ClientGone()
        }
    }

    private func answer(_ head: RequestHead, _ body: [UInt8], _ identified: Identified) async throws -> Reply {
        let http = InboundHTTP(method: head.method, headers: head.headers, body: body)
        switch server.endpoint.receive(http) {
        case .reject(let answer):
            return Reply(answer)
        case .accepted(let notification):
            if let request = notification.cancelledRequest, let session = LegacySession.id(in: head) {
                server.legacyCalls.cancel(.init(identified: identified, session: session, request: request))
            }
            return Reply(status: 202)
        case .methodNotAllowed:
            return .methodNotAllowed(.post)
        case .request(let request):
            switch server.endpoint.dispatch(request) {
            case .answer(let answer):
                var reply = Reply(answer)
                if request.opensSession, let name = HTTPField.Name(LegacySession.header) {
                    reply.headers[name] = LegacySession.newID()
                }
                return reply
            case .callTool(let call):
                return try await run(call, for: request, head, identified)
            }
        }
    }

    private func run(
        _ call: ToolCall,
        for request: MCPRequest,
        _ head: RequestHead,
        _ identified: Identified
    ) async throws -> Reply {
        guard let tool = server.tools[call.tool.name] else {
            return Reply(server.endpoint.answer(to: request, error: ProtocolError(.internalError, "the tool is gone")))
        }
        let facts = CallFacts(
            requestID: Hexadecimal.random(digits: CallFacts.requestIDDigits),
            protocolVersion: request.protocolVersion,
            client: CallFacts.shownClient(request.client?.name ?? head.headers.values(of: "User-Agent").first)
        )
        let caller = server.access.makeCaller(identified, facts)
        server.logger.debug("tool call", metadata: ["tool": "\(call.tool.name)", "request": "\(facts.requestID)"])
        let result: ToolResult
        switch (request.era, LegacySession.id(in: head)) {
        case (.modern, _):
            // Closing the connection is how a client cancels (revision 2026-07-28, basic/patterns/cancellation).
            let clientGone = try await ConnectionWatch.clientGone(on: channel)
            result = await run(tool, call, caller, until: clientGone)
            if clientGone.isStopped { throw ClientGone() }
        case (.legacy, let session?):
            // A client that only leaves has not cancelled (revision 2025-11-25, basic/transports). One that did cancel
            // still gets an answer: to close the connection instead ends the whole session of the Python client 2.3.0.
            let key = LegacyCalls<Identified>.Key(identified: identified, session: session, request: request.id)
            let cancelled = server.legacyCalls.enter(key)
            defer { server.legacyCalls.leave(key, cancelled) }
            result = await run(tool, call, caller, until: cancelled)
        case (.legacy, nil):
            result = await tool.run(call.arguments, caller)
        }
        return Reply(server.endpoint.answer(to: request, with: result))
    }

    /// Runs a tool to its end, and on a signal cancels it, so that the end comes soon.
    private func run(
        _ tool: Tool<Caller>,
        _ call: ToolCall,
        _ caller: Caller,
        until signal: StopSignal
    ) async -> ToolResult {
        await withTaskGroup(of: ToolResult?.self) { group in
            group.addTask { await tool.run(call.arguments, caller) }
            group.addTask {
                await signal.wait()
                return nil
            }
            // Whichever ends first, the other one is then of no more use. The tool always ends with a result.
            var result: ToolResult?
            for await ended in group {
                result = ended ?? result
                group.cancelAll()
            }
            return result ?? .failure([:])
        }
    }

    private func closeLater() {
        let channel = channel
        channel.eventLoop.scheduleTask(in: .seconds(ServerLimits.lingerSecondsMax)) { channel.close(promise: nil) }
    }

    private static var tooLarge: Reply {
        Reply(status: 413, "a request has at most \(ServerLimits.bodyBytesMax) bytes")
    }
}
