public import Cryptography

/// A public key that signs notes: a log's own, or a witness's.
///
/// <https://c2sp.org/signed-note>, <https://c2sp.org/tlog-cosignature>
public struct NoteKey: Sendable, Hashable {
    /// What a signature is over.
    public enum Algorithm: UInt8, Sendable, Hashable, CaseIterable {
        /// Ed25519 over the text.
        case ed25519 = 1
        /// Ed25519 over a time and the text: a witness's cosignature.
        case cosignature = 4
    }

    static let idBytes = 4

    /// The key's name.
    public let name: String
    /// What a signature is over.
    public let algorithm: Algorithm
    /// The public key.
    public let key: Ed25519PublicKey
    /// The first 4 bytes of SHA-256(name ‖ line feed ‖ algorithm ‖ public key).
    public let id: [UInt8]

    /// A key; `nil` when a note cannot hold its name.
    public init?(name: String, algorithm: Algorithm, key: Ed25519PublicKey) {
        guard Self.isName(name) else { return nil }
        self.name = name
        self.algorithm = algorithm
        self.key = key
        id = Array(SHA256.hash(Array("\(name)\n".utf8) + [algorithm.rawValue] + key.raw).prefix(Self.idBytes))
    }

    /// Reads a verifier key: name, key ID in hexadecimal and base64 of the algorithm and the public key, joined by `+`;
    /// `nil` for any other text, and where ID and key do not belong together.
    public init?(verifierKey text: String) {
        // The base64 may hold the joint as well.
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = try? Base64.decode(String(parts[2])), let first = bytes.first,
            let algorithm = Algorithm(rawValue: first),
            let key = try? Ed25519PublicKey(raw: Array(bytes.dropFirst()))
        else { return nil }
        self.init(name: String(parts[0]), algorithm: algorithm, key: key)
        guard Hex.encode(id) == parts[1] else { return nil }
    }

    /// The verifier key to hand out.
    public var verifierKey: String {
        "\(name)+\(Hex.encode(id))+\(Base64.encode([algorithm.rawValue] + key.raw))"
    }

    /// Whether a note can hold a key's name.
    public static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 1024
            && name.unicodeScalars.allSatisfy { $0 != "+" && !$0.properties.isWhitespace && $0.value >= 0x20 }
    }

    /// `nil` when the signature is not this key's; else the time that it names, which only a cosignature does.
    func verifies(_ signature: [UInt8], over text: String) -> Int64?? {
        switch algorithm {
        case .ed25519:
            return key.verifies(signature, over: Array(text.utf8)) ? .some(nil) : .none
        case .cosignature:
            guard signature.count == 8 + Ed25519PrivateKey.signatureBytes else { return .none }
            let time = signature.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard let seconds = Int64(exactly: time) else { return .none }
            let message = Array("cosignature/v1\ntime \(time)\n\(text)".utf8)
            return key.verifies(Array(signature.dropFirst(8)), over: message) ? .some(seconds) : .none
        }
    }

    /// Whether both are the same key under the same name.
    public static func == (left: NoteKey, right: NoteKey) -> Bool {
        left.name == right.name && left.algorithm == right.algorithm && left.key.raw == right.key.raw
    }

    /// The ID stands for the whole.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// A private key that signs notes.
public struct NoteSigner: Sendable {
    /// The public half.
    public let verifier: NoteKey
    private let key: Ed25519PrivateKey

    /// A signer; `nil` when a note cannot hold the name.
    public init?(name: String, algorithm: NoteKey.Algorithm = .ed25519, key: Ed25519PrivateKey) {
        guard let verifier = NoteKey(name: name, algorithm: algorithm, key: key.publicKey) else { return nil }
        self.verifier = verifier
        self.key = key
    }

    /// Signs a text that ends in a line feed.
    ///
    /// - Parameter time: seconds since the Unix epoch, for a cosignature.
    public func signature(over text: String, time: Int64 = 0) throws(CryptographyError) -> SignedNote.Signature {
        var bytes: [UInt8] = []
        switch verifier.algorithm {
        case .ed25519:
            bytes = try key.signature(over: Array(text.utf8))
        case .cosignature:
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: time >> Int64(shift)))
            }
            bytes += try key.signature(over: Array("cosignature/v1\ntime \(time)\n\(text)".utf8))
        }
        return SignedNote.Signature(keyName: verifier.name, keyID: verifier.id, bytes: bytes)
    }
}
