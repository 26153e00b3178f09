import COpenSSL

/// An Ed25519 key (RFC 8032, 5.1) that signs.
public final class Ed25519PrivateKey: Sendable {
    /// The length of the seed that a key is made from.
    public static let seedBytes = 32
    /// The length of a signature.
    public static let signatureBytes = 64

    private let handle: KeyHandle

    /// The public half.
    public let publicKey: Ed25519PublicKey

    /// A key from its 32-byte seed, which RFC 8032 calls the private key.
    ///
    /// - Throws: `keySize` on any other length.
    public init(seed: [UInt8]) throws(CryptographyError) {
        guard seed.count == Self.seedBytes else {
            throw CryptographyError(.keySize, "an Ed25519 seed has \(Self.seedBytes) bytes, not \(seed.count)")
        }
        guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            ERR_clear_error()
            throw CryptographyError(.library, "OpenSSL's providers lack Ed25519")
        }
        handle = unsafe KeyHandle(owning: key)
        publicKey = try Ed25519PublicKey(raw: handle.rawPublicKey())
    }

    /// The 64-byte signature over `message`; the same for the same message.
    public func signature(over message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try handle.sign(message, hashing: false)
    }
}

/// An Ed25519 key that verifies.
public final class Ed25519PublicKey: Sendable {
    /// The length of a public key.
    public static let rawBytes = 32

    /// The key as RFC 8032 encodes it.
    public let raw: [UInt8]

    private let handle: KeyHandle

    /// A key from its 32 bytes.
    ///
    /// - Throws: `keySize` on any other length.
    public init(raw: [UInt8]) throws(CryptographyError) {
        guard raw.count == Self.rawBytes else {
            throw CryptographyError(.keySize, "an Ed25519 public key has \(Self.rawBytes) bytes, not \(raw.count)")
        }
        guard let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, raw, raw.count) else {
            ERR_clear_error()
            throw CryptographyError(.keyFormat, "not an Ed25519 public key")
        }
        self.raw = raw
        handle = unsafe KeyHandle(owning: key)
    }

    /// Whether `signature` is this key's over `message`.
    public func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        signature.count == Ed25519PrivateKey.signatureBytes
            && handle.verifies(signature, over: message, hashing: false)
    }
}
