import JSON
import Locks
import MCP

/// What legacy clients were asked on their event streams and have not answered yet.
///
/// An answer comes with a request of its own, so it finds its question only in this process; the modern era has rounds
/// in place of this (revision 2025-11-25, basic/transports). The ID of a question is random, and an answer counts only
/// from whom it was asked.
final class ClientReplies<Identified: Hashable & Sendable>: Sendable {
    /// Asks by means of a sink; `nil` when there is no answer, or it is an error.
    typealias Asker = @Sendable (InputRequest, NotificationSink) async -> JSONValue?

    private struct Key: Hashable {
        let identified: Identified
        let id: MessageID
    }

    private let waiting = Locked<[Key: AsyncStream<JSONValue?>.Continuation]>([:])

    /// What asks the client of a principal.
    func asker(of identified: Identified) -> Asker {
        { [self] input, sink in
            let (replies, source) = AsyncStream<JSONValue?>.makeStream(bufferingPolicy: .bufferingOldest(1))
            let key = Key(identified: identified, id: .string(Hexadecimal.random(digits: 32)))
            waiting.withLock { $0[key] = source }
            defer { waiting.withLock { $0[key] = nil } }
            guard await sink(input.message(id: key.id)) else { return nil }
            // Ends without an answer when the call is cancelled.
            for await reply in replies { return reply }
            return nil
        }
    }

    /// Passes an answer on to who asked; one that nobody waits for is dropped.
    func deliver(_ reply: ClientReply, from identified: Identified) {
        guard let id = reply.id else { return }
        waiting.withLock { $0[Key(identified: identified, id: id)] }?.yield(reply.result)
    }
}
