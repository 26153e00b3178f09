import Cryptography
import HTTPTransport
@testable import Identity
import JSON
import Testing

@Suite("Opaque tokens")
struct IntrospectionTests {
    static let endpoint = "https://idp.example/introspect"
    static let token = "opaque.token-1"

    private func issuer(
        _ answer: JSONValue,
        cacheSeconds: Int = 30,
        requiresAudience: Bool = true
    ) throws -> TestIssuer {
        var options = IssuerSettings.Options()
        options.introspection = try IntrospectionSettings(
            endpoint: Self.endpoint,
            clientID: "scrim client",
            clientSecret: "s3cr3t:+",
            cacheSeconds: cacheSeconds,
            requiresAudience: requiresAudience
        )
        let issuer = try TestIssuer(options)
        issuer.fetcher.set(Self.endpoint, answer)
        return issuer
    }

    private func answer(_ changes: JSONObject = [:]) -> JSONValue {
        var claims = TestIssuer.claims()
        claims["active"] = true
        claims.apply(changes)
        return .object(claims)
    }

    private func code(_ issuer: TestIssuer, _ token: String = token) async -> TokenRefusal.Code? {
        guard case .failure(let refusal) = await issuer.verify(token) else { return nil }
        return refusal.code
    }

    @Test
    func `an active token is a principal, and the question is as RFC 7662 has it`() async throws {
        let issuer = try issuer(answer())
        let principal = try await issuer.verify("opaque.token/1+~=").get()
        #expect(principal.subject == "user-1")
        #expect(principal.roles == ["analyst"])
        let request = try #require(issuer.fetcher.requests.first)
        #expect(issuer.fetcher.requests.count == 1)
        #expect(request.method == .post)
        #expect(request.url == Self.endpoint)
        let body = String(decoding: request.body ?? [], as: UTF8.self)
        #expect(body == "token=opaque.token%2F1%2B~%3D&token_type_hint=access_token")
        let credentials = Base64.encode(Array("scrim%20client:s3cr3t%3A%2B".utf8))
        #expect(request.headers.contains(HTTPHeader("Authorization", "Basic \(credentials)")))
    }

    @Test
    func `an answer is kept for its time, and never beyond the token's`() async throws {
        let issuer = try issuer(answer(["exp": .integer(ForgedTokenTests.now + 20)]))
        #expect(await code(issuer) == nil)
        issuer.fetcher.set(Self.endpoint, ["active": false])
        issuer.clock.advance(19)
        #expect(await code(issuer) == nil)
        issuer.clock.advance(1)
        #expect(await code(issuer) == .inactive)
        #expect(issuer.fetcher.requests.count == 2)
        // That a token is not active is kept too.
        issuer.clock.advance(29)
        #expect(await code(issuer) == .inactive)
        #expect(issuer.fetcher.requests.count == 2)
        issuer.clock.advance(1)
        #expect(await code(issuer) == .inactive)
        #expect(issuer.fetcher.requests.count == 3)
    }

    @Test
    func `without a cache each request asks`() async throws {
        let issuer = try issuer(answer(), cacheSeconds: 0)
        for _ in 0..<3 { #expect(await code(issuer) == nil) }
        #expect(issuer.fetcher.requests.count == 3)
    }

    @Test
    func `one token asked for at once is one question`() async throws {
        let issuer = try issuer(answer())
        let codes = await withTaskGroup(of: TokenRefusal.Code?.self) { group in
            for _ in 0..<100 { group.addTask { await code(issuer) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.allSatisfy { $0 == nil })
        #expect(issuer.fetcher.requests.count == 1)
    }

    @Test
    func `the questions under way are bounded`() async throws {
        let issuer = try issuer(answer())
        issuer.fetcher.setHeld(true)
        try await withThrowingTaskGroup(of: TokenRefusal.Code?.self) { group in
            for number in 0..<Introspection.questionsMax { group.addTask { await code(issuer, "t\(number)") } }
            while issuer.fetcher.requests.count < Introspection.questionsMax {
                try await Task.sleep(for: .milliseconds(1))
            }
            #expect(await code(issuer, "one-more") == .introspectionUnavailable)
            issuer.fetcher.setHeld(false)
            for try await code in group { #expect(code == nil) }
        }
        #expect(await code(issuer, "one-more") == nil)
    }

    @Test
    func `made-up tokens do not push good ones out`() async throws {
        let issuer = try issuer(answer())
        #expect(await code(issuer) == nil)
        issuer.fetcher.set(Self.endpoint, ["active": false])
        for number in 0...Introspection.entriesMax { #expect(await code(issuer, "t\(number)") == .inactive) }
        #expect(await code(issuer) == nil)
    }

    @Test
    func `the answers kept are bounded`() async throws {
        let issuer = try issuer(["active": false])
        for number in 0...Introspection.entriesMax { #expect(await code(issuer, "t\(number)") == .inactive) }
        issuer.fetcher.forgetRequests()
        // The last is still known, and one of the others is not.
        #expect(await code(issuer, "t\(Introspection.entriesMax)") == .inactive)
        #expect(issuer.fetcher.requests.isEmpty)
        for number in 0..<Introspection.entriesMax { _ = await code(issuer, "t\(number)") }
        #expect(!issuer.fetcher.requests.isEmpty)
    }

    @Test
    func `answers that give no access`() async throws {
        let cases: [(JSONObject, TokenRefusal.Code)] = [
            (["active": false], .inactive), (["active": "true"], .introspectionUnavailable),
            (["active": nil], .introspectionUnavailable), (["iss": "https://evil.example"], .issuer),
            (["iss": 1], .issuer),
            (["aud": "other"], .audience), (["aud": nil], .audience), (["token_type": "DPoP"], .tokenType),
            (["token_type": "refresh_token"], .tokenType), (["exp": .integer(ForgedTokenTests.now - 60)], .expired),
            (["exp": "soon"], .claims), (["cnf": ["jkt": "t"]], .senderConstrained), (["nonce": "n"], .idToken),
            (["sub": nil, "client_id": nil], .claims), (["sub": ""], .claims),
        ]
        for (changes, expected) in cases {
            #expect(await code(try issuer(answer(changes))) == expected)
        }
    }

    @Test
    func `what need not be there`() async throws {
        #expect(await code(try issuer(answer(["aud": nil]), requiresAudience: false)) == nil)
        #expect(await code(try issuer(answer(["aud": "other"]), requiresAudience: false)) == .audience)
        #expect(await code(try issuer(answer(["iss": nil, "exp": nil, "token_type": "Bearer"]))) == nil)
        let machine = try await issuer(answer(["sub": nil])).verify(Self.token).get()
        #expect(machine.subject == "client-1")
        #expect(machine.kind == .machine)
    }

    @Test
    func `an issuer that cannot be asked is a matter of time, and is asked again`() async throws {
        let issuer = try issuer(answer())
        issuer.fetcher.setDown(true)
        guard case .failure(let refusal) = await issuer.verify(Self.token) else { throw Unexpected() }
        #expect(refusal.code == .introspectionUnavailable)
        #expect(refusal.isTemporary)
        issuer.fetcher.setDown(false)
        #expect(await code(issuer) == nil)
    }

    @Test
    func `signed tokens are checked here, and nobody is asked about them`() async throws {
        let issuer = try issuer(answer())
        #expect(try await code(issuer, TestToken.rs256()) == nil)
        let forged = TestToken.signed(.rs256, try TestKeys.otherRSA.get(), keyID: "rsa")
        #expect(await code(issuer, forged) == .signature)
        #expect(!issuer.fetcher.addresses.contains(Self.endpoint))
    }

    @Test
    func `without introspection an opaque token is refused`() async throws {
        #expect(await code(try TestIssuer()) == .malformed)
    }

    @Test
    func `the client's secret is in no description`() throws {
        let settings = try IntrospectionSettings(endpoint: Self.endpoint, clientID: "c", clientSecret: "s3cr3t")
        var options = IssuerSettings.Options()
        options.introspection = settings
        var dumped = ""
        dump(options, to: &dumped)
        for text in ["\(settings)", String(reflecting: settings), "\(options)", dumped] {
            #expect(!text.contains("s3cr3t"))
        }
    }
}
