import COpenSSL

/// The algorithms fetched from OpenSSL's providers once for the process: an explicit fetch costs more than hashing a
/// row.
///
/// `Sendable` because the pointers never change, the objects behind them are immutable after the fetch and OpenSSL
/// counts references to them atomically (EVP_MD_fetch(3), "threads"). They live as long as the process.
@safe final class Algorithms: @unchecked Sendable {
    static let shared = Algorithms()

    let sha256: OpaquePointer
    let hmac: OpaquePointer
    let aes256GCM: OpaquePointer

    private init() {
        guard
            let sha256 = unsafe EVP_MD_fetch(nil, "SHA2-256", nil),
            let hmac = unsafe EVP_MAC_fetch(nil, "HMAC", nil),
            let aes256GCM = unsafe EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)
        else { preconditionFailure("OpenSSL's providers lack SHA-256, HMAC or AES-256-GCM") }
        unsafe self.sha256 = sha256
        unsafe self.hmac = hmac
        unsafe self.aes256GCM = aes256GCM
    }
}
