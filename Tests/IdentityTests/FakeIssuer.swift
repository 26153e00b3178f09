import Cryptography
import struct FoundationEssentials.Date
import HTTPTransport
import Identity
import JSON
import Locks

/// A clock that a test sets.
final class TestClock: Sendable {
    /// The time at which tests begin.
    static let start = Date(timeIntervalSince1970: 1_800_000_000)
    private let time = Locked(start)

    var now: Date { time.withLock(\.self) }
    func advance(_ seconds: Double) { time.withLock { $0 = $0.addingTimeInterval(seconds) } }
}

/// Answers requests from a table and counts them.
final class FakeFetcher: IssuerFetcher {
    struct Unreachable: Error {}

    private struct State: Sendable {
        var answers: [String: IssuerAnswer] = [:]
        var requests: [HTTPRequest] = []
        var isDown = false
        var isHeld = false
    }

    private let state = Locked(State())

    var requests: [HTTPRequest] { state.withLock(\.requests) }
    var addresses: [String] { requests.map(\.url) }

    func set(_ address: String, _ value: JSONValue, status: Int = 200, cacheControl: String? = nil) {
        set(address, bytes: value.serialized(), status: status, cacheControl: cacheControl)
    }

    func set(_ address: String, bytes: [UInt8], status: Int = 200, cacheControl: String? = nil) {
        let answer = IssuerAnswer(status: status, cacheControl: cacheControl, body: bytes)
        state.withLock { $0.answers[address] = answer }
    }

    func remove(_ address: String) { state.withLock { $0.answers[address] = nil } }
    func setDown(_ isDown: Bool) { state.withLock { $0.isDown = isDown } }
    /// Lets requests in and no answers out.
    func setHeld(_ isHeld: Bool) { state.withLock { $0.isHeld = isHeld } }
    func forgetRequests() { state.withLock { $0.requests = [] } }

    func answer(to request: HTTPRequest) async throws -> IssuerAnswer {
        // Others that want the same come in meanwhile.
        for _ in 0..<5 { await Task.yield() }
        let (answer, isDown) = state.withLock { state in
            state.requests.append(request)
            return (state.answers[request.url], state.isDown)
        }
        while state.withLock(\.isHeld) { try await Task.sleep(for: .milliseconds(1)) }
        if isDown { throw Unreachable() }
        return answer ?? IssuerAnswer(status: 404, body: [])
    }
}

/// Keys that all tests share, because making RSA keys takes long.
enum TestKeys {
    static let rsa = Result { try SigningKey.rsa() }
    static let otherRSA = Result { try SigningKey.rsa() }
    static let shortRSA = Result { try SigningKey.rsa(bits: 1024) }
    static let ec = Result { try SigningKey.curve("P-256") }
    static let otherEC = Result { try SigningKey.curve("P-256") }
    static let p384 = Result { try SigningKey.curve("P-384") }
    static let ed = Result { try SigningKey.ed25519() }
}

/// One issuer with a key of each kind, the verifier that trusts it, and the claims of a good token.
struct TestIssuer {
    static let issuer = "https://idp.example/tenant"
    static let laxIssuer = "https://lax.example/"
    static let resource = "https://scrim.example/mcp"
    static let metadata = "https://idp.example/tenant/.well-known/openid-configuration"
    static let keys = "https://idp.example/tenant/keys"

    let clock = TestClock()
    let fetcher = FakeFetcher()
    let verifier: TokenVerifier
    let roles = RoleAssignment(groupsOfRoles: ["analyst": ["analysts"], "auditor": ["auditors", "Kings"]])

    /// - Parameter lax: whether an issuer that puts `JWT` on its access tokens is trusted as well.
    init(_ options: IssuerSettings.Options = .init(), lax: IssuerSettings.Options? = nil) throws {
        var issuers = [try IssuerSettings(issuer: Self.issuer, options: options)]
        if let lax { issuers.append(try IssuerSettings(issuer: Self.laxIssuer, options: lax)) }
        let clock = clock
        verifier = try TokenVerifier(
            resource: Self.resource,
            issuers: issuers,
            fetcher: fetcher,
            sessions: SessionIDMint(keys: .generate(now: TestClock.start), windowHours: 12, clock: { clock.now }),
            clock: { clock.now }
        )
        fetcher.set(Self.metadata, ["issuer": .string(Self.issuer), "jwks_uri": .string(Self.keys)])
        fetcher.set(Self.keys, ["keys": .array(try Self.keySet())])
        let laxKeys = "https://lax.example/keys"
        fetcher.set(
            "https://lax.example/.well-known/openid-configuration",
            ["issuer": .string(Self.laxIssuer), "jwks_uri": .string(laxKeys)]
        )
        fetcher.set(laxKeys, ["keys": [try TestKeys.rsa.get().jwk(["kid": "rsa", "alg": "RS256"])]])
    }

    static func keySet() throws -> [JSONValue] {
        [
            try TestKeys.rsa.get().jwk(["kid": "rsa", "alg": "RS256", "use": "sig"]),
            try TestKeys.otherRSA.get().jwk(["kid": "any"]),
            try TestKeys.otherRSA.get().jwk(["kid": "pss", "alg": "PS256", "key_ops": ["verify"]]),
            try TestKeys.ec.get().jwk(["kid": "ec", "alg": "ES256"]),
            try TestKeys.ed.get().jwk(["kid": "ed", "alg": "EdDSA"]),
            try TestKeys.otherRSA.get().jwk(["kid": "enc", "alg": "RS256", "use": "enc"]),
            try TestKeys.otherRSA.get().jwk(["kid": "ops", "key_ops": ["encrypt"]]),
            try TestKeys.shortRSA.get().jwk(["kid": "short"]),
            try TestKeys.p384.get().jwk(["kid": "p384"], curve: "P-384"),
            try TestKeys.p384.get().jwk(["kid": "p384-as-p256"]),
            try TestKeys.ec.get().jwk(["kid": "leaked", "d": "AQAB"]),
            ["kid": "oct", "kty": "oct", "alg": "HS256", "k": "c2VjcmV0"],
        ]
    }

    func verify(_ token: String) async -> Result<Principal, TokenRefusal> {
        await verifier.verify(bearer: token, roles: roles)
    }

    /// The claims of a good token, with changes; a null takes a claim out.
    static func claims(_ changes: JSONObject = [:]) -> JSONObject {
        let now = Int64(TestClock.start.timeIntervalSince1970)
        var claims: JSONObject = [
            "iss": .string(issuer), "sub": "user-1", "aud": .string(resource), "client_id": "client-1",
            "iat": .integer(now), "exp": .integer(now + 300), "jti": "token-1", "scope": "bq.read",
            "groups": ["analysts"],
        ]
        claims.apply(changes)
        return claims
    }
}

extension JSONObject {
    /// Sets members; a null takes one out.
    mutating func apply(_ changes: JSONObject) {
        for (key, value) in changes { self[key] = value.isNull ? JSONValue?.none : value }
    }
}

/// Builds tokens, good and bad.
enum TestToken {
    /// A token from texts, so that a test can write what no JSON writer would.
    static func make(header: String, payload: String, sign: ([UInt8]) -> [UInt8]) -> String {
        let input = "\(Base64.encodeURLSafe(Array(header.utf8))).\(Base64.encodeURLSafe(Array(payload.utf8)))"
        return "\(input).\(Base64.encodeURLSafe(sign(Array(input.utf8))))"
    }

    /// A token that is good unless something is changed; a null takes a member out of the header.
    static func rs256(_ claims: JSONObject = TestIssuer.claims(), header changes: JSONObject = [:]) throws -> String {
        try signed(.rs256, TestKeys.rsa.get(), keyID: "rsa", claims, header: changes)
    }

    static func signed(
        _ algorithm: JWSAlgorithm,
        _ key: SigningKey,
        keyID: String?,
        _ claims: JSONObject = TestIssuer.claims(),
        header changes: JSONObject = [:]
    ) -> String {
        var header: JSONObject = ["alg": .string(algorithm.rawValue), "typ": "at+jwt"]
        header["kid"] = keyID.map { .string($0) }
        header.apply(changes)
        return make(header: JSONValue.object(header).text, payload: JSONValue.object(claims).text) {
            key.sign(algorithm, $0)
        }
    }
}
