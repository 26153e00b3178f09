import Locks
import MCP

/// The calls of one stdio client that are running, by the IDs that it gave them.
final class StdioCalls: Sendable {
    /// What became of a call that wants to begin.
    enum Entry {
        case running(StopSignal)
        case duplicate
        case tooMany
    }

    private struct Table {
        var running: [MessageID: StopSignal] = [:]
        var isClosed = false
    }

    private let table = Locked(Table())
    private let callsMax: Int

    init(callsMax: Int) { self.callsMax = callsMax }

    /// Whether a call under this ID is running, one that was cancelled and has not ended included.
    func holds(_ id: MessageID) -> Bool { table.withLock { $0.running[id] != nil } }

    /// Enters a call; it must ``leave(_:)``.
    func enter(_ id: MessageID) -> Entry {
        table.withLock { table in
            guard table.running[id] == nil else { return .duplicate }
            guard !table.isClosed, table.running.count < callsMax else { return .tooMany }
            let signal = StopSignal()
            table.running[id] = signal
            return .running(signal)
        }
    }

    /// Removes a call that has ended; `false` when it was cancelled, so that nothing may be sent for it.
    func leave(_ id: MessageID) -> Bool {
        table.withLock { table in
            guard let signal = table.running.removeValue(forKey: id) else { return false }
            // Under the lock under which calls are cancelled: after a cancellation nothing is sent any more.
            return !signal.isStopped
        }
    }

    /// Cancels a call, if it is running.
    func cancel(_ id: MessageID) { table.withLock { $0.running[id]?.stop() } }

    /// Cancels all calls, and lets none begin any more.
    func close() {
        table.withLock { table in
            table.isClosed = true
            for signal in table.running.values { signal.stop() }
        }
    }
}
