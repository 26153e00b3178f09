import Cryptography
@testable import Identity
import JSON
import Testing

@Suite("Keys of an issuer")
struct IssuerKeysTests {
    private func code(_ issuer: TestIssuer, _ token: String) async -> TokenRefusal.Code? {
        guard case .failure(let refusal) = await issuer.verify(token) else { return nil }
        return refusal.code
    }

    private func rotated() throws -> JSONValue {
        ["keys": [try TestKeys.otherRSA.get().jwk(["kid": "new", "alg": "RS256"])]]
    }

    @Test
    func `keys are discovered once and kept`() async throws {
        let issuer = try TestIssuer()
        for _ in 0..<5 { #expect(try await code(issuer, TestToken.rs256()) == nil) }
        #expect(issuer.fetcher.addresses == [TestIssuer.metadata, TestIssuer.keys])
    }

    @Test
    func `many tokens at once cause one fetch`() async throws {
        let issuer = try TestIssuer()
        let token = try TestToken.rs256()
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { await code(issuer, token) == nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(accepted == 50)
        #expect(issuer.fetcher.addresses == [TestIssuer.metadata, TestIssuer.keys])
    }

    @Test
    func `a new key is found, but unknown names cause at most one fetch in 30 seconds`() async throws {
        let issuer = try TestIssuer()
        let token = TestToken.signed(.rs256, try TestKeys.otherRSA.get(), keyID: "new")
        #expect(await code(issuer, token) == .unknownKey)
        issuer.fetcher.forgetRequests()
        issuer.fetcher.set(TestIssuer.keys, try rotated())
        issuer.clock.advance(29)
        for name in 0..<20 {
            let other = TestToken.signed(.rs256, try TestKeys.otherRSA.get(), keyID: "random-\(name)")
            #expect(await code(issuer, other) == .unknownKey)
        }
        #expect(issuer.fetcher.requests.isEmpty)
        issuer.clock.advance(1)
        #expect(await code(issuer, token) == nil)
        #expect(issuer.fetcher.addresses == [TestIssuer.metadata, TestIssuer.keys])
        // The key that is gone from the set is gone here as well.
        #expect(try await code(issuer, TestToken.rs256()) == .unknownKey)
    }

    @Test
    func `old keys are fetched again, and serve for a bounded time when that fails`() async throws {
        let issuer = try TestIssuer()
        let expiry = JSONValue.integer(ForgedTokenTests.now + 1_000_000)
        let token = try TestToken.rs256(TestIssuer.claims(["exp": expiry]))
        #expect(await code(issuer, token) == nil)
        issuer.fetcher.forgetRequests()
        issuer.clock.advance(IssuerKeys.freshSecondsStandard)
        #expect(await code(issuer, token) == nil)
        #expect(issuer.fetcher.requests.isEmpty)
        issuer.fetcher.setDown(true)
        issuer.clock.advance(1)
        for _ in 0..<5 { #expect(await code(issuer, token) == nil) }
        #expect(issuer.fetcher.requests.count == 2)
        issuer.clock.advance(IssuerKeys.staleSecondsMax - 1)
        #expect(await code(issuer, token) == nil)
        issuer.clock.advance(1)
        #expect(await code(issuer, token) == .keysUnavailable)
        issuer.fetcher.setDown(false)
        issuer.clock.advance(IssuerKeys.fetchPauseSeconds)
        #expect(await code(issuer, token) == nil)
    }

    @Test
    func `an issuer that cannot be reached is a matter of time`() async throws {
        let issuer = try TestIssuer()
        issuer.fetcher.setDown(true)
        let token = try TestToken.rs256()
        guard case .failure(let refusal) = await issuer.verify(token) else { throw Unexpected() }
        #expect(refusal.code == .keysUnavailable)
        #expect(refusal.isTemporary)
        issuer.fetcher.setDown(false)
        #expect(await code(issuer, token) == .keysUnavailable)
        issuer.clock.advance(IssuerKeys.firstFetchPauseSeconds)
        #expect(await code(issuer, token) == nil)
    }

    @Test
    func `an unknown name while the issuer is down may be a new key`() async throws {
        let issuer = try TestIssuer()
        #expect(try await code(issuer, TestToken.rs256()) == nil)
        issuer.fetcher.setDown(true)
        issuer.clock.advance(60)
        let token = TestToken.signed(.rs256, try TestKeys.otherRSA.get(), keyID: "new")
        #expect(await code(issuer, token) == .keysUnavailable)
        #expect(try await code(issuer, TestToken.rs256()) == nil)
    }

    @Test
    func `a clock that was set back fetches again`() async throws {
        let issuer = try TestIssuer()
        #expect(try await code(issuer, TestToken.rs256()) == nil)
        issuer.fetcher.forgetRequests()
        issuer.clock.advance(-30)
        #expect(try await code(issuer, TestToken.rs256()) == nil)
        #expect(issuer.fetcher.requests.count == 2)
    }

    @Test
    func `metadata may be where RFC 8414 has it`() async throws {
        let issuer = try TestIssuer()
        issuer.fetcher.remove(TestIssuer.metadata)
        issuer.fetcher.set(
            "https://idp.example/.well-known/oauth-authorization-server/tenant",
            ["issuer": .string(TestIssuer.issuer), "jwks_uri": .string(TestIssuer.keys)]
        )
        #expect(try await code(issuer, TestToken.rs256()) == nil)
    }

    @Test(
        arguments: [
            ["issuer": "https://idp.example/tenant/", "jwks_uri": "https://idp.example/tenant/keys"],
            ["issuer": "https://evil.example", "jwks_uri": "https://idp.example/tenant/keys"],
            ["jwks_uri": "https://idp.example/tenant/keys"],
            ["issuer": "https://idp.example/tenant"],
            ["issuer": "https://idp.example/tenant", "jwks_uri": "http://idp.example/tenant/keys"],
            ["issuer": "https://idp.example/tenant", "jwks_uri": "http://127.0.0.1/keys"],
            ["issuer": "https://idp.example/tenant", "jwks_uri": "file:///etc/passwd"],
            ["issuer": "https://idp.example/tenant", "jwks_uri": "https://u:p@idp.example/tenant/keys"],
            ["issuer": "https://idp.example/tenant", "jwks_uri": ["https://idp.example/tenant/keys"]],
            [],
        ] as [JSONValue]
    )
    func `metadata that is not the issuer's own is not used`(metadata: JSONValue) async throws {
        let issuer = try TestIssuer()
        issuer.fetcher.set(TestIssuer.metadata, metadata)
        issuer.fetcher.set("http://127.0.0.1/keys", ["keys": .array(try TestIssuer.keySet())])
        #expect(try await code(issuer, TestToken.rs256()) == .keysUnavailable)
        #expect(issuer.fetcher.addresses.allSatisfy { $0.contains("/.well-known/") })
    }

    @Test
    func `a redirect, an error page and an oversized set are no keys`() async throws {
        let set = JSONValue.object(["keys": .array(try TestIssuer.keySet())])
        let key = try TestKeys.rsa.get().jwk(["kid": "rsa"])
        let answers: [(Int, [UInt8])] = [
            (302, set.serialized()), (500, set.serialized()), (203, set.serialized()), (200, Array("<html>".utf8)),
            (200, JSONValue.object(["keys": .array(.init(repeating: key, count: 101))]).serialized()),
            (200, set.serialized() + [UInt8](repeating: 0x20, count: JSONWebKeySet.bytesMax)),
            (200, JSONValue.object(["keys": [:]]).serialized()), (200, []),
        ]
        for (status, body) in answers {
            let issuer = try TestIssuer()
            issuer.fetcher.set(TestIssuer.keys, bytes: body, status: status)
            #expect(try await code(issuer, TestToken.rs256()) == .keysUnavailable)
        }
    }

    @Test
    func `the settings can say where the keys are`() async throws {
        var options = IssuerSettings.Options()
        options.jwksURL = TestIssuer.keys
        let issuer = try TestIssuer(options)
        #expect(try await code(issuer, TestToken.rs256()) == nil)
        #expect(issuer.fetcher.addresses == [TestIssuer.keys])
    }

    @Test
    func `keys of one issuer are nothing to another`() async throws {
        var lax = IssuerSettings.Options()
        lax.tokenTypes = [.jwt]
        let issuer = try TestIssuer(lax: lax)
        let claims = TestIssuer.claims(["iss": .string(TestIssuer.laxIssuer)])
        #expect(try await code(issuer, TestToken.rs256(claims, header: ["typ": "JWT"])) == nil)
        let token = TestToken.signed(.es256, try TestKeys.ec.get(), keyID: "ec", claims, header: ["typ": "JWT"])
        #expect(await code(issuer, token) == .unknownKey)
        // What one issuer may do, the other may not.
        #expect(try await code(issuer, TestToken.rs256(header: ["typ": "JWT"])) == .tokenType)
    }

    @Test
    func `a token without key name is accepted if exactly one key fits, copies counted once`() async throws {
        let issuer = try TestIssuer()
        let token = TestToken.signed(.es256, try TestKeys.ec.get(), keyID: nil)
        let key = try TestKeys.ec.get().jwk(["kid": "ec"])
        issuer.fetcher.set(TestIssuer.keys, ["keys": [key, key, try TestKeys.rsa.get().jwk()]])
        #expect(await code(issuer, token) == nil)
        let other = try TestIssuer()
        other.fetcher.set(TestIssuer.keys, ["keys": [key, try TestKeys.otherEC.get().jwk(["kid": "other"])]])
        #expect(await code(other, token) == .unknownKey)
    }

    @Test
    func `two keys of one name are told apart by their kind or not at all`() async throws {
        let issuer = try TestIssuer()
        let ec = try TestKeys.ec.get().jwk(["kid": "rsa"])
        let rsa = try TestKeys.rsa.get().jwk(["kid": "rsa"])
        issuer.fetcher.set(TestIssuer.keys, ["keys": [ec, rsa]])
        #expect(try await code(issuer, TestToken.rs256()) == nil)
        let other = try TestIssuer()
        other.fetcher.set(TestIssuer.keys, ["keys": [rsa, try TestKeys.otherRSA.get().jwk(["kid": "rsa"])]])
        #expect(try await code(other, TestToken.rs256()) == .unknownKey)
    }

    @Test(
        arguments: [
            (nil, 3600.0), ("max-age=600", 600), ("public, max-age=600, must-revalidate", 600), ("max-age=0", 300),
            ("max-age=99999999", 86_400), ("no-store", 300), ("Max-Age=700", 700), ("max-age=nan", 3600),
            ("max-age=-1", 300), ("max-age=x", 3600), ("max-age=600, max-age=900", 600),
        ] as [(String?, Double)]
    )
    func `what an issuer says of caching counts within bounds`(header: String?, seconds: Double) {
        #expect(IssuerDiscovery.freshSeconds(header) == seconds)
    }

    @Test(arguments: [
        (
            "https://a.example", "https://a.example/.well-known/openid-configuration",
            "https://a.example/.well-known/oauth-authorization-server"
        ),
        (
            "https://a.example/", "https://a.example/.well-known/openid-configuration",
            "https://a.example/.well-known/oauth-authorization-server"
        ),
        (
            "https://a.example:8443/t/v2", "https://a.example:8443/t/v2/.well-known/openid-configuration",
            "https://a.example:8443/.well-known/oauth-authorization-server/t/v2"
        ),
    ])
    func `metadata is looked for at both places`(issuer: String, appended: String, inserted: String) {
        #expect(IssuerAddress.metadata(of: issuer) == [appended, inserted])
    }
}
