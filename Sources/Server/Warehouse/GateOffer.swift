public import Gate
import Identity
import JSON
public import MCP
public import ServiceLifecycle

/// All that agents are offered: tools, resources, prompts and completion, each a call of the Gate.
public struct GateOffer: Sendable {
    private let gate: QueryGate
    private let hub = ChangeHub(kinds: [.resourcesList, .resource])

    /// The name in `_meta` under which every answer names the caller's session.
    static let sessionKey = "dev.scrim/session"

    /// Creates what a gate offers. ``news`` must be running for subscriptions to hear of anything.
    public init(_ gate: QueryGate) { self.gate = gate }

    /// The offer of a server that calls itself so.
    public func offer(as software: ServerSoftware) -> ServerOffer<Caller> {
        var offer = ServerOffer(
            software: software,
            instructions: GateTools.instructions,
            tools: GateTools.all(of: gate)
        )
        offer.resources = GateResources.offer(of: gate)
        offer.prompts = GatePrompts.all(of: gate)
        offer.complete = GateCompletions.complete(gate)
        offer.changes = ChangeOffer(hub) { [gate] uris, caller in
            // Without a role nothing can be watched, and a log that cannot be written refuses everything anyway.
            let honoured = try? await gate.honoured(subscriptions: uris, for: caller)
            return Set(honoured ?? [])
        }
        offer.meta = { caller in [Self.sessionKey: .string(caller.session.text)] }
        return offer
    }

    /// Tells subscriptions when another mapping is in force: what can be seen, and how it is masked, may then differ.
    public var news: some Service { News(changes: gate.mappingChanges(), hub: hub) }

    private struct News: Service {
        let changes: AsyncStream<Void>
        let hub: ChangeHub

        func run() async {
            for await _ in changes.cancelOnGracefulShutdown() { hub.announceAll([.resourcesList, .resource]) }
        }
    }
}
