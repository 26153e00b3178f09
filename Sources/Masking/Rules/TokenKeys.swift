import Catalog
import Cryptography

/// The names of the two parameters that carry the padded key of one tag.
struct TokenKeyNames: Hashable {
    let inner: String
    let outer: String
}

/// The keys of `KEYED_TOKEN` for one query: which tags use them, and the parameters that carry them.
///
/// `K = HMAC-SHA256(master, tag|version)`, where the version is the ID of the ring's key; the parameters are
/// `K ⊕ ipad` and `K ⊕ opad`, 64 bytes each, so that SQL's SHA256 alone computes RFC 2104. The names carry 128 fresh
/// random bits, so that no text a caller, a view or a function holds can name them.
struct TokenKeys {
    /// What every name of ours begins with; a caller's parameter that begins so is refused.
    static let reservedPrefix = "scrim_"
    /// The block size of SHA-256.
    static let blockBytes = 64

    private let key: KeyRing.Key?
    private let nonce: String
    private var names: [String: TokenKeyNames] = [:]
    private(set) var parameters: [QueryParameter] = []

    init(key: KeyRing.Key?, nonce: String) {
        self.key = key
        self.nonce = nonce
    }

    /// Whether there is a key ring.
    var hasKey: Bool { key != nil }

    /// The parameters of a tag, made on first use; `nil` without a key ring.
    mutating func names(forTag tag: String) -> TokenKeyNames? {
        if let known = names[tag] { return known }
        guard let key else { return nil }
        let stem = "\(Self.reservedPrefix)\(nonce)_\(names.count + 1)"
        let made = TokenKeyNames(inner: stem + "i", outer: stem + "o")
        let padded = Self.paddedKeys(master: key.secret, tag: tag, version: key.id)
        parameters.append(Self.parameter(made.inner, padded.inner))
        parameters.append(Self.parameter(made.outer, padded.outer))
        names[tag] = made
        return made
    }

    /// The two padded keys of RFC 2104 for a tag.
    static func paddedKeys(master: [UInt8], tag: String, version: String) -> (inner: [UInt8], outer: [UInt8]) {
        let key = HMACSHA256.authenticate(Array("\(tag)|\(version)".utf8), key: master)
        let block = key + [UInt8](repeating: 0, count: max(0, blockBytes - key.count))
        return (block.map { $0 ^ 0x36 }, block.map { $0 ^ 0x5c })
    }

    private static func parameter(_ name: String, _ bytes: [UInt8]) -> QueryParameter {
        QueryParameter(name: name, type: .scalar(.bytes), value: .scalar(Base64.encode(bytes)))
    }
}
