public import Cryptography
public import JSON

/// Seals what a request needs to know in its next round, so that the client that carries it can neither read nor change
/// it, nor use it for another request, as another caller, or later (revision 2026-07-28, basic/patterns/mrtr
/// "Server Requirements").
///
/// AES-256-GCM under a key derived from a key ring; who asks, the method and a digest of the parameters are
/// authenticated with it, the expiry is inside. Any replica with the same ring opens it.
public struct RequestStateSeal: Sendable {
    private static let purpose = Array("scrim request state 1".utf8)

    private let ring: KeyRing
    private let lifetimeSeconds: Int64

    /// Creates a seal.
    ///
    /// - Parameters:
    ///   - ring: the keys; the newest seals, each opens.
    ///   - lifetimeSeconds: how long a client may take for a round.
    public init(ring: KeyRing, lifetimeSeconds: Int64 = 600) {
        self.ring = ring
        self.lifetimeSeconds = lifetimeSeconds
    }

    /// Seals a state.
    ///
    /// - Parameters:
    ///   - subject: who asks, as a text that nobody else has.
    ///   - now: seconds since 1970.
    public func seal(
        _ state: JSONValue,
        for subject: String,
        _ request: MCPRequest,
        now: Int64
    ) throws(CryptographyError) -> String {
        let key = ring.current
        let payload: JSONValue = ["expires": .integer(now + lifetimeSeconds), "state": state]
        let sealed = try Self.cipher(key).seal(
            payload.serialized(),
            authenticating: Self.binding(of: subject, request)
        )
        return "\(key.id).\(Base64.encodeURLSafe(sealed))"
    }

    /// Opens a state.
    ///
    /// - Returns: `nil` for whatever was not sealed here for this subject and this request, or has expired.
    public func open(_ text: String, for subject: String, _ request: MCPRequest, now: Int64) -> JSONValue? {
        guard let dot = text.utf8.firstIndex(of: UInt8(ascii: ".")), let key = ring.key(id: String(text[..<dot])),
            let sealed = try? Base64.decodeURLSafe(String(text[text.utf8.index(after: dot)...])),
            let bytes = try? Self.cipher(key).open(sealed, authenticating: Self.binding(of: subject, request)),
            let payload = try? JSONValue(parsing: bytes),
            let expires = payload["expires"]?.integerValue, now < expires
        else { return nil }
        return payload["state"]
    }

    private static func cipher(_ key: KeyRing.Key) throws(CryptographyError) -> AESGCMKey {
        try AESGCMKey(HMACSHA256.authenticate(purpose, key: key.secret))
    }

    /// What a state belongs to: the caller, the method, and all parameters but those that change between rounds.
    private static func binding(of subject: String, _ request: MCPRequest) -> [UInt8] {
        var params = request.params
        for key in ["_meta", "inputResponses", "requestState"] { params[key] = nil }
        let digest = SHA256.hash(canonical(.object(params)).serialized())
        return JSONValue.array([
            .string(subject), .string(request.method), .string(Base64.encode(digest)),
        ]).serialized()
    }

    /// The value with its members in one order, because a client need not keep theirs.
    private static func canonical(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(JSONObject(object.sorted { $0.key < $1.key }.map { ($0.key, canonical($0.value)) }))
        case .array(let values): .array(values.map(canonical))
        case .null, .bool, .integer, .double, .string: value
        }
    }
}
