public import Logging
import MCP
public import ServiceLifecycle

/// MCP over standard input and output: the door of an agent that starts its server itself.
///
/// The client is whoever started the process, and there is one. Protocol, tools and limits are those of
/// ``ProxyServer``; the era is again a property of each message. It ends with its input, on a graceful shutdown, or
/// when nobody reads its output any more, and cancels the calls that are then still running (revision 2026-07-28,
/// basic/transports/stdio).
public struct StdioServer<Caller: Sendable>: Service {
    let endpoint: MCPEndpoint
    let runner: OfferRunner<Caller>
    let makeCaller: MakeCaller
    let logger: Logger
    let streams: (input: Int32, output: Int32)
    private let onEnding: @Sendable () -> Void

    /// Makes what a request runs as, or says why it must not run; the tool is `nil` for what calls none.
    public typealias MakeCaller = @Sendable (CallFacts, _ tool: String?) async -> Result<Caller, CallRefusal>

    /// Settings only for tests, which cannot wait for or send as much as the real ones.
    var lineBytesMax = ServerLimits.bodyBytesMax
    var callsMax = ServerLimits.stdioCallsMax
    var grace: Duration = .milliseconds(ServerLimits.stdioGraceMilliseconds)

    /// Creates a server.
    ///
    /// - Parameters:
    ///   - streams: descriptors to read from and to write to; they stay open.
    ///   - offer: how the server presents itself, and its tools in the order in which they are listed.
    ///   - makeCaller: makes what tools run as, once for each call.
    ///   - logger: for events of the server; it never gets arguments or results, and must not write to the output.
    ///   - onEnding: called once, when the server begins to end.
    public init(
        streams: (input: Int32, output: Int32),
        offer: ServerOffer<Caller>,
        makeCaller: @escaping MakeCaller,
        logger: Logger,
        onEnding: @escaping @Sendable () -> Void = {}
    ) {
        self.streams = streams
        self.endpoint = offer.endpoint
        self.runner = OfferRunner(offer)
        self.makeCaller = makeCaller
        self.logger = logger
        self.onEnding = onEnding
    }

    /// Answers until the input ends.
    public func run() async {
        let stop = StopSignal()
        let conversation = StdioConversation(
            server: self,
            reader: LineReader(descriptor: streams.input, lineBytesMax: lineBytesMax),
            writer: LineWriter(descriptor: streams.output, onBroken: { stop.stop() }),
            calls: StdioCalls(callsMax: callsMax)
        )
        await withGracefulShutdownHandler {
            await run(conversation, until: stop)
        } onGracefulShutdown: {
            stop.stop()
        }
    }

    /// Whichever comes first: the end of the input and then of the calls, or a reason to stop at once.
    private func run(_ conversation: StdioConversation<Caller>, until stop: StopSignal) async {
        let inputEnded = StopSignal()
        conversation.reader.start()
        conversation.writer.start()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await conversation.run {
                    onEnding()
                    inputEnded.stop()
                }
            }
            group.addTask {
                await stop.wait()
                conversation.end()
            }
            group.addTask {
                await inputEnded.wait()
                // Subscriptions have no end of their own to wait for.
                runner.offer.changes?.hub.end()
                try? await Task.sleep(for: grace)
                conversation.calls.close()
            }
            await group.next()
            group.cancelAll()
        }
        conversation.reader.stop()
        await conversation.writer.finish(within: .milliseconds(ServerLimits.stdioFlushMilliseconds))
    }
}

extension StdioServer: CustomStringConvertible {
    /// Without this, the service group would log every part of the server.
    public var description: String { "MCP server on the standard streams" }
}
