import Cryptography
@testable import Identity
import Testing

@Suite("Settings of issuers")
struct IssuerSettingsTests {
    private func refusal(_ make: () throws -> Void) -> String? {
        let error = #expect(throws: IdentityError.self) { try make() }
        #expect(error?.code == .settings)
        return error?.message
    }

    @Test(arguments: [
        "", "idp.example", "http://idp.example", "ftp://idp.example", "https://", "https://u:p@idp.example",
        "https://idp.example/#f", "https://idp.example/?q=1", "https://idp.example/ x", "urn:scrim:development",
    ])
    func `an issuer is an https address`(issuer: String) {
        #expect(refusal { _ = try IssuerSettings(issuer: issuer) } != nil)
    }

    @Test(arguments: [
        "https://idp.example", "https://idp.example:8443/t/", "http://127.0.0.1:9400", "http://localhost:1/x",
    ])
    func `good issuers`(issuer: String) throws {
        #expect(try IssuerSettings(issuer: issuer).issuer == issuer)
    }

    @Test
    func `wrong options are named`() {
        let changes: [(inout IssuerSettings.Options) -> Void] = [
            { $0.audiences = [""] }, { $0.audiences = Array(repeating: "a", count: 1001) }, { $0.algorithms = [] },
            { $0.tokenTypes = [] }, { $0.scopeRoles = ["a b": ["r"]] }, { $0.scopeRoles = ["a": []] },
            { $0.scopeRoles = ["a": [""]] }, { $0.clockSkewSeconds = 61 }, { $0.clockSkewSeconds = -1 },
            { $0.lifetimeMaxSeconds = 0 }, { $0.jwksURL = "http://idp.example/keys" }, { $0.jwksURL = "keys" },
        ]
        for change in changes {
            var options = IssuerSettings.Options()
            change(&options)
            let checked = options
            #expect(refusal { _ = try IssuerSettings(issuer: "https://idp.example", options: checked) } != nil)
        }
    }

    @Test
    func `claim paths, conditions and rules`() throws {
        #expect(try ClaimPath("a.b").names == ["a", "b"])
        #expect(try ClaimPath("https://x.y/groups").names == ["https://x.y/groups"])
        for text in ["", "a.", ".a", "a..b", "a.b.c.d.e.f.g.h.i"] {
            #expect(refusal { _ = try ClaimPath(text) } != nil)
        }
        let path = try ClaimPath("a")
        for values in [[], [""], ["*"], ["a*b"], ["**"], Array(repeating: "a", count: 1001)] {
            #expect(refusal { _ = try ClaimCondition(claim: path, values: values) } != nil)
        }
        #expect(refusal { _ = try RoleRule(role: "r", when: []) } != nil)
        let condition = try ClaimCondition(claim: path, values: ["x"])
        #expect(refusal { _ = try RoleRule(role: "", when: [condition]) } != nil)
        var options = IssuerSettings.Options()
        options.roleRules = [try RoleRule(role: "r", when: [condition])]
        options.scopeRoles = ["s": ["t", "u"]]
        #expect(try IssuerSettings(issuer: "https://idp.example", options: options).namedRoles == ["r", "t", "u"])
    }

    @Test
    func `settings of introspection`() throws {
        typealias Settings = IntrospectionSettings
        let url = "https://idp.example/i"
        #expect(refusal { _ = try Settings(endpoint: "http://idp.example", clientID: "c", clientSecret: "s") } != nil)
        #expect(refusal { _ = try Settings(endpoint: url, clientID: "", clientSecret: "s") } != nil)
        #expect(refusal { _ = try Settings(endpoint: url, clientID: "c", clientSecret: "") } != nil)
        for seconds in [-1, 61] {
            let refused = refusal {
                _ = try Settings(endpoint: url, clientID: "c", clientSecret: "s3cr3t", cacheSeconds: seconds)
            }
            #expect(refused?.contains("s3cr3t") == false)
        }
    }

    @Test
    func `issuers of a verifier`() throws {
        let one = try IssuerSettings(issuer: "https://a.example")
        var options = IssuerSettings.Options()
        options.introspection = try .init(endpoint: "https://a.example/i", clientID: "c", clientSecret: "s")
        let asking = try ["https://b.example", "https://c.example"].map {
            try IssuerSettings(issuer: $0, options: options)
        }
        let sessions = try SessionIDMint(keys: .generate(now: TestClock.start), windowHours: 12)
        for issuers in [[], [one, one], asking] {
            let refused = refusal {
                _ = try TokenVerifier(resource: "r", issuers: issuers, fetcher: FakeFetcher(), sessions: sessions)
            }
            #expect(refused != nil)
        }
    }
}
