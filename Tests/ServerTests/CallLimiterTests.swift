import Testing

@testable import Server

/// Places and rates of principals, without a server.
@Suite(.timeLimit(.minutes(1)))
struct CallLimiterTests {
    private static func admitted(
        _ limiter: CallLimiter,
        _ limits: CallLimits,
        _ who: String = "a"
    ) throws -> CallPlace {
        guard case .place(let place) = limiter.admit([who], limits) else { throw Refused() }
        return place
    }

    private struct Refused: Error {}

    private static func seconds(_ admission: CallLimiter.Admission) -> Int? {
        guard case .refused(_, let seconds) = admission else { return nil }
        return seconds
    }

    @Test func `so many run, so many wait, and further ones are refused`() async throws {
        let (limiter, limits) = (CallLimiter(), CallLimits(atOnce: 2, queued: 1, perMinute: 100))
        let first = try Self.admitted(limiter, limits)
        let second = try Self.admitted(limiter, limits)
        let third = try Self.admitted(limiter, limits)
        #expect(Self.seconds(limiter.admit(["a"], limits)) == 1)
        // Another principal has places of its own.
        let other = try Self.admitted(limiter, limits, "b")
        for place in [first, second, other] { #expect(await place.wait()) }
        first.leave()
        #expect(await third.wait())
        let fourth = try Self.admitted(limiter, limits)
        // To leave twice gives no second place away.
        first.leave()
        #expect(Self.seconds(limiter.admit(["a"], limits)) == 1)
        second.leave()
        #expect(await fourth.wait())
    }

    @Test func `turns come in the order of arrival, and who left the queue has none`() async throws {
        let (limiter, limits) = (CallLimiter(), CallLimits(atOnce: 1, queued: 3, perMinute: 100))
        let running = try Self.admitted(limiter, limits)
        let waiting = try (0..<3).map { _ in try Self.admitted(limiter, limits) }
        let gone = Task { await waiting[0].wait() }
        gone.cancel()
        #expect(await gone.value == false)
        waiting[0].leave()
        running.leave()
        #expect(await waiting[1].wait())
        // The last one's turn has not come, and the place that was left is free.
        let late = Task { await waiting[2].wait() }
        _ = try Self.admitted(limiter, limits)
        waiting[1].leave()
        #expect(await late.value)
    }

    @Test func `a rate allows bursts and says when to come again`() throws {
        let (limiter, limits) = (CallLimiter(), CallLimits(atOnce: 100, queued: 0, perMinute: 30))
        let start = ContinuousClock.now
        for _ in 0..<30 {
            guard case .place(let place) = limiter.admit(["a"], limits, now: start) else { throw Refused() }
            place.leave()
        }
        #expect(Self.seconds(limiter.admit(["a"], limits, now: start)) == 2)
        #expect(Self.seconds(limiter.admit(["a"], limits, now: start + .milliseconds(1500))) == 1)
        #expect(Self.seconds(limiter.admit(["a"], limits, now: start + .seconds(2))) == nil)
        #expect(Self.seconds(limiter.admit(["a"], limits, now: start + .seconds(2))) == 2)
        #expect(Self.seconds(limiter.admit(["b"], limits, now: start)) == nil)
        // A pause brings back a burst and no more.
        let later = start + .seconds(3600)
        for _ in 0..<30 { #expect(Self.seconds(limiter.admit(["a"], limits, now: later)) == nil) }
        #expect(Self.seconds(limiter.admit(["a"], limits, now: later)) == 2)
    }

    @Test func `limits are only tightened, and hold from the next call on`() throws {
        let limits = CallLimits(atOnce: 10, queued: 0, perMinute: 60)
        #expect(limits.tightened(atOnce: 20, perMinute: 100) == limits)
        #expect(limits.tightened(atOnce: nil, perMinute: nil) == limits)
        let tight = limits.tightened(atOnce: 1, perMinute: 6)
        #expect(tight == CallLimits(atOnce: 1, queued: 0, perMinute: 6))
        let (limiter, start) = (CallLimiter(), ContinuousClock.now)
        for _ in 0..<10 { #expect(Self.seconds(limiter.admit(["a"], limits, now: start)) == nil) }
        #expect(Self.seconds(limiter.admit(["b"], limits, now: start)) == nil)
        #expect(Self.seconds(limiter.admit(["b"], tight, now: start)) == 1)
        let wide = tight.tightened(atOnce: nil, perMinute: nil)
        guard case .place(let place) = limiter.admit(["c"], wide, now: start) else { throw Refused() }
        place.leave()
        for _ in 0..<5 {
            guard case .place(let place) = limiter.admit(["c"], tight, now: start) else { throw Refused() }
            place.leave()
        }
        #expect(Self.seconds(limiter.admit(["c"], tight, now: start)) == 10)
    }

    @Test func `accounts that say nothing any more are forgotten, and no others`() throws {
        let (limiter, limits, start) = (
            CallLimiter(), CallLimits(atOnce: 1, queued: 0, perMinute: 1), ContinuousClock.now
        )
        let held = try Self.admitted(limiter, limits, "held")
        for number in 0..<5000 {
            guard case .place(let place) = limiter.admit(["\(number)"], limits, now: start) else { throw Refused() }
            place.leave()
        }
        // Their minute is not over: each is still known.
        #expect(Self.seconds(limiter.admit(["0"], limits, now: start + .seconds(1))) == 59)
        let later = start + .seconds(120)
        #expect(Self.seconds(limiter.admit(["0"], limits, now: later)) == nil)
        #expect(Self.seconds(limiter.admit(["held"], limits, now: later)) == 1)
        held.leave()
        #expect(Self.seconds(limiter.admit(["held"], limits, now: later + .seconds(60))) == nil)
    }

    @Test func `bodies of one principal hold a share, and all together no more than there is`() {
        let shares = BodyShares(bytesMax: 100, shareMax: 60)
        #expect(shares.reserve(60, for: ["a"]))
        #expect(!shares.reserve(1, for: ["a"]))
        #expect(shares.reserve(40, for: ["b"]))
        // What could not be had of the whole is not kept of the share either.
        #expect(!shares.reserve(20, for: ["b"]))
        shares.release(60, of: ["a"])
        #expect(shares.reserve(20, for: ["b"]))
        #expect(shares.reserve(40, for: ["a"]))
        #expect(!shares.reserve(1, for: ["a"]))
    }
}
