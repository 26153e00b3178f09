import COpenSSL

/// Owns one `EVP_PKEY`.
///
/// `Sendable` because the pointer never changes, the key behind it is not changed after it was made, and OpenSSL allows
/// signing and verifying with one key from several threads, each with a context of its own (openssl-threads(7)).
@safe final class KeyHandle: @unchecked Sendable {
    private let key: OpaquePointer

    /// Takes ownership of `key`.
    init(owning key: OpaquePointer) {
        unsafe self.key = key
    }

    deinit {
        unsafe EVP_PKEY_free(key)
    }

    var isRSA: Bool { unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA }
    var bits: Int { Int(unsafe EVP_PKEY_get_bits(key)) }

    /// Reads the first key of a PEM text: PKCS #8 (or the older PKCS #1) when `isPrivate`, else SubjectPublicKeyInfo.
    static func read(pem: [UInt8], isPrivate: Bool) throws(CryptographyError) -> KeyHandle {
        let refused = CryptographyError(.keyFormat, "not an unencrypted \(isPrivate ? "private" : "public") key in PEM")
        guard !pem.isEmpty, pem.count <= pemBytesMax else { throw refused }
        let read: OpaquePointer? = unsafe pem.withUnsafeBytes { bytes in
            guard let bio = unsafe BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { unsafe BIO_free(bio) }
            return isPrivate ? unsafe scrim_read_private_key(bio) : unsafe scrim_read_public_key(bio)
        }
        guard let key = unsafe read else {
            ERR_clear_error()
            throw refused
        }
        return unsafe KeyHandle(owning: key)
    }

    /// The public half in PEM (SubjectPublicKeyInfo).
    func publicPEM() throws(CryptographyError) -> [UInt8] {
        let failed = CryptographyError(.library, "a public key could not be written")
        guard let bio = unsafe BIO_new(BIO_s_mem()) else { throw failed }
        defer { unsafe BIO_free(bio) }
        guard unsafe PEM_write_bio_PUBKEY(bio, key) == 1 else { throw failed }
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe scrim_bio_contents(bio, &start)
        guard count > 0, let start = unsafe start else { throw failed }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    /// The 32 raw bytes of an Ed25519 public key.
    func rawPublicKey() throws(CryptographyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == bytes.count else {
            ERR_clear_error()
            throw CryptographyError(.library, "a public key could not be read")
        }
        return bytes
    }

    /// A signature over `message`; `digest` is null for algorithms that hash by themselves (Ed25519).
    func sign(_ message: [UInt8], hashing: Bool) throws(CryptographyError) -> [UInt8] {
        let failed = CryptographyError(.library, "a message could not be signed")
        guard let context = unsafe EVP_MD_CTX_new() else { throw failed }
        defer { unsafe EVP_MD_CTX_free(context) }
        let digest = hashing ? unsafe Algorithms.shared.sha256 : nil
        var count = 0
        guard
            unsafe EVP_DigestSignInit(context, nil, digest, nil, key) == 1,
            unsafe EVP_DigestSign(context, nil, &count, message, message.count) == 1
        else {
            ERR_clear_error()
            throw failed
        }
        var signature = [UInt8](repeating: 0, count: count)
        guard unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else {
            ERR_clear_error()
            throw failed
        }
        return Array(signature.prefix(count))
    }

    /// Whether `signature` is this key's over `message`; `isPSS` is for RSA keys only.
    func verifies(_ signature: [UInt8], over message: [UInt8], hashing: Bool, isPSS: Bool = false) -> Bool {
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        let digest = hashing ? unsafe Algorithms.shared.sha256 : nil
        var parameters: OpaquePointer?
        let valid =
            unsafe EVP_DigestVerifyInit(context, &parameters, digest, nil, key) == 1
            && (!isPSS || Self.setPSS(parameters))
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        if !valid { ERR_clear_error() }
        return valid
    }

    /// RSASSA-PSS as PS256 has it: MGF1 with SHA-256 and a salt as long as the digest (RFC 7518, 3.5).
    private static func setPSS(_ parameters: OpaquePointer?) -> Bool {
        unsafe EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, Algorithms.shared.sha256) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, Int32(SHA256.digestBytes)) == 1
    }

    /// Whether the public key is one that its algorithm can have: a point on the curve, an odd modulus.
    var isValidPublicKey: Bool {
        guard let context = unsafe EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { return false }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        let valid = unsafe EVP_PKEY_public_check(context) == 1
        if !valid { ERR_clear_error() }
        return valid
    }

    /// The longest PEM text that is looked at.
    private static let pemBytesMax = 65_536
}
