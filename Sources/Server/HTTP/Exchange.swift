import Gate
import HTTPTypes
import HummingbirdCore
import JSON
import Logging
import MCP
import NIOCore

/// A client that left before it was answered; there is nobody to write to.
struct ClientGone: Error {}

/// One HTTP request and its answer, from the head to the last byte.
struct Exchange<Identified: Hashable & Sendable, Caller: Sendable>: Sendable {
    let server: ProxyServer<Identified, Caller>
    let request: Request
    let channel: any Channel

    /// What a request's head leads to.
    private enum Entry {
        case reply(Reply)
        /// Read the body, then answer whoever this is. So many bytes are set aside for it.
        case readBody(of: Identified, reserved: Int)
    }

    /// What a whole request leads to.
    enum Outcome {
        case reply(Reply)
        case call(RunningCall<Identified, Caller>, CallPlace)
    }

    /// Answers the request.
    @concurrent
    func run(_ writer: consuming ResponseWriter) async throws {
        let head = RequestHead(request.head, peer: channel.remoteAddress?.ipAddress)
        switch await entry(for: head) {
        case .reply(let reply):
            try await write(reply, to: head, writer)
        case .readBody(let identified, let reserved):
            var held = reserved
            defer { server.bodies.release(held, of: server.calls.account(identified)) }
            if head.headers.values(of: "Expect").contains(where: { $0.lowercased() == "100-continue" }) {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            let timeout = Duration.seconds(server.bodySecondsMax)
            let body = await BodyReader.read(request.body, bytesMax: ServerLimits.bodyBytesMax, timeout: timeout)
            if case .complete(let bytes) = body, bytes.count < held {
                // A body in chunks did not tell its size; a subscription may hold on to its own for hours.
                server.bodies.release(held - bytes.count, of: server.calls.account(identified))
                held = bytes.count
            }
            switch try await outcome(of: head, body, identified) {
            case .reply(let reply): try await write(reply, to: head, writer)
            case .call(let call, let place):
                // Kept until the answer is written: a client that does not read takes up its own place.
                defer { place.leave() }
                try await call.answer(writer)
            }
        }
    }

    @concurrent
    private func write(_ reply: Reply, to head: RequestHead, _ writer: consuming ResponseWriter) async throws {
        var reply = reply
        reply.headers.append(contentsOf: browserHeaders(for: head))
        let body = request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body))
        try await writer.write(response: reply.head, body: body)
        if reply.endsConnection { closeLater() }
    }

    private func entry(for head: RequestHead) async -> Entry {
        switch head.path {
        case ProxyServerPath.endpoint:
            return await endpointEntry(for: head)
        case ProxyServerPath.health, ProxyServerPath.readiness:
            return refuse(head, await probed(head))
        case let path where server.access.resourceMetadata?.paths.contains(path) == true:
            return refuse(head, server.access.resourceMetadata?.reply(to: head.method) ?? Reply(status: 404))
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
        if BrowserAccess.isPreflight(head) { return refuse(head, BrowserAccess.preflightReply) }
        guard head.method == "POST" else { return refuse(head, .methodNotAllowed(.post)) }
        if let refusal = server.door.mediaRefusal(of: head) {
            return refuse(head, Reply(status: refusal.status, refusal.message))
        }
        let identified: Identified
        switch await server.access.authenticate(head) {
        case .success(let found):
            identified = found
        case .failure(let refusal):
            return refuse(head, Reply(refusal, id: nil))
        }
        let operation = RequestedOperation(tool: ClaimedOperation.tool(in: head.headers))
        if let refusal = await server.access.authorize(identified, operation, head) {
            return refuse(head, Reply(refusal, id: nil))
        }
        let announced = head.contentLength ?? (head.hasBody ? ServerLimits.bodyBytesMax : 0)
        guard announced <= ServerLimits.bodyBytesMax else { return refuse(head, Self.tooLarge) }
        guard server.bodies.reserve(announced, for: server.calls.account(identified)) else {
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

    private func outcome(
        of head: RequestHead,
        _ body: BodyOutcome,
        _ identified: Identified
    ) async throws -> Outcome {
        switch body {
        case .complete(let body):
            return try await outcome(of: head, body, identified)
        case .tooLarge:
            var reply = Self.tooLarge
            reply.endsConnection = true
            return .reply(reply)
        case .tooSlow:
            var reply = Reply(status: 408, "the body did not arrive in time")
            reply.endsConnection = true
            return .reply(reply)
        case .broken:
            throw ClientGone()
        }
    }

    private func outcome(
        of head: RequestHead,
        _ body: [UInt8],
        _ identified: Identified
    ) async throws -> Outcome {
        let http = InboundHTTP(method: head.method, headers: head.headers, body: body)
        switch server.endpoint.receive(http) {
        case .reject(let answer):
            return .reply(Reply(answer))
        case .accepted(let notification):
            if let request = notification.cancelledRequest, let session = LegacySession.id(in: head) {
                server.legacyCalls.cancel(.init(identified: identified, session: session, request: request))
            }
            return .reply(Reply(status: 202))
        case .replied(let reply):
            server.replies.deliver(reply, from: identified)
            return .reply(Reply(status: 202))
        case .methodNotAllowed:
            return .reply(.methodNotAllowed(.post))
        case .request(let request):
            switch server.endpoint.dispatch(request) {
            case .answer(let answer):
                var reply = Reply(answer)
                if request.opensSession, let name = HTTPField.Name(LegacySession.header) {
                    reply.headers[name] = LegacySession.newID()
                }
                return .reply(reply)
            case .perform(let operation):
                return try await outcome(of: operation, for: request, head, identified)
            }
        }
    }

    private func outcome(
        of operation: MCPOperation,
        for request: MCPRequest,
        _ head: RequestHead,
        _ identified: Identified
    ) async throws -> Outcome {
        let takesStream = FrontDoor.takesStream(head)
        if case .listen = operation, !takesStream {
            return .reply(Reply(status: 406, "`Accept` must allow `text/event-stream`", id: request.id))
        }
        // The head may have named another tool, or none.
        let requested = RequestedOperation(tool: operation.tool)
        if let refusal = await server.access.authorize(identified, requested, head) {
            return .reply(Reply(refusal, id: request.id))
        }
        let end = try await end(of: request, head, identified)
        let place: CallPlace
        switch admission(of: operation, identified) {
        case .place(let given): place = given
        case .refused(let message, let seconds): return .reply(tooMany(request, operation, message, seconds))
        }
        let facts = CallFacts(
            request,
            requestID: head.requestID,
            protocolVersion: request.protocolVersion,
            client: request.client?.name ?? head.headers.values(of: "User-Agent").first
        )
        let caller = server.access.makeCaller(identified, facts)
        server.logger.record(.debug, "call", operation.logged(facts))
        return .call(
            RunningCall(
                server: server,
                request: request,
                run: { line in
                    guard await place.wait() else { return Self.cancelledInQueue(operation) }
                    return await server.runner.run(operation, of: request, as: caller, line)
                },
                ask: takesStream && request.era == .legacy ? server.replies.asker(of: identified) : nil,
                end: end,
                takesStream: takesStream,
                browserHeaders: browserHeaders(for: head),
                meta: server.runner.offer.meta(caller)
            ),
            place
        )
    }

    /// What ends a call early, by the rules of its era.
    private func end(
        of request: MCPRequest,
        _ head: RequestHead,
        _ identified: Identified
    ) async throws -> CallEnd<Identified> {
        switch (request.era, LegacySession.id(in: head)) {
        case (.modern, _):
            .clientGone(try await ConnectionWatch.clientGone(on: channel))
        case (.legacy, let session?):
            .cancellation(of: .init(identified: identified, session: session, request: request.id))
        case (.legacy, nil):
            .nothing
        }
    }

    /// What lets a page of an allowed origin read the answer; nothing for pages of other origins, and other clients.
    private func browserHeaders(for head: RequestHead) -> HTTPFields {
        guard head.path == ProxyServerPath.endpoint, server.door.refusal(of: head) == nil else { return [:] }
        return BrowserAccess.headers(for: head)
    }

    private func closeLater() {
        let channel = channel
        channel.eventLoop.scheduleTask(in: .seconds(ServerLimits.lingerSecondsMax)) { channel.close(promise: nil) }
    }

    private static var tooLarge: Reply {
        Reply(status: 413, "a request has at most \(ServerLimits.bodyBytesMax) bytes")
    }
}
