import Locks

/// What one principal may have going at once.
public struct CallLimits: Sendable, Hashable {
    /// Calls that run at once; further ones wait.
    public var atOnce: Int
    /// Calls that wait; further ones are refused.
    public var queued: Int
    /// Calls that begin in a minute, and at once after a pause.
    public var perMinute: Int

    /// Creates limits.
    public init(
        atOnce: Int = ServerLimits.callsAtOnce,
        queued: Int = ServerLimits.callsQueued,
        perMinute: Int = ServerLimits.callsPerMinute
    ) {
        self.atOnce = atOnce
        self.queued = queued
        self.perMinute = perMinute
    }
}

extension CallLimits {
    /// These limits, or lower ones where they are given.
    public func tightened(atOnce: Int64?, perMinute: Int64?) -> CallLimits {
        var limits = self
        if let atOnce { limits.atOnce = min(limits.atOnce, Int(clamping: atOnce)) }
        if let perMinute { limits.perMinute = min(limits.perMinute, Int(clamping: perMinute)) }
        return limits
    }
}

/// Whose calls count together, and what they may be.
public struct CallRules<Identified: Sendable>: Sendable {
    /// The parts of the name under which calls are counted: those of one person, however often they signed in.
    public let account: @Sendable (Identified) -> [String]
    /// The limits that hold for a call that begins now.
    public let limits: @Sendable (Identified) -> CallLimits

    /// Creates rules.
    public init(
        account: @escaping @Sendable (Identified) -> [String],
        limits: @escaping @Sendable (Identified) -> CallLimits
    ) {
        self.account = account
        self.limits = limits
    }
}

/// Keeps the calls of each principal within its limits, so that no principal's flood is felt by another.
final class CallLimiter: Sendable {
    /// What becomes of a call that wants to begin.
    enum Admission {
        case place(CallPlace)
        case refused(message: String, retryAfterSeconds: Int)
    }

    private struct Account {
        var bucket: TokenBucket
        var running = 0
        var waiting: [CallPlace] = []
    }

    /// Beyond so many accounts those are forgotten that say nothing any more.
    private static let accountsKept = 1024

    private let accounts = Locked<[[String]: Account]>([:])

    /// Gives a call its place, which it must leave. It counts against the rate also when it then waits in vain.
    func admit(_ name: [String], _ limits: CallLimits, now: ContinuousClock.Instant = .now) -> Admission {
        accounts.withLock { accounts in
            if accounts.count >= Self.accountsKept { Self.forgetIdle(&accounts, now) }
            var account = accounts[name] ?? Account(bucket: TokenBucket(perMinute: limits.perMinute, now: now))
            defer { accounts[name] = account }
            let isFree = account.running < limits.atOnce
            guard isFree || account.waiting.count < limits.queued else {
                return .refused(
                    message: "too many calls are running: \(limits.atOnce) at once, and \(limits.queued) may wait",
                    retryAfterSeconds: 1
                )
            }
            if let seconds = account.bucket.take(perMinute: limits.perMinute, now: now) {
                let message = "too many calls: \(limits.perMinute) a minute"
                return .refused(message: message, retryAfterSeconds: seconds)
            }
            let place = CallPlace(limiter: self, of: name)
            if isFree {
                account.running += 1
                place.turn.stop()
            } else {
                account.waiting.append(place)
            }
            return .place(place)
        }
    }

    /// Gives up a place, also one that is waited for, and lets the next one in.
    fileprivate func leave(_ place: CallPlace) {
        let next: CallPlace? = accounts.withLock { accounts in
            if let index = accounts[place.account]?.waiting.firstIndex(where: { $0 === place }) {
                accounts[place.account]?.waiting.remove(at: index)
                return nil
            }
            guard let next = accounts[place.account]?.waiting.first else {
                accounts[place.account]?.running -= 1
                return nil
            }
            accounts[place.account]?.waiting.removeFirst()
            return next
        }
        next?.turn.stop()
    }

    private static func forgetIdle(_ accounts: inout [[String]: Account], _ now: ContinuousClock.Instant) {
        accounts = accounts.filter { _, account in
            account.running > 0 || !account.waiting.isEmpty || account.bucket.isFullAfter > now
        }
    }
}

/// One call's place among those of its principal.
final class CallPlace: Sendable {
    fileprivate let account: [String]
    /// Stopped when it is this call's turn.
    fileprivate let turn = StopSignal()
    private let limiter: CallLimiter
    private let hasLeft = Locked(false)

    fileprivate init(limiter: CallLimiter, of account: [String]) {
        self.limiter = limiter
        self.account = account
    }

    /// Waits until it is this call's turn; `false` when the task was cancelled before.
    func wait() async -> Bool {
        await turn.wait()
        return turn.isStopped && !Task.isCancelled
    }

    /// Leaves the place to the next call; only the first time counts.
    func leave() {
        let isFirst = hasLeft.withLock { hasLeft in
            defer { hasLeft = true }
            return !hasLeft
        }
        if isFirst { limiter.leave(self) }
    }
}
