import NIOCore
import Synchronization

/// Whether a client is still there, for the request that waits to be answered.
final class ConnectionState: Sendable {
    private enum State {
        case open(waiter: CheckedContinuation<Void, Never>?)
        case closed
    }

    private let state = Mutex(State.open(waiter: nil))

    /// Returns once the client has gone, or the task is cancelled. One task at a time may wait: a connection answers
    /// one request after the other.
    func clientGone() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumed: CheckedContinuation<Void, Never>? = state.withLock { state in
                    guard case .open(let earlier) = state, !Task.isCancelled else { return continuation }
                    state = .open(waiter: continuation)
                    return earlier
                }
                resumed?.resume()
            }
        } onCancel: {
            resumeWaiter(closing: false)
        }
    }

    func close() { resumeWaiter(closing: true) }

    private func resumeWaiter(closing: Bool) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard case .open(let waiter) = state else { return nil }
            state = closing ? .closed : .open(waiter: nil)
            return waiter
        }
        waiter?.resume()
    }
}

/// Notices that a client ended its side of a connection, also while no request is being read.
///
/// A client that half-closes after its request counts as gone: in the modern era closing is how a call is cancelled,
/// and HTTP clients do not half-close.
final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    let connection = ConnectionState()

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { connection.close() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        connection.close()
        context.fireChannelInactive()
    }

    /// The state of the connection behind a channel that was set up with this handler.
    static func connection(of channel: any Channel) async throws -> ConnectionState {
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: ConnectionWatch.self).connection
        }.get()
    }
}
