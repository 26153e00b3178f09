import Audit
import Locks

/// Tells those who listen that what they were told of the warehouse may no longer hold.
final class MappingWatch: Sendable {
    private struct Listeners {
        var next: UInt64 = 0
        var continuations: [UInt64: AsyncStream<Void>.Continuation] = [:]
    }

    private let listeners = Locked(Listeners())

    /// A stream of changes from now on, which ends when nobody takes from it any more. Changes that come while
    /// nobody takes from it count as one.
    func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let number = listeners.withLock { listeners in
            listeners.next += 1
            listeners.continuations[listeners.next] = continuation
            return listeners.next
        }
        continuation.onTermination = { [listeners] _ in
            _ = listeners.withLock { $0.continuations.removeValue(forKey: number) }
        }
        return stream
    }

    /// Wakes everybody who listens.
    func announce() {
        for continuation in listeners.withLock({ Array($0.continuations.values) }) { continuation.yield() }
    }
}

extension QueryGate {
    private static let listen = "subscriptions/listen"

    /// The URIs of these for whose changes a caller can listen: those of what exists for them now. Recorded like a read.
    public func honoured(subscriptions uris: [String], for caller: Caller) async throws(GateFailure) -> [String] {
        let caller = requester(caller)
        do throws(GateFailure) {
            let policy = try admit(caller, to: Self.listen)
            let honoured = uris.filter { uri in ResourceURI(uri).map { isVisible($0, under: policy) } ?? false }
            try await recordRead(Self.listen, honoured, honoured.count, caller)
            return honoured
        } catch {
            throw await recorded(error, tool: Self.listen, for: caller)
        }
    }

    /// One element each time that another mapping is in force: what can be seen, and how it is masked, may have changed.
    public func mappingChanges() -> AsyncStream<Void> { mappingWatch.changes() }
}
