import Gate
import JSON
import Logging
import MCP

/// What a client and a server say to each other over one pair of streams.
struct StdioConversation<Caller: Sendable>: Sendable {
    let server: StdioServer<Caller>
    let reader: LineReader
    let writer: LineWriter
    let calls: StdioCalls
    private let held = BodyBudget(bytesMax: ServerLimits.heldBodyBytesMax)

    init(server: StdioServer<Caller>, reader: LineReader, writer: LineWriter, calls: StdioCalls) {
        self.server = server
        self.reader = reader
        self.writer = writer
        self.calls = calls
    }

    /// What a legacy client said of itself with `initialize`: for the log, never for decisions.
    private struct Introduction {
        var client: String?
        var protocolVersion: String?
    }

    /// Answers each line until the input ends, and returns when all calls have ended.
    @concurrent
    func run(onInputEnd: () -> Void) async {
        var introduction = Introduction()
        await withDiscardingTaskGroup { group in
            for await line in reader.lines {
                reader.take()
                guard let work = await receive(line, &introduction) else { continue }
                group.addTask { await work() }
            }
            onInputEnd()
        }
    }

    /// Stops at once: no line is taken any more, every call is cancelled, and nobody waits for a write.
    func end() {
        reader.stop()
        calls.close()
        writer.hurry()
    }

    /// Does what a line asks for, or gives what is to be done beside the lines that follow.
    private func receive(_ line: StdioLine, _ introduction: inout Introduction) async -> (@Sendable () async -> Void)? {
        guard case .text(let bytes) = line else {
            let message = "a line has at most \(server.lineBytesMax) bytes"
            await send(ProtocolError(.invalidRequest, message).body(id: nil))
            return nil
        }
        switch server.endpoint.receive(line: bytes) {
        case .reject(let answer):
            await send(answer.body)
        case .accepted(let notification):
            if let id = notification.cancelledRequest { calls.cancel(id) }
        case .replied, .methodNotAllowed:
            // Nothing is asked on this transport, and a line has no HTTP method.
            break
        case .request(let request) where calls.holds(request.id):
            await refuse(request, .invalidRequest, "a request with this `id` is still running")
        case .request(let request):
            let dispatch = server.endpoint.dispatch(request)
            switch dispatch {
            case .answer(let answer):
                if request.opensSession {
                    introduction.client = request.client?.name
                    introduction.protocolVersion = answer.body["result"]?["protocolVersion"]?.stringValue
                }
                await send(answer.body)
            case .perform(let operation):
                return await begin(operation, for: request, bytes: bytes.count, introduction)
            }
        }
        return nil
    }

    /// Enters a call; what is returned runs it.
    private func begin(
        _ operation: MCPOperation,
        for request: MCPRequest,
        bytes: Int,
        _ introduction: Introduction
    ) async -> (@Sendable () async -> Void)? {
        guard held.reserve(bytes) else {
            await refuse(request, .internalError, "too much is being sent at once")
            return nil
        }
        let signal: StopSignal
        switch calls.enter(request.id) {
        case .running(let entered):
            signal = entered
        case .duplicate, .tooMany:
            held.release(bytes)
            await refuse(request, .internalError, "too many calls are running: wait until one has ended")
            return nil
        }
        let isLegacy = request.era == .legacy
        let facts = CallFacts(
            request,
            requestID: Hexadecimal.random(digits: CallFacts.requestIDDigits),
            protocolVersion: (isLegacy ? introduction.protocolVersion : nil) ?? request.protocolVersion,
            client: request.client?.name ?? introduction.client
        )
        server.logger.record(.debug, "call", operation.logged(facts))
        return {
            defer { held.release(bytes) }
            let ended: (OperationResult, meta: JSONObject)? = await signal.ending {
                let line = CallLine { message in
                    // In both eras nothing is sent for a cancelled request on this transport (revision 2025-11-25,
                    // basic/utilities/cancellation; 2026-07-28, basic/patterns/cancellation).
                    guard !signal.isStopped, !Task.isCancelled else { return false }
                    await send(message)
                    return true
                }
                // Who asks is found out here and not before: an identity provider that answers slowly must not keep
                // the lines that follow from being read.
                switch await server.makeCaller(facts, operation.tool) {
                case .success(let caller):
                    let result = await server.runner.run(operation, of: request, as: caller, line)
                    return (result, server.runner.offer.meta(caller))
                case .failure(let refusal):
                    return (refusal.result(of: operation), [:])
                }
            }
            guard calls.leave(request.id), !Task.isCancelled, let (result, meta) = ended else { return }
            await send(server.endpoint.answer(to: request, with: result, meta: meta).body)
        }
    }

    private func refuse(_ request: MCPRequest, _ code: ProtocolError.Code, _ message: String) async {
        await send(ProtocolError(code, message).body(id: request.id))
    }

    private func send(_ body: JSONValue) async { await writer.write(body.serialized()) }
}
