import NIOCore

/// How long clients may take on the wire.
struct WireLimits: Sendable, Hashable {
    /// From the first byte of a request's head to its end.
    var head: TimeAmount = .seconds(ServerLimits.headSecondsMax)
    /// From a write to its end, or from the end of the one before: how long a client may not read.
    var write: TimeAmount = .seconds(ServerLimits.writeSecondsMax)
    /// How long a connection stays open after its last answer.
    var linger: TimeAmount = .seconds(ServerLimits.lingerSecondsMax)
}

/// Ends connections of clients that send their heads too slowly, or do not read what they asked for.
///
/// It stands first and sees bytes. The time of bodies is limited where they are read, that of silence by Hummingbird's
/// handler of idle connections, which does not see a client that keeps sending or never reads.
final class WireWatch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let limits: WireLimits
    private var context: ChannelHandlerContext?
    private var headTimer: Scheduled<Void>?
    private var writeTimer: Scheduled<Void>?
    private var closeTimer: Scheduled<Void>?
    private var isWithinMessage = false
    private var expectsMore = true
    /// Heads and ends seen, so that one read can be told to have finished something.
    private var steps = 0
    private var pendingWrites = 0
    private var lastProgress = NIODeadline.now()

    init(limits: WireLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        for timer in [headTimer, writeTimer, closeTimer] { timer?.cancel() }
        self.context = nil
    }

    // MARK: What the messages tell

    func headArrived() {
        steps += 1
        isWithinMessage = true
        headTimer?.cancel()
        headTimer = nil
    }

    func messageEnded() {
        steps += 1
        isWithinMessage = false
    }

    /// No request is read any more; an answer may still be written, but bytes need not end.
    func expectNoMore() {
        expectsMore = false
        headTimer?.cancel()
        headTimer = nil
    }

    /// Closes after the time in which a client can read its last answer.
    func closeLater() {
        guard closeTimer == nil, let context else { return }
        closeTimer = Self.schedule(in: limits.linger, on: context) { context.close(promise: nil) }
    }

    // MARK: What goes over the wire

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let before = steps
        context.fireChannelRead(data)
        guard expectsMore, !isWithinMessage, steps == before, headTimer == nil, context.channel.isActive else { return }
        headTimer = Self.schedule(in: limits.head, on: context) { context.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Nobody waits at the other end for an answer that was written.
        if let event = event as? ChannelEvent, event == .inputClosed, closeTimer != nil { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let written = promise ?? context.eventLoop.makePromise()
        if pendingWrites == 0 { lastProgress = .now() }
        pendingWrites += 1
        written.futureResult.assumeIsolated().whenComplete { _ in
            self.pendingWrites -= 1
            self.lastProgress = .now()
        }
        if writeTimer == nil { watchWrites(context, for: limits.write) }
        context.write(data, promise: written)
    }

    private func watchWrites(_ context: ChannelHandlerContext, for time: TimeAmount) {
        writeTimer = Self.schedule(in: time, on: context) {
            self.writeTimer = nil
            guard self.pendingWrites > 0 else { return }
            let left = self.lastProgress + self.limits.write - .now()
            if left > .zero { self.watchWrites(context, for: left) } else { context.close(promise: nil) }
        }
    }

    private static func schedule(
        in time: TimeAmount,
        on context: ChannelHandlerContext,
        _ task: @escaping () -> Void
    ) -> Scheduled<Void> {
        context.eventLoop.assumeIsolated().scheduleTask(in: time) { task() }
    }
}
