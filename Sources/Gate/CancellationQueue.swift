import BigQuery
import Logging
import Identity

/// Jobs whose caller has gone: cancelling them must not depend on the caller's own task, which is cancelled already.
struct CancellationQueue: Sendable {
    /// Far more than can be open at once; what does not fit is ended by its own time limit.
    static let waitingMax = 4096

    private let stream: AsyncStream<JobID>
    private let continuation: AsyncStream<JobID>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.waitingMax))
    }

    func cancel(_ id: JobID) { continuation.yield(id) }

    func finish() { continuation.finish() }

    /// Jobs that are cancelled at the same time: BigQuery takes a while for each, and a server that ends has many.
    private static let atOnce = 16

    /// Handles jobs as they come until ``finish()``, and returns when all are handled.
    func run(_ handle: @escaping @Sendable (JobID) async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            var running = 0
            for await id in stream {
                if running == Self.atOnce { await group.next() } else { running += 1 }
                group.addTask { await handle(id) }
            }
        }
    }
}

extension QueryGate {
    /// Cancels the jobs of callers that went away, until ``stop()``.
    public func run() async {
        await cancellations.run { [self] id in
            do {
                try await bigQuery.cancel(id.text)
            } catch {
                logger.record(.error, "a job could not be cancelled", [LogField("job", id), .reason(error)])
            }
        }
    }

    /// Ends ``run()`` after what is waiting.
    public func stop() { cancellations.finish() }
}
