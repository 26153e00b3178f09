import NIOCore

/// Notices that a client ended its side of a connection, also while no request is being read.
///
/// A client that half-closes after its request counts as gone: in the modern era closing is how a call is cancelled,
/// and HTTP clients do not half-close.
final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    let clientGone = StopSignal()

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { clientGone.stop() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        clientGone.stop()
        context.fireChannelInactive()
    }

    /// What is stopped when the client of a channel leaves; the channel was set up with this handler.
    static func clientGone(on channel: any Channel) async throws -> StopSignal {
        try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.handler(type: ConnectionWatch.self).clientGone
        }.get()
    }
}
