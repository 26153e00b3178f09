import Locks
public import MCP

/// What subscriptions can hear of, and who may hear of which resource.
public struct ChangeOffer<Caller: Sendable>: Sendable {
    /// Where changes are announced.
    public let hub: ChangeHub
    /// Whether this caller may watch a resource; of one that they may not see nothing is told.
    public let mayWatch: @Sendable (_ uri: String, Caller) async -> Bool

    /// Creates an offer.
    public init(_ hub: ChangeHub, mayWatch: @escaping @Sendable (String, Caller) async -> Bool) {
        self.hub = hub
        self.mayWatch = mayWatch
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
    private let changes: Set<Change>
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
