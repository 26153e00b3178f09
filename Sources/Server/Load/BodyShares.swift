import Locks

/// The bytes that all bodies may hold together, and what one principal may hold of them, so that many large requests at
/// once cannot exhaust the memory, and one principal cannot keep the others from sending.
final class BodyShares<Identified: Hashable & Sendable>: Sendable {
    private let all: BodyBudget
    private let shareMax: Int
    private let held = Locked<[Identified: Int]>([:])

    init(bytesMax: Int, shareMax: Int) {
        all = BodyBudget(bytesMax: bytesMax)
        self.shareMax = shareMax
    }

    /// Sets bytes aside; `false`, and nothing set aside, when there are not enough left.
    func reserve(_ bytes: Int, for principal: Identified) -> Bool {
        let hasShare = held.withLock { held in
            let before = held[principal] ?? 0
            guard bytes <= shareMax - before else { return false }
            held[principal] = before + bytes
            return true
        }
        guard hasShare else { return false }
        if all.reserve(bytes) { return true }
        giveBack(bytes, of: principal)
        return false
    }

    /// Gives back what ``reserve(_:for:)`` set aside.
    func release(_ bytes: Int, of principal: Identified) {
        giveBack(bytes, of: principal)
        all.release(bytes)
    }

    private func giveBack(_ bytes: Int, of principal: Identified) {
        held.withLock { held in
            let left = (held[principal] ?? 0) - bytes
            held[principal] = left > 0 ? left : nil
        }
    }
}
