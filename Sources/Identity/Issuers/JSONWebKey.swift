import Cryptography
import JSON

/// A key of an issuer that may verify tokens (RFC 7517).
struct JSONWebKey: Sendable {
    let keyID: String?
    /// The one algorithm that the key is for, where the issuer says so.
    let algorithm: JWSAlgorithm?
    let key: VerificationKey

    /// Members of private and symmetric keys: who publishes one has lost it, and it proves nothing any more.
    private static let privateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"]
    /// The longest number in base64url: a modulus of 8192 bits has 1366 characters.
    private static let numberBytesMax = 2048

    /// The key in a member of a key set; null when it is none that tokens are verified with here: for encryption, of a
    /// kind or for an algorithm that is not accepted, too short, malformed, or not public at all.
    init?(_ value: JSONValue) {
        guard case .object(let object) = value, Self.privateMembers.allSatisfy({ object[$0] == nil }) else {
            return nil
        }
        guard Self.isForVerifying(object) else { return nil }
        if let name = object["alg"] {
            guard let algorithm = JWSAlgorithm.allCases.first(where: { $0.rawValue == name.stringValue }) else {
                return nil
            }
            self.algorithm = algorithm
        } else {
            algorithm = nil
        }
        if let name = object["kid"] {
            guard let text = name.stringValue, ClaimText.isName(text, bytesMax: TokenHeader.keyIDBytesMax) else {
                return nil
            }
            keyID = text
        } else {
            keyID = nil
        }
        guard let key = try? Self.key(object), algorithm?.keyKind ?? key.kind == key.kind else { return nil }
        self.key = key
    }

    /// Whether the key may verify a token that names this algorithm and key.
    func fits(_ algorithm: JWSAlgorithm, keyID: String?) -> Bool {
        guard key.kind == algorithm.keyKind, self.algorithm ?? algorithm == algorithm else { return false }
        guard let keyID else { return true }
        return self.keyID.map { ClaimText.isSame($0, keyID) } ?? false
    }

    private static func isForVerifying(_ object: JSONObject) -> Bool {
        if let use = object["use"], use.stringValue != "sig" { return false }
        guard let operations = object["key_ops"] else { return true }
        return operations.arrayValue?.contains(.string("verify")) ?? false
    }

    private static func key(_ object: JSONObject) throws(CryptographyError) -> VerificationKey? {
        switch (object["kty"]?.stringValue, object["crv"]?.stringValue) {
        case ("RSA", _):
            return try .rsa(modulus: number(object["n"]), exponent: number(object["e"]))
        case ("EC", "P-256"):
            return try .p256(x: number(object["x"]), y: number(object["y"]))
        case ("OKP", "Ed25519"):
            return try .ed25519(x: number(object["x"]))
        case (_, _):
            return nil
        }
    }

    private static func number(_ value: JSONValue?) throws(CryptographyError) -> [UInt8] {
        guard let text = value?.stringValue, text.utf8.count <= numberBytesMax else {
            throw CryptographyError(.keyFormat, "a number of the key is missing or too long")
        }
        return try Base64.decodeURLSafe(text)
    }
}

/// The keys of an issuer (RFC 7517, 5).
struct JSONWebKeySet: Sendable {
    /// The largest document, in bytes.
    static let bytesMax = 256_000
    /// The most keys in a document, whatever they are for.
    static let keysMax = 100

    private let keys: [JSONWebKey]

    /// What a token's header finds.
    enum Match {
        case one(JSONWebKey)
        case none
        /// Several keys fit, and the token does not say which.
        case several
    }

    /// The keys of a document; null when it is no key set or has too many keys. Members that are no keys for verifying
    /// are passed over.
    init?(parsing bytes: [UInt8]) {
        let limits = JSONLimits(bytesMax: Self.bytesMax, depthMax: 8)
        guard let document = try? JSONValue(parsing: bytes, limits: limits),
            let values = document["keys"]?.arrayValue, values.count <= Self.keysMax
        else { return nil }
        keys = values.compactMap(JSONWebKey.init)
    }

    /// The only key that fits; two copies of one key count as one.
    func match(_ header: TokenHeader) -> Match {
        let fitting = keys.filter { $0.fits(header.algorithm, keyID: header.keyID) }
        guard let first = fitting.first else { return .none }
        return fitting.allSatisfy { $0.key.fingerprint == first.key.fingerprint } ? .one(first) : .several
    }
}
