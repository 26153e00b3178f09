import Locks
public import MCP

/// What subscriptions can hear of, and who may hear of which resource.
public struct ChangeOffer<Caller: Sendable>: Sendable {
    /// Where changes are announced.
    public let hub: ChangeHub
    /// The resources among these that this caller may watch; of one that they may not see nothing is told.
    public let watchable: @Sendable (_ uris: [String], Caller) async -> Set<String>

    /// Creates an offer.
    public init(_ hub: ChangeHub, watchable: @escaping @Sendable ([String], Caller) async -> Set<String>) {
        self.hub = hub
        self.watchable = watchable
    }

    /// Creates an offer whose resources do not depend on each other.
    public init(_ hub: ChangeHub, mayWatch: @escaping @Sendable (String, Caller) async -> Bool) {
        self.init(hub) { uris, caller in
            var found: Set<String> = []
            for uri in uris where await mayWatch(uri, caller) { found.insert(uri) }
            return found
        }
    }
}

/// Passes changes on to the subscriptions that asked for them.
///
/// A subscription holds each change at most once until it was sent, so that a client that reads slowly costs no memory.
public final class ChangeHub: Sendable {
    /// The kinds of changes that are announced here; others are neither declared nor acknowledged.
    public let kinds: Set<ServerFeatures.ChangeKind>

    private struct State {
        var subscriptions: [Int: ChangeSubscription] = [:]
        var nextNumber = 0
        var isEnded = false
    }

    private let state = Locked(State())

    /// Creates a hub.
    public init(kinds: Set<ServerFeatures.ChangeKind>) { self.kinds = kinds }

    /// Tells every subscription that asked for this change.
    public func announce(_ change: Change) {
        for subscription in state.withLock({ Array($0.subscriptions.values) }) { subscription.add(change) }
    }

    /// Tells every subscription of all the changes of these kinds that it asked for, because anything may have changed.
    public func announceAll(_ kinds: Set<ServerFeatures.ChangeKind>) {
        for subscription in state.withLock({ Array($0.subscriptions.values) }) {
            for change in subscription.changes where kinds.contains(change.kind) { subscription.add(change) }
        }
    }

    /// Ends all subscriptions gracefully, and each later one at once, because the server is ending.
    public func end() {
        let ended = state.withLock { state in
            state.isEnded = true
            defer { state.subscriptions = [:] }
            return Array(state.subscriptions.values)
        }
        for subscription in ended { subscription.end() }
    }

    /// How many subscriptions there are.
    var count: Int { state.withLock { $0.subscriptions.count } }

    /// Runs while a subscription to these changes is there.
    func withSubscription<Value: Sendable>(
        to changes: Set<Change>,
        _ body: (ChangeSubscription) async -> Value
    ) async -> Value {
        let subscription = ChangeSubscription(to: changes)
        let number: Int? = state.withLock { state in
            guard !state.isEnded else { return nil }
            state.nextNumber += 1
            state.subscriptions[state.nextNumber] = subscription
            return state.nextNumber
        }
        if number == nil { subscription.end() }
        defer { if let number { state.withLock { $0.subscriptions[number] = nil } } }
        return await body(subscription)
    }
}

/// The changes that one subscription has not been told of yet.
final class ChangeSubscription: Sendable {
    /// Yields when there may be something to ``take()``; ends with the subscription, or with the task.
    let wakeups: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation
    let changes: Set<Change>
    private let pending = Locked<[Change]>([])

    init(to changes: Set<Change>) {
        self.changes = changes
        (wakeups, source) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func add(_ change: Change) {
        guard changes.contains(change) else { return }
        pending.withLock { pending in
            if !pending.contains(change) { pending.append(change) }
        }
        source.yield()
    }

    /// What there is to tell, in the order in which it happened.
    func take() -> [Change] {
        pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
    }

    func end() { source.finish() }
}
