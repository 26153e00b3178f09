import Testing

@testable import Server

/// Places and rates of principals, without a server.
@Suite(.timeLimit(.minutes(1)))
struct CallLimiterTests {
    private typealias Limiter = CallLimiter<String>

    private static func admitted(_ limiter: Limiter, _ who: String = "a") throws -> CallPlace<String> {
        guard case .place(let place) = limiter.admit(who) else { throw Refused() }
        return place
    }

    private struct Refused: Error {}

    private static func seconds(_ admission: Limiter.Admission) -> Int? {
        guard case .refused(_, let seconds) = admission else { return nil }
        return seconds
    }

    @Test func `so many run, so many wait, and further ones are refused`() async throws {
        let limiter = Limiter(limits: CallLimits(atOnce: 2, queued: 1, perMinute: 100))
        let first = try Self.admitted(limiter)
        let second = try Self.admitted(limiter)
        let third = try Self.admitted(limiter)
        #expect(Self.seconds(limiter.admit("a")) == 1)
        // Another principal has places of its own.
        let other = try Self.admitted(limiter, "b")
        for place in [first, second, other] { #expect(await place.wait()) }
        first.leave()
        #expect(await third.wait())
        let fourth = try Self.admitted(limiter)
        // To leave twice gives no second place away.
        first.leave()
        #expect(Self.seconds(limiter.admit("a")) == 1)
        second.leave()
        #expect(await fourth.wait())
    }

    @Test func `turns come in the order of arrival, and who left the queue has none`() async throws {
        let limiter = Limiter(limits: CallLimits(atOnce: 1, queued: 3, perMinute: 100))
        let running = try Self.admitted(limiter)
        let waiting = try (0..<3).map { _ in try Self.admitted(limiter) }
        let gone = Task { await waiting[0].wait() }
        gone.cancel()
        #expect(await gone.value == false)
        waiting[0].leave()
        running.leave()
        #expect(await waiting[1].wait())
        // The last one's turn has not come, and the place that was left is free.
        let late = Task { await waiting[2].wait() }
        _ = try Self.admitted(limiter)
        waiting[1].leave()
        #expect(await late.value)
    }

    @Test func `a rate allows bursts and says when to come again`() throws {
        let limiter = Limiter(limits: CallLimits(atOnce: 100, queued: 0, perMinute: 30))
        let start = ContinuousClock.now
        for _ in 0..<30 {
            guard case .place(let place) = limiter.admit("a", now: start) else { throw Refused() }
            place.leave()
        }
        #expect(Self.seconds(limiter.admit("a", now: start)) == 2)
        #expect(Self.seconds(limiter.admit("a", now: start + .milliseconds(1500))) == 1)
        #expect(Self.seconds(limiter.admit("a", now: start + .seconds(2))) == nil)
        #expect(Self.seconds(limiter.admit("a", now: start + .seconds(2))) == 2)
        #expect(Self.seconds(limiter.admit("b", now: start)) == nil)
        // A pause brings back a burst and no more.
        let later = start + .seconds(3600)
        for _ in 0..<30 { #expect(Self.seconds(limiter.admit("a", now: later)) == nil) }
        #expect(Self.seconds(limiter.admit("a", now: later)) == 2)
    }

    @Test func `bodies of one principal hold a share, and all together no more than there is`() {
        let shares = BodyShares<String>(bytesMax: 100, shareMax: 60)
        #expect(shares.reserve(60, for: "a"))
        #expect(!shares.reserve(1, for: "a"))
        #expect(shares.reserve(40, for: "b"))
        // What could not be had of the whole is not kept of the share either.
        #expect(!shares.reserve(20, for: "b"))
        shares.release(60, of: "a")
        #expect(shares.reserve(20, for: "b"))
        #expect(shares.reserve(40, for: "a"))
        #expect(!shares.reserve(1, for: "a"))
    }
}
