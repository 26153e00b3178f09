/// A rate with bursts: so many at once, and then as they come back with time.
struct TokenBucket: Sendable {
    private let capacity: Double
    private let perSecond: Double
    private var tokens: Double
    private var filledAt: ContinuousClock.Instant

    /// - Parameter perMinute: what comes back in a minute, and the most that can be taken at once; at least 1.
    init(perMinute: Int, now: ContinuousClock.Instant) {
        capacity = Double(max(perMinute, 1))
        perSecond = capacity / 60
        tokens = capacity
        filledAt = now
    }

    /// Takes one; if there is none, the seconds until there is, rounded up.
    mutating func take(now: ContinuousClock.Instant) -> Int? {
        fill(now)
        guard tokens < 1 else {
            tokens -= 1
            return nil
        }
        return max(1, Int(((1 - tokens) / perSecond).rounded(.up)))
    }

    /// Whether nothing was taken that has not come back.
    mutating func isFull(now: ContinuousClock.Instant) -> Bool {
        fill(now)
        return tokens >= capacity
    }

    private mutating func fill(_ now: ContinuousClock.Instant) {
        let passed = filledAt.duration(to: now) / .seconds(1)
        guard passed > 0 else { return }
        tokens = min(capacity, tokens + passed * perSecond)
        filledAt = now
    }
}
