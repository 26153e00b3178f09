import NIOCore
import NIOHTTP1

/// Sets a connection up with what holds it to the rules: ``WireWatch`` before NIO's parser, ``MessageGuard`` behind it.
///
/// Hummingbird adds handlers only behind the message types that it makes, where too little of the wire is left to see.
final class ConnectionGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any

    private let table: ConnectionTable
    private let limits: WireLimits

    init(table: ConnectionTable, limits: WireLimits) {
        self.table = table
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let wire = WireWatch(limits: limits)
        let pipeline = context.pipeline.syncOperations
        do {
            let parser = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(wire, position: .first)
            try pipeline.addHandler(
                MessageGuard(wire: wire, entry: table.enter(context.channel)),
                position: .after(parser)
            )
        } catch {
            // Nobody may come in past the rules.
            context.close(promise: nil)
        }
    }
}
