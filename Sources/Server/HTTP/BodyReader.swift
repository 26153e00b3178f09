import HummingbirdCore
import NIOCore
import Locks

/// How reading a request's body ended.
enum BodyOutcome: Sendable {
    case complete([UInt8])
    /// Beyond the limit; what follows was not read.
    case tooLarge
    /// Not all there in time.
    case tooSlow
    /// The connection broke, or the body is not framed as its headers say.
    case broken
}

/// Reads bodies within limits of size and time.
enum BodyReader {
    /// Reads a body to its end, unless a limit is met first.
    static func read(_ body: RequestBody, bytesMax: Int, timeout: Duration) async -> BodyOutcome {
        await withTaskGroup(of: BodyOutcome.self) { group in
            group.addTask { await collect(body, bytesMax: bytesMax) }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return .tooSlow
            }
            let first = await group.next() ?? .broken
            group.cancelAll()
            return first
        }
    }

    private static func collect(_ body: RequestBody, bytesMax: Int) async -> BodyOutcome {
        var bytes: [UInt8] = []
        do {
            for try await part in body {
                guard part.readableBytes <= bytesMax - bytes.count else { return .tooLarge }
                bytes.append(contentsOf: part.readableBytesView)
            }
        } catch {
            return .broken
        }
        return .complete(bytes)
    }
}

/// The bytes that all bodies may hold together, so that many large requests at once cannot exhaust the memory.
final class BodyBudget: Sendable {
    private let bytesMax: Int
    private let held = Locked(0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Sets bytes aside; `false`, and nothing set aside, when there are not enough left.
    func reserve(_ bytes: Int) -> Bool {
        held.withLock { held in
            guard bytes <= bytesMax - held else { return false }
            held += bytes
            return true
        }
    }

    /// Gives back what ``reserve(_:)`` set aside.
    func release(_ bytes: Int) { held.withLock { $0 -= bytes } }
}
