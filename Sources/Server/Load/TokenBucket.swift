/// A rate with bursts: so many at once, and then as they come back with time.
struct TokenBucket: Sendable {
    private var tokens: Double
    private var filledAt: ContinuousClock.Instant

    /// A full bucket.
    ///
    /// - Parameter perMinute: what comes back in a minute, and the most that can be taken at once; at least 1.
    init(perMinute: Int, now: ContinuousClock.Instant) {
        tokens = Self.capacity(perMinute)
        filledAt = now
    }

    /// Takes one; if there is none, the seconds until there is, rounded up. The rate may be another each time.
    mutating func take(perMinute: Int, now: ContinuousClock.Instant) -> Int? {
        fill(perMinute, now)
        guard tokens < 1 else {
            tokens -= 1
            return nil
        }
        return max(1, Int(((1 - tokens) * 60 / Self.capacity(perMinute)).rounded(.up)))
    }

    /// When all that was taken has come back at any rate.
    var isFullAfter: ContinuousClock.Instant { filledAt + .seconds(60) }

    private mutating func fill(_ perMinute: Int, _ now: ContinuousClock.Instant) {
        let capacity = Self.capacity(perMinute)
        let passed = max(filledAt.duration(to: now) / .seconds(1), 0)
        tokens = min(capacity, tokens + passed * capacity / 60)
        filledAt = max(filledAt, now)
    }

    private static func capacity(_ perMinute: Int) -> Double { Double(max(perMinute, 1)) }
}
