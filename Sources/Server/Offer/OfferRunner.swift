import Foundation
import JSON
import MCP

/// Does what a request asks for, for either transport.
struct OfferRunner<Caller: Sendable>: Sendable {
    let offer: ServerOffer<Caller>
    private let tools: [String: Tool<Caller>]
    private let prompts: [String: Prompt<Caller>]

    init(_ offer: ServerOffer<Caller>) {
        self.offer = offer
        tools = Dictionary(offer.tools.map { ($0.definition.name, $0) }, uniquingKeysWith: { first, _ in first })
        prompts = Dictionary(
            (offer.prompts ?? []).map { ($0.definition.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Runs an operation to its end; every end is a result.
    func run(
        _ operation: MCPOperation,
        of request: MCPRequest,
        as caller: Caller,
        _ line: CallLine
    ) async -> OperationResult {
        do throws(ProtocolError) {
            let reporter = CallReporter(request, interval: offer.progressInterval, sink: line.send)
            defer { reporter.close() }
            let state = try openedState(of: request, caller)
            let context = CallContext(request, state: state, reporter: reporter, line: line)
            switch operation {
            case .callTool(let call):
                guard let tool = tools[call.tool.name] else { throw Self.gone }
                let outcome = try await tool.run(call.arguments, caller, context)
                return try result(outcome, of: request, caller) { .tool($0) }
            case .listResources(let cursor):
                guard let resources = offer.resources else { throw Self.gone }
                return .resources(try await resources.list(cursor, caller), resources.cache)
            case .readResource(let uri):
                guard let resources = offer.resources else { throw Self.gone }
                let outcome = try await resources.read(uri, caller, context)
                return try result(outcome, of: request, caller) { .contents($0, resources.cache) }
            case .getPrompt(let call):
                guard let prompt = prompts[call.prompt.name] else { throw Self.gone }
                let outcome = try await prompt.get(call.arguments, caller, context)
                return try result(outcome, of: request, caller) { .prompt($0) }
            case .complete(let completion):
                guard let complete = offer.complete else { throw Self.gone }
                return .completion(try await complete(completion, caller))
            case .listen(let filter):
                guard let changes = offer.changes else { throw Self.gone }
                return await listen(to: filter, changes, id: request.id, caller, line.send)
            }
        } catch {
            return .failed(error)
        }
    }

    /// The endpoint was made of the same offer, so nothing that it let through is missing here.
    private static var gone: ProtocolError { ProtocolError(.internalError, "what was asked for is gone") }

    private static var now: Int64 { Int64(Date().timeIntervalSince1970) }

    private func openedState(of request: MCPRequest, _ caller: Caller) throws(ProtocolError) -> JSONValue? {
        guard let sealed = request.requestState else { return nil }
        guard let sealing = offer.sealing,
            let state = sealing.seal.open(sealed, for: sealing.subject(caller), request, now: Self.now)
        else {
            throw ProtocolError(.invalidParameters, "`requestState` is not one of this request, or has expired")
        }
        return state
    }

    private func result<Value>(
        _ outcome: RoundOutcome<Value>,
        of request: MCPRequest,
        _ caller: Caller,
        _ complete: (Value) -> OperationResult
    ) throws(ProtocolError) -> OperationResult {
        switch outcome {
        case .complete(let value): return complete(value)
        case .inputRequired(let input):
            guard request.era == .modern else {
                let message = "this needs a client of protocol revision \(ProtocolRevision.modern) or later"
                throw ProtocolError(.invalidParameters, message)
            }
            if let missing = input.missingCapabilities(of: request.clientCapabilities) {
                throw .missingCapabilities(missing)
            }
            return .inputRequired(
                input,
                sealedState: try input.state.map { state throws(ProtocolError) in
                    try seal(state, request, caller)
                }
            )
        }
    }

    private func seal(_ state: JSONValue, _ request: MCPRequest, _ caller: Caller) throws(ProtocolError) -> String {
        guard let sealing = offer.sealing,
            let sealed = try? sealing.seal.seal(state, for: sealing.subject(caller), request, now: Self.now)
        else { throw ProtocolError(.internalError, "the state could not be sealed") }
        return sealed
    }

    /// Tells a client of changes until it, or the server, ends that. What is not honored is not acknowledged.
    private func listen(
        to filter: ListenFilter,
        _ changes: ChangeOffer<Caller>,
        id: MessageID,
        _ caller: Caller,
        _ sink: NotificationSink
    ) async -> OperationResult {
        var honored: [Change] = []
        let uris = filter.changes.compactMap { if case .resource(let uri) = $0 { uri } else { nil } }
        // Also asked when there are none, so that who offers the changes hears of everybody who listens.
        let watchable = await changes.watchable(changes.hub.kinds.contains(.resource) ? uris : [], caller)
        for change in filter.changes where changes.hub.kinds.contains(change.kind) && !honored.contains(change) {
            if case .resource(let uri) = change, !watchable.contains(uri) { continue }
            honored.append(change)
        }
        return await changes.hub.withSubscription(to: Set(honored)) { subscription in
            guard await sink(OutboundNotification.acknowledged(ListenFilter(honored), subscription: id)) else {
                return .listenEnded
            }
            for await _ in subscription.wakeups {
                for change in subscription.take() {
                    guard await sink(OutboundNotification.changed(change, subscription: id)) else {
                        return .listenEnded
                    }
                }
            }
            return .listenEnded
        }
    }
}
