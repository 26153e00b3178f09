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

/// Keeps the calls of each principal within its limits, so that no principal's flood is felt by another.
final class CallLimiter<Identified: Hashable & Sendable>: Sendable {
    /// What becomes of a call that wants to begin.
    enum Admission {
        case place(CallPlace<Identified>)
        case refused(message: String, retryAfterSeconds: Int)
    }

    private struct Account {
        var bucket: TokenBucket
        var running = 0
        var waiting: [CallPlace<Identified>] = []
    }

    /// Beyond so many accounts those are forgotten that say nothing any more.
    private static var accountsKept: Int { 1024 }

    private let limits: CallLimits
    private let accounts = Locked<[Identified: Account]>([:])

    init(limits: CallLimits) { self.limits = limits }

    /// Gives a call its place, which it must leave. It counts against the rate also when it then waits in vain.
    func admit(_ principal: Identified, now: ContinuousClock.Instant = .now) -> Admission {
        let limits = limits
        return accounts.withLock { accounts in
            if accounts.count >= Self.accountsKept { Self.forgetIdle(&accounts, now) }
            var account = accounts[principal] ?? Account(bucket: TokenBucket(perMinute: limits.perMinute, now: now))
            defer { accounts[principal] = account }
            let isFree = account.running < limits.atOnce
            guard isFree || account.waiting.count < limits.queued else {
                return .refused(
                    message: "too many calls are running: \(limits.atOnce) at once, and \(limits.queued) may wait",
                    retryAfterSeconds: 1
                )
            }
            if let seconds = account.bucket.take(now: now) {
                let message = "too many calls: \(limits.perMinute) a minute"
                return .refused(message: message, retryAfterSeconds: seconds)
            }
            let place = CallPlace(limiter: self, of: principal)
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
    fileprivate func leave(_ place: CallPlace<Identified>) {
        let next: CallPlace<Identified>? = accounts.withLock { accounts in
            if let index = accounts[place.principal]?.waiting.firstIndex(where: { $0 === place }) {
                accounts[place.principal]?.waiting.remove(at: index)
                return nil
            }
            guard let next = accounts[place.principal]?.waiting.first else {
                accounts[place.principal]?.running -= 1
                return nil
            }
            accounts[place.principal]?.waiting.removeFirst()
            return next
        }
        next?.turn.stop()
    }

    private static func forgetIdle(_ accounts: inout [Identified: Account], _ now: ContinuousClock.Instant) {
        for (principal, account) in accounts where account.running == 0 && account.waiting.isEmpty {
            var bucket = account.bucket
            if bucket.isFull(now: now) { accounts[principal] = nil }
        }
    }
}

/// One call's place among those of its principal.
final class CallPlace<Identified: Hashable & Sendable>: Sendable {
    fileprivate let principal: Identified
    /// Stopped when it is this call's turn.
    fileprivate let turn = StopSignal()
    private let limiter: CallLimiter<Identified>
    private let hasLeft = Locked(false)

    fileprivate init(limiter: CallLimiter<Identified>, of principal: Identified) {
        self.limiter = limiter
        self.principal = principal
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
