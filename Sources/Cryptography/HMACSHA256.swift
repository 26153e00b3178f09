import COpenSSL

/// HMAC-SHA256 (RFC 2104, FIPS 198-1).
public enum HMACSHA256 {
    /// The 32-byte authenticator of `message` under `key`. Any key length is allowed, as the RFC has it.
    public static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        guard let context = unsafe EVP_MAC_CTX_new(Algorithms.shared.hmac) else {
            preconditionFailure("OpenSSL is out of memory")
        }
        defer { unsafe EVP_MAC_CTX_free(context) }
        var digestName = Array("SHA2-256".utf8CString)
        var authenticator = [UInt8](repeating: 0, count: SHA256.digestBytes)
        var length = 0
        // OpenSSL takes a null key as "keep the former one", so an empty key must still have an address.
        let keyWithAddress = key.isEmpty ? [0] : key
        let started = unsafe digestName.withUnsafeMutableBufferPointer { name in
            let parameters = unsafe [
                OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.baseAddress, 0),
                OSSL_PARAM_construct_end(),
            ]
            return unsafe EVP_MAC_init(context, keyWithAddress, key.count, parameters)
        }
        let updated = unsafe EVP_MAC_update(context, message, message.count)
        let finished = unsafe EVP_MAC_final(context, &authenticator, &length, authenticator.count)
        precondition(started == 1 && updated == 1 && finished == 1, "OpenSSL could not authenticate")
        return authenticator
    }
}

/// Whether two byte strings are equal, in time that depends only on their lengths.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    return unsafe CRYPTO_memcmp(left, right, left.count) == 0
}
