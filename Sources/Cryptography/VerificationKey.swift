import COpenSSL

/// A public key of somebody else that verifies signatures, made from the numbers that a JSON Web Key holds.
public final class VerificationKey: Sendable {
    /// What kind of key it is; each algorithm works with one kind only.
    public enum Kind: Sendable, Hashable, CaseIterable {
        /// RSA, for RS256 and PS256.
        case rsa
        /// A point on the curve P-256, for ES256.
        case p256
        /// Ed25519, for EdDSA.
        case ed25519
    }

    /// The longest RSA exponent in bytes: all that are in use have 1 or 3, and a long one makes verifying slow.
    static let exponentBytesMax = 8
    /// The longest RSA modulus in bits: nobody signs tokens with more, and each request pays for it.
    static let modulusBitsMax = 8192
    /// The length of a coordinate on P-256, and of half a signature.
    static let coordinateBytes = 32

    /// What kind of key it is.
    public let kind: Kind
    /// SHA-256 of the key's numbers, by which two copies of one key are known to be the same.
    public let fingerprint: [UInt8]

    private let handle: KeyHandle

    private init(_ kind: Kind, _ handle: KeyHandle, fingerprintOf numbers: [[UInt8]]) {
        self.kind = kind
        self.handle = handle
        fingerprint = SHA256.hash(numbers.flatMap { SHA256.hash($0) })
    }

    /// An RSA key from its modulus and exponent, big endian.
    ///
    /// - Throws: `keySize` for a modulus that has not 2048 to 8192 bits, or an exponent that is not odd,
    ///   at least 3 and at most 64 bits; `keyFormat` when OpenSSL does not take the numbers, or for a
    ///   key of CVE-2017-15361.
    public static func rsa(modulus: [UInt8], exponent: [UInt8]) throws(CryptographyError) -> VerificationKey {
        let modulus = Array(modulus.drop { $0 == 0 })
        let exponent = Array(exponent.drop { $0 == 0 })
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard (RSAPrivateKey.bitsMin...modulusBitsMax).contains(bits) else {
            throw CryptographyError(
                .keySize,
                "an RSA key has \(RSAPrivateKey.bitsMin) to \(modulusBitsMax) bits, not \(bits)"
            )
        }
        guard exponent.count <= exponentBytesMax, let last = exponent.last, last & 1 == 1, exponent != [1] else {
            throw CryptographyError(.keySize, "an RSA exponent is odd, at least 3 and has at most 64 bits")
        }
        guard !WeakRSAKey.isROCA(modulus: modulus) else {
            throw CryptographyError(
                .keyFormat,
                "the RSA key is one whose private half can be computed (CVE-2017-15361)"
            )
        }
        let key = unsafe scrim_rsa_public_key(modulus, Int32(modulus.count), exponent, Int32(exponent.count))
        return VerificationKey(.rsa, try unsafe checked(key), fingerprintOf: [modulus, exponent])
    }

    /// A key on P-256 from its coordinates, 32 bytes each (RFC 7518, 6.2.1).
    ///
    /// - Throws: `keySize` on any other length, `keyFormat` when the point is not on the curve.
    public static func p256(x: [UInt8], y: [UInt8]) throws(CryptographyError) -> VerificationKey {
        guard x.count == coordinateBytes, y.count == coordinateBytes else {
            throw CryptographyError(.keySize, "a coordinate on P-256 has \(coordinateBytes) bytes")
        }
        let point = [4] + x + y
        let key = unsafe scrim_p256_public_key(point, point.count)
        return VerificationKey(.p256, try unsafe checked(key), fingerprintOf: [x, y])
    }

    /// An Ed25519 key from its 32 bytes (RFC 8037, 2).
    ///
    /// - Throws: `keySize` on any other length, `keyFormat` when OpenSSL does not take it.
    public static func ed25519(x: [UInt8]) throws(CryptographyError) -> VerificationKey {
        guard x.count == Ed25519PublicKey.rawBytes else {
            throw CryptographyError(.keySize, "an Ed25519 public key has \(Ed25519PublicKey.rawBytes) bytes")
        }
        let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, x, x.count)
        guard let key = unsafe key else {
            ERR_clear_error()
            throw CryptographyError(.keyFormat, "not an Ed25519 public key")
        }
        return VerificationKey(.ed25519, unsafe KeyHandle(owning: key), fingerprintOf: [x])
    }

    /// Whether `signature` is this key's over `message`; false when the algorithm is not for this kind of key.
    public func verifies(_ signature: [UInt8], over message: [UInt8], algorithm: JWSAlgorithm) -> Bool {
        guard algorithm.keyKind == kind else { return false }
        switch algorithm {
        case .rs256, .ps256:
            // One signature has one length: a number with zeros before it, or without them, is another text.
            return signature.count == (handle.bits + 7) / 8
                && handle.verifies(signature, over: message, hashing: true, isPSS: algorithm == .ps256)
        case .es256:
            guard let encoded = P256Signature.encoded(raw: signature) else { return false }
            return handle.verifies(encoded, over: message, hashing: true)
        case .edDSA:
            return signature.count == Ed25519PrivateKey.signatureBytes
                && handle.verifies(signature, over: message, hashing: false)
        }
    }

    private static func checked(_ key: OpaquePointer?) throws(CryptographyError) -> KeyHandle {
        guard let key = unsafe key else {
            ERR_clear_error()
            throw CryptographyError(.keyFormat, "not a public key")
        }
        let handle = unsafe KeyHandle(owning: key)
        guard handle.isValidPublicKey else { throw CryptographyError(.keyFormat, "not a public key") }
        return handle
    }
}
