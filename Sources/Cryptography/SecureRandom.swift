import COpenSSL

/// Random bytes from OpenSSL's generator, which the operating system seeds.
public enum SecureRandom {
    /// The most that one call gives; nothing here needs more.
    public static let bytesMax = 1_048_576

    /// `count` fresh random bytes.
    ///
    /// - Throws: `library` when the generator is not seeded or `count` is outside `0...bytesMax`.
    public static func bytes(_ count: Int) throws(CryptographyError) -> [UInt8] {
        guard (0...bytesMax).contains(count) else {
            throw CryptographyError(.library, "asked for \(count) random bytes, allowed are 0 to \(bytesMax)")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_bytes(&bytes, Int32(count)) == 1 else {
            ERR_clear_error()
            throw CryptographyError(.library, "no random bytes to be had")
        }
        return bytes
    }
}
