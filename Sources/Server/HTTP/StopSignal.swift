import Locks

/// Tells one waiting task that what it watches over is to stop: the client left, or cancelled.
final class StopSignal: Sendable {
    private enum State {
        case waiting(CheckedContinuation<Void, Never>?)
        case stopped
    }

    private let state = Locked(State.waiting(nil))

    /// Returns once ``stop()`` was called, before or after, or the task is cancelled. One task at a time may wait; an
    /// earlier one is sent on.
    func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumed: CheckedContinuation<Void, Never>? = state.withLock { state in
                    guard case .waiting(let earlier) = state, !Task.isCancelled else { return continuation }
                    state = .waiting(continuation)
                    return earlier
                }
                resumed?.resume()
            }
        } onCancel: {
            resume(nextState: .waiting(nil))
        }
    }

    /// Whether ``stop()`` was called.
    var isStopped: Bool {
        state.withLock { state in
            if case .stopped = state { true } else { false }
        }
    }

    /// Sends on who waits, now and later.
    func stop() { resume(nextState: .stopped) }

    /// Runs work to its end, and on the signal cancels it, so that the end comes soon.
    func ending<Value: Sendable>(_ run: @escaping @Sendable () async -> Value) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await run() }
            group.addTask {
                await self.wait()
                return nil
            }
            // Whichever ends first, the other one is then of no more use. The work always ends with a value.
            var value: Value?
            for await ended in group {
                value = ended ?? value
                group.cancelAll()
            }
            return value
        }
    }

    private func resume(nextState: State) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard case .waiting(let waiter) = state else { return nil }
            state = nextState
            return waiter
        }
        waiter?.resume()
    }
}
