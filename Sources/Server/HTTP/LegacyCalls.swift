import MCP
import Locks

/// The legacy era's calls that are running, so that a `notifications/cancelled` finds the one that it names.
///
/// Request IDs are small numbers that every client counts for itself, so a cancellation needs the session as well. The
/// session ID is given out with `initialize` and kept nowhere: it is a random name that the client repeats, that any
/// replica takes, and that proves nothing, which is why who asks is part of the key. A cancellation that reaches
/// another
/// replica than its call has no effect.
final class LegacyCalls<Identified: Hashable & Sendable>: Sendable {
    struct Key: Hashable, Sendable {
        let identified: Identified
        let session: String
        let request: MessageID
    }

    private let running = Locked<[Key: StopSignal]>([:])

    /// Enters a call. Of two calls under one key, which the protocol forbids, the later one can be cancelled.
    func enter(_ key: Key) -> StopSignal {
        let signal = StopSignal()
        running.withLock { $0[key] = signal }
        return signal
    }

    /// Removes a call that has ended.
    func leave(_ key: Key, _ signal: StopSignal) {
        running.withLock { running in
            if running[key] === signal { running[key] = nil }
        }
    }

    /// Cancels a call, if it runs here.
    func cancel(_ key: Key) { running.withLock { $0[key] }?.stop() }
}

/// The name of a legacy session.
enum LegacySession {
    static let header = "Mcp-Session-Id"
    private static let charactersMax = 128

    /// A new name: 128 random bits in hexadecimal.
    static func newID() -> String { Hexadecimal.random(digits: 32) }

    /// The session that a request names; `nil` when there is none, or it cannot be one.
    static func id(in head: RequestHead) -> String? {
        let values = head.headers.values(of: header)
        guard values.count == 1, let id = values.first, (1...charactersMax).contains(id.utf8.count),
            id.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return id
    }
}

/// Random names in hexadecimal, from the system's secure generator.
public enum Hexadecimal {
    private static let digits = Array("0123456789abcdef")

    /// So many random digits.
    public static func random(digits count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<count).compactMap { _ in digits.randomElement(using: &generator) })
    }
}
