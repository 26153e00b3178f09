import COpenSSL

/// OpenSSL as a whole, which all of a process shares.
public enum CryptographyLibrary {
    /// Has OpenSSL stay usable while the process exits; call it before anything else of this module.
    ///
    /// By itself OpenSSL gives everything back when `exit` runs its handlers, and a thread that still signs or hashes
    /// then ends the process by a signal (`OPENSSL_INIT_NO_ATEXIT`,
    /// <https://docs.openssl.org/3.0/man3/OPENSSL_init_crypto/>).
    public static func keepUntilExit() {
        _ = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil)
    }
}
