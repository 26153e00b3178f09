import Cryptography
import struct FoundationEssentials.Date
@testable import Identity
import JSON
import Testing

@Suite("Revocations")
struct RevocationsTests {
    private func isRevoked(_ entry: Revocations.Entry, _ changes: JSONObject = [:]) async throws -> Bool {
        let issuer = try TestIssuer()
        let token = try TestToken.rs256(TestIssuer.claims(changes))
        _ = try await issuer.verify(token).get()
        issuer.verifier.replace(revocations: try Revocations([entry]))
        let result = await issuer.verify(token)
        issuer.verifier.replace(revocations: .none)
        _ = try await issuer.verify(token).get()
        guard case .failure(let refusal) = result else { return false }
        #expect(refusal.code == .revoked)
        #expect(refusal.provedSubject == "user-1")
        return true
    }

    @Test
    func `a subject, a sign-in, a key and a token are refused at once, and taken back at once`() async throws {
        let own = TestIssuer.issuer
        #expect(try await isRevoked(.subject(issuer: own, subject: "user-1")))
        #expect(try await isRevoked(.signIn(issuer: own, signIn: "s1"), ["sid": "s1"]))
        #expect(try await isRevoked(.key(issuer: own, keyID: "rsa")))
        #expect(try await isRevoked(.token(issuer: own, tokenID: "token-1")))
    }

    @Test
    func `others are not touched`() async throws {
        let own = TestIssuer.issuer
        #expect(try await !isRevoked(.subject(issuer: own, subject: "user-2")))
        #expect(try await !isRevoked(.subject(issuer: TestIssuer.laxIssuer, subject: "user-1")))
        #expect(try await !isRevoked(.signIn(issuer: own, signIn: "user-1")))
        #expect(try await !isRevoked(.signIn(issuer: own, signIn: "s2"), ["sid": "s1"]))
        #expect(try await !isRevoked(.key(issuer: own, keyID: "ec")))
        #expect(try await !isRevoked(.token(issuer: own, tokenID: "token-2")))
        #expect(try await !isRevoked(.session("session")))
    }

    @Test
    func `what was issued before a time is refused, and what does not say when`() async throws {
        let own = TestIssuer.issuer
        let start = TestClock.start
        #expect(try await !isRevoked(.issuedBefore(start, issuer: own, subject: nil)))
        #expect(try await isRevoked(.issuedBefore(start.addingTimeInterval(1), issuer: own, subject: nil)))
        #expect(try await isRevoked(.issuedBefore(start.addingTimeInterval(1), issuer: own, subject: "user-1")))
        #expect(try await !isRevoked(.issuedBefore(start.addingTimeInterval(1), issuer: own, subject: "user-2")))
        #expect(try await isRevoked(.issuedBefore(start, issuer: own, subject: nil), ["iat": nil]))
    }

    @Test
    func `of two times the later counts`() throws {
        let times = [1.0, 3, 2].map { TestClock.start.addingTimeInterval($0) }
        let revocations = try Revocations(times.map { .issuedBefore($0, issuer: "i", subject: nil) })
        let token = Revocations.Token(issuer: "i", subject: "s", issuedAt: TestClock.start.addingTimeInterval(2.5))
        #expect(revocations.revokes(token))
    }

    @Test
    func `a session of ours is refused by its name`() async throws {
        let clock = TestClock()
        let sessions = try SessionIDMint(keys: .generate(now: TestClock.start), windowHours: 12, clock: { clock.now })
        let fetcher = FakeFetcher()
        var options = IssuerSettings.Options()
        options.jwksURL = TestIssuer.keys
        let verifier = try TokenVerifier(
            resource: TestIssuer.resource,
            issuers: [IssuerSettings(issuer: TestIssuer.issuer, options: options)],
            fetcher: fetcher,
            sessions: sessions,
            clock: { clock.now }
        )
        fetcher.set(TestIssuer.keys, ["keys": .array(try TestIssuer.keySet())])
        let token = try TestToken.rs256(TestIssuer.claims(["sid": "s1"]))
        let principal = try await verifier.verify(bearer: token, roles: .none).get()
        verifier.replace(revocations: try Revocations([.session(sessions.session(of: principal).text)]))
        guard case .failure(let refusal) = await verifier.verify(bearer: token, roles: .none) else {
            throw Unexpected()
        }
        #expect(refusal.code == .revoked)
        let other = try TestToken.rs256(TestIssuer.claims(["sid": "s2"]))
        _ = try await verifier.verify(bearer: other, roles: .none).get()
    }

    @Test
    func `names are compared by bytes, and empty ones refused`() throws {
        let revocations = try Revocations([.subject(issuer: "i", subject: "\u{E9}")])
        #expect(revocations.revokes(.init(issuer: "i", subject: "\u{E9}")))
        #expect(!revocations.revokes(.init(issuer: "i", subject: "e\u{301}")))
        #expect(!revocations.revokes(.init(issuer: "i\u{E9}", subject: "")))
        let error = #expect(throws: IdentityError.self) { try Revocations([.key(issuer: "", keyID: "k")]) }
        #expect(error?.code == .malformed)
    }
}
