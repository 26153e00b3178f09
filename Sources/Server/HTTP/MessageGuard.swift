import NIOCore
import NIOHTTP1

/// Lets through only requests that ``FramingRules`` take, and ends connections where HTTP says that they end.
///
/// It stands between NIO's parser and what makes values of its messages. A refusal is passed on as an error of the
/// parser, so that its answer is written after those to earlier requests of the connection, and never in their place.
final class MessageGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let wire: WireWatch
    private let entry: ConnectionTable.Entry
    /// Whether further requests are taken.
    private var takesMore = true
    /// Whether the request is being read that was passed on last.
    private var isReading = false
    /// Requests that were passed on and whose answers have not ended.
    private var unanswered = 0
    /// Whether an answer said that it is the last, and whether that one is being written.
    private var hasSaidClose = false
    private var isWritingLast = false
    /// Whether the last answer is written.
    private var isOver = false

    init(wire: WireWatch, entry: ConnectionTable.Entry) {
        self.wire = wire
        self.entry = entry
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard takesMore else { return }
            wire.headArrived()
            switch FramingRules.verdict(of: head) {
            case .refuse:
                takesMore = false
                wire.expectNoMore()
                context.fireErrorCaught(HTTPParserError.strictModeAssertion)
            case .take(let isLast):
                takesMore = !isLast
                isReading = true
                unanswered += 1
                entry.mark(busy: true)
                context.fireChannelRead(data)
            }
        case .body:
            if isReading { context.fireChannelRead(data) }
        case .end:
            guard isReading else { return }
            isReading = false
            wire.messageEnded()
            if !takesMore { wire.expectNoMore() }
            context.fireChannelRead(data)
            endOutput(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What follows the last request is not read, so that it cannot be wrong either.
        if error is HTTPParserError {
            guard takesMore || isReading else { return }
            takesMore = false
            isReading = false
            wire.expectNoMore()
        }
        context.fireErrorCaught(error)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { takesMore = false }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !hasSaidClose || isWritingLast else {
            // Nothing may follow an answer that said it was the last.
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            if !takesMore, unanswered <= 1, head.status.code >= 200 {
                head.headers.replaceOrAdd(name: "Connection", value: "close")
            }
            if head.headers["Connection"].contains("close") {
                takesMore = false
                hasSaidClose = true
                isWritingLast = true
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            unanswered = max(unanswered - 1, 0)
            entry.mark(busy: unanswered > 0)
            guard isWritingLast || (!takesMore && unanswered == 0) else {
                return context.write(data, promise: promise)
            }
            hasSaidClose = true
            isWritingLast = false
            let written = promise ?? context.eventLoop.makePromise()
            written.futureResult.assumeIsolated().whenComplete { _ in
                self.isOver = true
                self.wire.closeLater()
                self.endOutput(context)
            }
            context.write(data, promise: written)
        }
    }

    /// Ends this side once the last answer is written and its request read: some clients that still send take an end for
    /// a failure, and read no answer. The other side stays open for a while, because closing with unread bytes would
    /// discard the answer.
    private func endOutput(_ context: ChannelHandlerContext) {
        if isOver, !isReading { context.close(mode: .output, promise: nil) }
    }
}
