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

    private func resume(nextState: State) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard case .waiting(let waiter) = state else { return nil }
            state = nextState
            return waiter
        }
        waiter?.resume()
    }
}
