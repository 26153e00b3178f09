import HTTPTypes
import HummingbirdCore
import JSON
import Logging
import MCP
import NIOCore

/// One HTTP request and its answer, from the head to the last byte.
struct Exchange<Identified: Sendable, Caller: Sendable>: Sendable {
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
        case .reject(let answer): return Reply(answer)
        case .accepted: return Reply(status: 202)
        case .methodNotAllowed: return .methodNotAllowed(.post)
        case .request(let request):
            switch server.endpoint.dispatch(request) {
            case .answer(let answer): return Reply(answer)
            case .callTool(let call): return try await run(call, for: request, head, identified)
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
            requestID: Self.newRequestID(),
            protocolVersion: request.protocolVersion,
            client: Self.clientName(request.client?.name ?? head.headers.values(of: "User-Agent").first)
        )
        let caller = server.access.makeCaller(identified, facts)
        server.logger.debug("tool call", metadata: ["tool": "\(call.tool.name)", "request": "\(facts.requestID)"])
        let result: ToolResult
        switch request.era {
        case .legacy:
            // A client that leaves has not cancelled (revision 2025-11-25, basic/transports).
            result = await tool.run(call.arguments, caller)
        case .modern:
            let connection = try await ConnectionWatch.connection(of: channel)
            result = try await runWhileClientWaits(tool, call, caller, connection)
        }
        return Reply(server.endpoint.answer(to: request, with: result))
    }

    /// Runs a tool and cancels it when the client closes the connection, which is how the modern era cancels
    /// (revision 2026-07-28, basic/patterns/cancellation).
    private func runWhileClientWaits(
        _ tool: Tool<Caller>,
        _ call: ToolCall,
        _ caller: Caller,
        _ connection: ConnectionState
    ) async throws -> ToolResult {
        try await withThrowingTaskGroup(of: ToolResult.self) { group in
            group.addTask { await tool.run(call.arguments, caller) }
            group.addTask {
                await connection.clientGone()
                throw ClientGone()
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw ClientGone() }
            return result
        }
    }

    private func closeLater() {
        let channel = channel
        channel.eventLoop.scheduleTask(in: .seconds(ServerLimits.lingerSecondsMax)) { channel.close(promise: nil) }
    }

    private static var tooLarge: Reply {
        Reply(status: 413, "a request has at most \(ServerLimits.bodyBytesMax) bytes")
    }

    private static func newRequestID() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func clientName(_ name: String?) -> String? {
        guard let name else { return nil }
        let shown = name.prefix(ServerLimits.clientNameCharactersMax).unicodeScalars.filter {
            $0.properties.generalCategory != .control
        }
        return shown.isEmpty ? nil : String(String.UnicodeScalarView(shown))
    }
}
