import Locks

/// Where the transport's thread, which receives, meets the task that waits for the answer.
final class Exchange: Sendable {
    /// What the task waits for.
    enum Wanted: Sendable {
        case head
        case chunk
        case whole
    }

    /// What it gets.
    enum Delivery: Sendable {
        case head(HTTPResponseHead)
        case chunk([UInt8])
        case whole(HTTPResponse)
        case end
        case failed(HTTPTransportError)
    }

    /// What becomes of bytes that libcurl offers.
    enum Acceptance {
        case taken
        /// Offer them again once the transfer is resumed.
        case pause
        case tooLarge
    }

    private struct State: Sendable {
        var head: HTTPResponseHead?
        var buffer: [UInt8] = []
        var receivedBytes = 0
        var isPaused = false
        var outcome: Result<Void, HTTPTransportError>?
        var waiter: (wanted: Wanted, continuation: CheckedContinuation<Delivery, Never>)?

        mutating func delivery(for wanted: Wanted) -> Delivery? {
            switch (wanted, head, outcome) {
            case (.head, let head?, _):
                return .head(head)
            case (.chunk, _, _) where !buffer.isEmpty:
                return .chunk(takeBuffer())
            case (_, _, .failure(let error)):
                return .failed(error)
            case (.whole, let head?, .success):
                return .whole(HTTPResponse(head: head, body: takeBuffer()))
            case (.chunk, _, .success):
                return .end
            case (_, nil, .success):
                return .failed(HTTPTransportError(.invalidResponse, "the server sent no answer", mayHaveBeenSent: true))
            case (_, _, nil):
                return nil
            }
        }

        private mutating func takeBuffer() -> [UInt8] {
            defer { buffer = [] }
            return buffer
        }

        /// The waiting task and what it gets, if it can have it now.
        mutating func release() -> (CheckedContinuation<Delivery, Never>, Delivery)? {
            guard let waiter, let delivery = delivery(for: waiter.wanted) else { return nil }
            self.waiter = nil
            return (waiter.continuation, delivery)
        }
    }

    /// From how many buffered bytes on a stream is paused.
    static let streamBufferBytes = 262_144

    private let state = Locked(State())
    private let isStream: Bool
    private let bytesMax: Int

    init(isStream: Bool, bytesMax: Int) {
        self.isStream = isStream
        self.bytesMax = bytesMax
    }

    // MARK: The transport's thread

    func receive(head: HTTPResponseHead) {
        update { $0.head = head }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Acceptance {
        var acceptance = Acceptance.taken
        let count = bytes.count
        update { state in
            if count > bytesMax - state.receivedBytes {
                acceptance = .tooLarge
            } else if isStream, state.buffer.count >= Self.streamBufferBytes {
                state.isPaused = true
                acceptance = .pause
            } else {
                state.receivedBytes += count
                unsafe state.buffer.append(contentsOf: bytes)
            }
        }
        return acceptance
    }

    /// Ends the exchange; only the first outcome counts.
    func finish(_ outcome: Result<Void, HTTPTransportError>) {
        update { state in
            if state.outcome == nil { state.outcome = outcome }
        }
    }

    private func update(_ change: (inout State) -> Void) {
        let released = state.withLock { state in
            change(&state)
            return state.release()
        }
        released?.0.resume(returning: released?.1 ?? .end)
    }

    // MARK: The waiting task

    /// Waits for a part of the answer; `resume` is called when the reader has made room in a paused stream.
    func next(_ wanted: Wanted, resume: () -> Void) async -> Delivery {
        await withCheckedContinuation { continuation in
            let (delivery, mustResume) = state.withLock { state -> (Delivery?, Bool) in
                guard state.waiter == nil else {
                    return (.failed(HTTPTransportError(.invalidRequest, "a body has one reader")), false)
                }
                guard let delivery = state.delivery(for: wanted) else {
                    state.waiter = (wanted, continuation)
                    return (nil, false)
                }
                guard case .chunk = delivery, state.isPaused else { return (delivery, false) }
                state.isPaused = false
                return (delivery, true)
            }
            if mustResume { resume() }
            if let delivery { continuation.resume(returning: delivery) }
        }
    }
}
