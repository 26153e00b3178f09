import Cryptography
import struct FoundationEssentials.Date
import Identity
import JSON
import Testing

/// A token that must be refused, and the reason that must be given.
struct Forgery: Sendable, CustomTestStringConvertible {
    let name: String
    let code: TokenRefusal.Code
    let token: @Sendable () throws -> String

    var testDescription: String { name }

    init(_ name: String, _ code: TokenRefusal.Code, _ token: @escaping @Sendable () throws -> String) {
        self.name = name
        self.code = code
        self.token = token
    }

    /// A good token with other claims.
    static func claims(_ name: String, _ code: TokenRefusal.Code, _ changes: JSONObject) -> Forgery {
        Forgery(name, code) { try TestToken.rs256(TestIssuer.claims(changes)) }
    }

    /// A good token with another header.
    static func header(_ name: String, _ code: TokenRefusal.Code, _ changes: JSONObject) -> Forgery {
        Forgery(name, code) { try TestToken.rs256(header: changes) }
    }

    /// A good token whose text is changed after it was signed.
    static func text(
        _ name: String,
        _ code: TokenRefusal.Code,
        _ change: @escaping @Sendable (String) -> String
    ) -> Forgery {
        Forgery(name, code) { change(try TestToken.rs256()) }
    }

    /// A signed token whose header and payload are these texts.
    static func raw(
        _ name: String,
        _ code: TokenRefusal.Code,
        header: String = #"{"alg":"RS256","kid":"rsa","typ":"at+jwt"}"#,
        payload: String? = nil
    ) -> Forgery {
        Forgery(name, code) {
            let key = try TestKeys.rsa.get()
            let payload = payload ?? JSONValue.object(TestIssuer.claims()).text
            return TestToken.make(header: header, payload: payload) { key.sign($0) }
        }
    }
}

@Suite("Forged tokens")
struct ForgedTokenTests {
    static let now = Int64(TestClock.start.timeIntervalSince1970)

    /// The table's own check: what the forgeries are made from is good.
    @Test(arguments: [
        ("rsa", JWSAlgorithm.rs256), ("any", .rs256), ("any", .ps256), ("pss", .ps256), ("ec", .es256), ("ed", .edDSA),
    ])
    func `a good token of each algorithm is accepted`(keyID: String, algorithm: JWSAlgorithm) async throws {
        let issuer = try TestIssuer()
        let keys = [
            "rsa": TestKeys.rsa, "any": TestKeys.otherRSA, "pss": TestKeys.otherRSA, "ec": TestKeys.ec,
            "ed": TestKeys.ed,
        ]
        let key = try #require(try keys[keyID]?.get())
        let principal = try await issuer.verify(TestToken.signed(algorithm, key, keyID: keyID)).get()
        #expect(principal.subject == "user-1")
        #expect(principal.roles == ["analyst"])
    }

    @Test(arguments: textForgeries + algorithmForgeries + headerForgeries + payloadForgeries + claimForgeries)
    func `a forged token is refused for its reason`(forgery: Forgery) async throws {
        let issuer = try TestIssuer()
        let token = try forgery.token()
        let refusal = try failure(of: await issuer.verify(token))
        #expect(refusal?.code == forgery.code)
        // Nothing of a token goes back to who sent it, or into a log.
        let parts = token.split(separator: ".").filter { $0.count > 8 }
        #expect(parts.allSatisfy { refusal?.message.contains($0) == false })
    }

    @Test
    func `there are at least 60 forgeries`() {
        let all =
            Self.textForgeries + Self.algorithmForgeries + Self.headerForgeries + Self.payloadForgeries
            + Self.claimForgeries
        #expect(all.count >= 60)
        #expect(Set(all.map(\.name)).count == all.count)
    }

    @Test(arguments: Array(stride(from: 0, to: 256, by: 3)))
    func `a signature with a changed byte is refused`(position: Int) async throws {
        let issuer = try TestIssuer()
        let key = try TestKeys.rsa.get()
        let token = TestToken.make(
            header: #"{"alg":"RS256","kid":"rsa","typ":"at+jwt"}"#,
            payload: JSONValue.object(TestIssuer.claims()).text
        ) { input in
            var signature = key.sign(input)
            signature[position] ^= 1 << (position % 8)
            return signature
        }
        #expect(try failure(of: await issuer.verify(token))?.code == .signature)
    }

    @Test(arguments: [JWSAlgorithm.es256, .edDSA])
    func `no character of a token can be another`(algorithm: JWSAlgorithm) async throws {
        let issuer = try TestIssuer()
        let key = try (algorithm == .es256 ? TestKeys.ec : TestKeys.ed).get()
        let token = Array(TestToken.signed(algorithm, key, keyID: algorithm == .es256 ? "ec" : "ed").utf8)
        _ = try await issuer.verify(String(decoding: token, as: UTF8.self)).get()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/".utf8)
        for position in token.indices {
            var changed = token
            // A different replacement at each place, the neighbour in the alphabet among them.
            let place = alphabet.firstIndex(of: token[position]) ?? 0
            changed[position] = alphabet[(place + 1 + position % 7) % alphabet.count]
            guard case .failure = await issuer.verify(String(decoding: changed, as: UTF8.self)) else {
                Issue.record("character \(position) can be another")
                continue
            }
        }
    }

    @Test(arguments: [
        "https://evil.example", "https://idp.example/tenant/", "https://idp.example/Tenant",
        "HTTPS://idp.example/tenant",
        "https://idp.example/tenant ", "https://idp.example:443/tenant", "https://idp.example/%74enant",
        "https://idp.example/tenant\u{200B}", "https://ідp.example/tenant", "http://169.254.169.254/latest", "",
    ])
    func `a token of another issuer is refused and nobody is asked`(claimed: String) async throws {
        let issuer = try TestIssuer()
        let token = try TestToken.rs256(TestIssuer.claims(["iss": .string(claimed)]))
        let refusal = try failure(of: await issuer.verify(token))
        #expect(refusal?.code == .issuer)
        #expect(refusal?.claimedIssuer == nil)
        #expect(issuer.fetcher.requests.isEmpty)
    }

    private func failure(of result: Result<Principal, TokenRefusal>) throws -> TokenRefusal? {
        switch result {
        case .success:
            Issue.record("the token was accepted")
            return nil
        case .failure(let refusal): return refusal
        }
    }
}
