import Gate
import Identity
import Server

extension Assembly {
    /// Answers on the standard streams until the input ends or a signal comes, cancels what is running, and closes the
    /// log.
    func answer(on streams: (input: Int32, output: Int32), onEnding: @escaping @Sendable () -> Void) async throws {
        warn()
        let server = StdioServer<Caller>(
            streams: streams,
            offer: offer,
            makeCaller: { [door, makeCaller] facts, tool in
                await door.principal(calling: tool, requestID: facts.requestID).map { makeCaller($0, facts) }
            },
            logger: logger,
            onEnding: onEnding
        )
        try await run(server, address: "")
    }
}
