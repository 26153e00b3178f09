import Catalog
import Cryptography
import Locks

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
    private let cache: PaddedKeyCache?
    private var names: [String: TokenKeyNames] = [:]
    private var last: (tag: String, names: TokenKeyNames)?
    private(set) var parameters: [QueryParameter] = []

    init(key: KeyRing.Key?, nonce: String, cache: PaddedKeyCache? = nil) {
        self.key = key
        self.nonce = nonce
        self.cache = cache
    }

    /// Whether there is a key ring.
    var hasKey: Bool { key != nil }

    /// The parameters of a tag, made on first use; `nil` without a key ring.
    mutating func names(forTag tag: String) -> TokenKeyNames? {
        // Each mask names its tag several times, one after another.
        if let last, last.tag == tag { return last.names }
        if let known = names[tag] {
            last = (tag, known)
            return known
        }
        guard let key else { return nil }
        let stem = "\(Self.reservedPrefix)\(nonce)_\(names.count + 1)"
        let made = TokenKeyNames(inner: stem + "i", outer: stem + "o")
        let padded = cache?.values(of: tag, key) ?? PaddedKeyValues(tag: tag, key)
        parameters.append(QueryParameter(name: made.inner, type: .scalar(.bytes), value: padded.inner))
        parameters.append(QueryParameter(name: made.outer, type: .scalar(.bytes), value: padded.outer))
        names[tag] = made
        last = (tag, made)
        return made
    }

    /// The two padded keys of RFC 2104 for a tag.
    static func paddedKeys(master: [UInt8], tag: String, version: String) -> (inner: [UInt8], outer: [UInt8]) {
        let key = HMACSHA256.authenticate(Array("\(tag)|\(version)".utf8), key: master)
        let block = key + [UInt8](repeating: 0, count: max(0, blockBytes - key.count))
        return (block.map { $0 ^ 0x36 }, block.map { $0 ^ 0x5c })
    }
}

/// The two padded keys of a tag as values of parameters.
struct PaddedKeyValues: Sendable {
    let inner: ParameterValue
    let outer: ParameterValue

    init(tag: String, _ key: KeyRing.Key) {
        let padded = TokenKeys.paddedKeys(master: key.secret, tag: tag, version: key.id)
        inner = .scalar(Base64.encode(padded.inner))
        outer = .scalar(Base64.encode(padded.outer))
    }
}

/// The padded keys of the key in use, kept between queries, as they are the same in each.
final class PaddedKeyCache: Sendable {
    /// A mapping has some dozens of tags; more than this come from carriers that it does not list.
    private static let tagsMax = 1000

    private struct Kept {
        var key: KeyRing.Key?
        var values: [String: PaddedKeyValues] = [:]
    }

    private let kept = Locked(Kept())

    func values(of tag: String, _ key: KeyRing.Key) -> PaddedKeyValues {
        kept.withLock { kept in
            if kept.key != key || kept.values.count >= Self.tagsMax { kept = Kept(key: key) }
            if let known = kept.values[tag] { return known }
            let made = PaddedKeyValues(tag: tag, key)
            kept.values[tag] = made
            return made
        }
    }
}
