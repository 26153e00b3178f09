import Cryptography
import struct FoundationEssentials.Date
@testable import Identity
import JSON
import Testing

@Suite("Claims of accepted tokens")
struct TokenClaimsTests {
    static let now = ForgedTokenTests.now

    private func principal(
        _ changes: JSONObject = [:],
        _ change: (inout IssuerSettings.Options) throws -> Void = { _ in }
    ) async throws -> Principal {
        var options = IssuerSettings.Options()
        try change(&options)
        return try await TestIssuer(options).verify(TestToken.rs256(TestIssuer.claims(changes))).get()
    }

    private func code(
        _ changes: JSONObject,
        header: JSONObject = [:],
        _ change: (inout IssuerSettings.Options) throws -> Void = { _ in }
    ) async throws -> TokenRefusal.Code? {
        var options = IssuerSettings.Options()
        try change(&options)
        let token = try TestToken.rs256(TestIssuer.claims(changes), header: header)
        guard case .failure(let refusal) = try await TestIssuer(options).verify(token) else { return nil }
        return refusal.code
    }

    @Test
    func `a principal has what the token says`() async throws {
        let principal = try await principal(["sid": "sign-in-1", "scope": "bq.read bq.export bq.read"])
        #expect(principal.issuer == TestIssuer.issuer)
        #expect(principal.subject == "user-1")
        #expect(principal.client == "client-1")
        #expect(principal.signIn == "sign-in-1")
        #expect(principal.tokenID == "token-1")
        #expect(principal.roles == ["analyst"])
        #expect(principal.scopes == ["bq.export", "bq.read"])
        #expect(principal.kind == .human)
        #expect(principal.actors.isEmpty)
        #expect(principal.expiry == TestClock.start.addingTimeInterval(300))
    }

    @Test
    func `who has no group has no role, and is a principal all the same`() async throws {
        #expect(try await principal(["groups": nil]).roles.isEmpty)
        #expect(try await principal(["groups": ["other"]]).roles.isEmpty)
        #expect(try await principal(["groups": "auditors"]).roles == ["auditor"])
    }

    @Test
    func `a group that only looks the same gives no role`() async throws {
        // U+212A, the sign for kelvin, equals K for Swift.
        #expect("\u{212A}ings" == "Kings")
        #expect(try await principal(["groups": ["\u{212A}ings"]]).roles.isEmpty)
        #expect(try await principal(["groups": ["Kings"]]).roles == ["auditor"])
        #expect(try await principal(["groups": ["analysts ", "Analysts"]]).roles.isEmpty)
    }

    @Test
    func `audiences, issuers and key names that only look the same are others`() async throws {
        let sign = "\u{212A}"
        #expect(try await code(["aud": "api://K"]) { $0.audiences = ["api://K"] } == nil)
        #expect(try await code(["aud": .string("api://\(sign)")]) { $0.audiences = ["api://K"] } == .audience)
        for (claimed, expected) in [("K", nil), (sign, TokenRefusal.Code.issuer)] {
            var options = IssuerSettings.Options()
            options.jwksURL = TestIssuer.keys
            let clock = TestClock()
            let fetcher = FakeFetcher()
            let verifier = try TokenVerifier(
                resource: TestIssuer.resource,
                issuers: [IssuerSettings(issuer: "https://idp.example/K", options: options)],
                fetcher: fetcher,
                sessions: SessionIDMint(keys: .generate(now: TestClock.start), windowHours: 12),
                clock: { clock.now }
            )
            fetcher.set(TestIssuer.keys, ["keys": [try TestKeys.rsa.get().jwk(["kid": "K"])]])
            let claims = TestIssuer.claims(["iss": .string("https://idp.example/\(claimed)")])
            let key = try TestKeys.rsa.get()
            let result = await verifier.verify(
                bearer: TestToken.signed(.rs256, key, keyID: "K", claims),
                roles: .none
            )
            if case .failure(let refusal) = result {
                #expect(refusal.code == expected)
            } else {
                #expect(expected == nil)
            }
            let own = TestIssuer.claims(["iss": "https://idp.example/K"])
            let other = await verifier.verify(bearer: TestToken.signed(.rs256, key, keyID: sign, own), roles: .none)
            guard case .failure(let refusal) = other else { throw Unexpected() }
            #expect(refusal.code == .unknownKey)
        }
    }

    @Test
    func `subjects that only look the same are two principals`() async throws {
        let one = try await principal(["sub": "\u{E9}"])
        let other = try await principal(["sub": "e\u{301}"])
        #expect(one.subject == other.subject)
        #expect(one != other)
    }

    @Test(
        arguments: [
            ("groups", ["groups": ["analysts"]]),
            ("realm_access.roles", ["realm_access": ["roles": ["analysts"]]]),
            ("cognito:groups", ["cognito:groups": ["analysts"]]),
            ("https://bank.example/groups", ["https://bank.example/groups": ["analysts"]]),
        ] as [(String, JSONObject)]
    )
    func `groups are read where the settings say`(path: String, claims: JSONObject) async throws {
        let found = try await principal(JSONObject([("groups", .null)] + claims.map { ($0.key, $0.value) })) {
            $0.groupsClaim = try ClaimPath(path)
        }
        #expect(found.roles == ["analyst"])
    }

    @Test
    func `scopes are read as each issuer writes them`() async throws {
        #expect(try await principal(["scope": nil, "scp": "a b"]).scopes == ["a", "b"])
        #expect(try await principal(["scope": nil, "scp": ["b", "a"]]).scopes == ["a", "b"])
        #expect(try await principal(["scope": nil]).scopes.isEmpty)
    }

    @Test
    func `scopes and claims give roles`() async throws {
        let found = try await principal(["groups": nil, "repository": "bank/etl", "ref": "refs/heads/main"]) {
            options in
            options.scopeRoles = ["bq.read": ["reader"], "bq.write": ["writer"]]
            options.roleRules = [
                try RoleRule(role: "ci", when: [ClaimCondition(claim: ClaimPath("repository"), values: ["bank/*"])]),
                try RoleRule(
                    role: "release",
                    when: [
                        ClaimCondition(claim: ClaimPath("repository"), values: ["bank/etl"]),
                        ClaimCondition(claim: ClaimPath("ref"), values: ["refs/tags/*"]),
                    ]
                ),
            ]
        }
        #expect(found.roles == ["ci", "reader"])
    }

    @Test(arguments: [
        (["a"], "a", true), (["a"], "ab", false), (["a*"], "ab", true), (["a*"], "a", true), (["a*"], "ba", false),
        (["K"], "\u{212A}", false), (["1"], "1", true),
    ])
    func `conditions compare bytes`(values: [String], claim: String, holds: Bool) throws {
        let condition = try ClaimCondition(claim: ClaimPath("c"), values: values)
        #expect(condition.holds(for: ["c": .string(claim)]) == holds)
        #expect(condition.holds(for: ["c": ["x", .string(claim)]]) == holds)
        #expect(!condition.holds(for: [:]))
        #expect(!condition.holds(for: ["c": [:]]))
    }

    @Test
    func `Entra's left out groups can be replaced by a claim`() async throws {
        let changes: JSONObject = [
            "groups": nil, "_claim_names": ["groups": "src1"], "_claim_sources": ["src1": ["endpoint": "https://g"]],
            "roles": ["auditors"],
        ]
        let found = try await principal(changes) { $0.groupsOverage = .useClaim(try ClaimPath("roles")) }
        #expect(found.roles == ["auditor"])
    }

    @Test
    func `what was left out matters if roles depend on it`() async throws {
        #expect(try await principal(["_claim_names": ["photos": "src1"]]).roles == ["analyst"])
        let leftOut: JSONObject = [
            "groups": nil, "hasgroups": true, "_claim_names": ["groups": "src1"], "roles": ["auditors"],
        ]
        #expect(try await code(leftOut) == .groupsOverage)
        #expect(try await principal(leftOut) { $0.groupsClaim = try ClaimPath("roles") }.roles == ["auditor"])
        let byRule = try await code(leftOut) { options in
            options.groupsClaim = try ClaimPath("roles")
            let condition = try ClaimCondition(claim: ClaimPath("groups"), values: ["restricted"])
            options.roleRules = [try RoleRule(role: "restricted", when: [condition])]
        }
        #expect(byRule == .groupsOverage)
    }

    @Test(
        arguments: [
            ["sub": "client-1"], ["gty": "client-credentials"], ["idtyp": "app"],
            ["client_id": nil, "repository": "bank/etl", "run_id": "1", "workflow_ref": "bank/etl/.github/ci.yml"],
            ["client_id": nil, "project_path": "bank/etl", "pipeline_id": "1", "job_id": "2"],
            ["service": true],
        ] as [JSONObject]
    )
    func `machines are told from people`(changes: JSONObject) async throws {
        let found = try await principal(changes) {
            $0.machineConditions = [try ClaimCondition(claim: ClaimPath("service"), values: ["true"])]
        }
        #expect(found.kind == .machine)
    }

    @Test
    func `all tokens of a machine's issuer are a machine's`() async throws {
        #expect(try await principal { $0.isMachine = true }.kind == .machine)
    }

    @Test
    func `the chain of actors is kept, the present one first`() async throws {
        let found = try await principal([
            "act": ["sub": "agent", "client_id": "c", "act": ["sub": "portal", "iss": "https://other.example"]]
        ])
        #expect(
            found.actors == [
                DelegatedActor(issuer: nil, subject: "agent", client: "c"),
                DelegatedActor(issuer: "https://other.example", subject: "portal", client: nil),
            ]
        )
        #expect(try await principal() != found)
    }

    @Test
    func `clocks may differ by the skew and no more`() async throws {
        #expect(try await code(["iat": .integer(Self.now - 400), "exp": .integer(Self.now - 59)]) == nil)
        #expect(try await code(["nbf": .integer(Self.now + 60)]) == nil)
        #expect(try await code(["iat": .integer(Self.now + 60)]) == nil)
        #expect(try await code(["iat": nil, "exp": .integer(Self.now)]) { $0.clockSkewSeconds = 0 } == .expired)
        #expect(try await code(["iat": .integer(Self.now + 1)]) { $0.clockSkewSeconds = 0 } == .notYetValid)
        #expect(
            try await code(["exp": .double(Double(Self.now) + 0.5), "iat": nil]) { $0.clockSkewSeconds = 0 } == nil
        )
    }

    @Test
    func `a token that lives too long is refused`() async throws {
        #expect(try await code([:]) { $0.lifetimeMaxSeconds = 300 } == nil)
        #expect(try await code([:]) { $0.lifetimeMaxSeconds = 299 } == .lifetime)
        #expect(try await code(["iat": nil]) { $0.lifetimeMaxSeconds = 300 } == .lifetime)
    }

    @Test
    func `audiences are the resource and those of the settings`() async throws {
        #expect(try await code(["aud": ["other", .string(TestIssuer.resource)]]) == nil)
        #expect(try await code(["aud": "api://scrim"]) == .audience)
        #expect(try await code(["aud": "api://scrim"]) { $0.audiences = ["api://scrim"] } == nil)
    }

    @Test
    func `other types of token need a setting, and are then no ID tokens`() async throws {
        let lax: (inout IssuerSettings.Options) -> Void = {
            $0.tokenTypes = [.jwt, .absent]
            $0.audiences = ["client-1"]
        }
        #expect(try await code([:], header: ["typ": "JWT"], lax) == nil)
        #expect(try await code([:], header: ["typ": "application/jwt"], lax) == nil)
        #expect(try await code([:], header: ["typ": nil], lax) == nil)
        #expect(try await code([:], lax) == .tokenType)
        #expect(try await code(["aud": "client-1"], header: ["typ": "JWT"], lax) == .idToken)
        #expect(try await code(["nonce": "n"], header: ["typ": "JWT"], lax) == .idToken)
        let types: (inout IssuerSettings.Options) -> Void = { $0.audiences = ["client-1"] }
        #expect(try await code(["aud": "client-1"], header: ["typ": "application/AT+JWT"], types) == nil)
    }

    @Test
    func `only the algorithms of the settings are accepted`() async throws {
        #expect(try await code([:]) { $0.algorithms = [.es256] } == .algorithm)
    }

    @Test
    func `principals are equal over tokens of one sign-in`() async throws {
        let one = try await principal()
        let next = try await principal(["jti": "token-2", "exp": .integer(Self.now + 600)])
        #expect(one == next)
        #expect(one.hashValue == next.hashValue)
        #expect(try await principal(["scope": "bq.export"]) != one)
        #expect(try await principal(["groups": ["auditors"]]) != one)
    }

    @Test
    func `a refusal after the signature names the subject, one before does not`() async throws {
        let issuer = try TestIssuer()
        let expired = try TestToken.rs256(TestIssuer.claims(["iat": nil, "exp": 1]))
        guard case .failure(let refusal) = await issuer.verify(expired) else { throw Unexpected() }
        #expect(refusal.provedSubject == "user-1")
        #expect(refusal.claimedIssuer == TestIssuer.issuer)
        let forged = TestToken.signed(.rs256, try TestKeys.otherRSA.get(), keyID: "rsa")
        guard case .failure(let refusal) = await issuer.verify(forged) else { throw Unexpected() }
        #expect(refusal.provedSubject == nil)
        #expect(refusal.claimedIssuer == TestIssuer.issuer)
    }
}

/// A result that a test does not expect at all.
struct Unexpected: Error {}
