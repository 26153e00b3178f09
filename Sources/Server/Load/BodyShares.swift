import Locks

/// The bytes that all bodies may hold together, and what one principal may hold of them, so that many large requests at
/// once cannot exhaust the memory, and one principal cannot keep the others from sending.
final class BodyShares: Sendable {
    private let all: BodyBudget
    private let shareMax: Int
    private let held = Locked<[[String]: Int]>([:])

    init(bytesMax: Int, shareMax: Int) {
        all = BodyBudget(bytesMax: bytesMax)
        self.shareMax = shareMax
    }

    /// Sets bytes aside; `false`, and nothing set aside, when there are not enough left.
    func reserve(_ bytes: Int, for account: [String]) -> Bool {
        let hasShare = held.withLock { held in
            let before = held[account] ?? 0
            guard bytes <= shareMax - before else { return false }
            held[account] = before + bytes
            return true
        }
        guard hasShare else { return false }
        if all.reserve(bytes) { return true }
        giveBack(bytes, of: account)
        return false
    }

    /// Gives back what ``reserve(_:for:)`` set aside.
    func release(_ bytes: Int, of account: [String]) {
        giveBack(bytes, of: account)
        all.release(bytes)
    }

    private func giveBack(_ bytes: Int, of account: [String]) {
        held.withLock { held in
            let left = (held[account] ?? 0) - bytes
            held[account] = left > 0 ? left : nil
        }
    }
}
