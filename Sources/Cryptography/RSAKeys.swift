/// An RSA key that signs with RS256 (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518, 3.3).
public final class RSAPrivateKey: Sendable {
    /// Shorter keys are refused (RFC 7518, 3.3: 2048 bits or larger).
    public static let bitsMin = 2048
    /// Longer keys are refused: a signature with one would take seconds.
    public static let bitsMax = 16_384

    private let handle: KeyHandle

    /// A key from PEM: PKCS #8 as in a service account's file, unencrypted.
    ///
    /// - Throws: `keyFormat` or `keySize`; the message does not quote the text.
    public init(pem: String) throws(CryptographyError) {
        handle = try .readRSA(pem: pem, isPrivate: true)
    }

    /// An RS256 signature over `message`, as long as the key's modulus.
    public func signature(over message: [UInt8]) throws(CryptographyError) -> [UInt8] {
        try handle.sign(message, hashing: true)
    }

    /// The public half.
    public func publicKey() throws(CryptographyError) -> RSAPublicKey {
        try RSAPublicKey(pem: String(decoding: handle.publicPEM(), as: UTF8.self))
    }
}

/// An RSA key that verifies RS256.
public final class RSAPublicKey: Sendable {
    private let handle: KeyHandle

    /// A key from PEM (SubjectPublicKeyInfo).
    ///
    /// - Throws: `keyFormat` or `keySize`.
    public init(pem: String) throws(CryptographyError) {
        handle = try .readRSA(pem: pem, isPrivate: false)
    }

    /// Whether `signature` is this key's RS256 signature over `message`.
    public func verifies(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        handle.verifies(signature, over: message, hashing: true)
    }

    /// The key in PEM (SubjectPublicKeyInfo).
    public func pem() throws(CryptographyError) -> String {
        try String(decoding: handle.publicPEM(), as: UTF8.self)
    }
}

extension KeyHandle {
    fileprivate static func readRSA(pem: String, isPrivate: Bool) throws(CryptographyError) -> KeyHandle {
        let handle = try KeyHandle.read(pem: Array(pem.utf8), isPrivate: isPrivate)
        guard handle.isRSA else { throw CryptographyError(.keyFormat, "the key is not an RSA key") }
        guard (RSAPrivateKey.bitsMin...RSAPrivateKey.bitsMax).contains(handle.bits) else {
            throw CryptographyError(
                .keySize,
                "an RSA key has \(RSAPrivateKey.bitsMin) to \(RSAPrivateKey.bitsMax) bits, not \(handle.bits)"
            )
        }
        return handle
    }
}
