/// Base64 with padding, and its URL-safe form without (RFC 4648, 4 and 5).
public enum Base64 {
    /// `bytes` in the standard alphabet, padded.
    public static func encode(_ bytes: [UInt8]) -> String {
        var text = encodeUnpadded(bytes, alphabet: standard)
        while text.count % 4 != 0 { text.append(padding) }
        return String(decoding: text, as: UTF8.self)
    }

    /// `bytes` in the URL-safe alphabet, not padded, as JOSE has it (RFC 7515, 2).
    public static func encodeURLSafe(_ bytes: [UInt8]) -> String {
        String(decoding: encodeUnpadded(bytes, alphabet: urlSafe), as: UTF8.self)
    }

    /// The bytes of a padded text in the standard alphabet. Strict: no white space, and unused bits are zero, so that
    /// each byte string has one text.
    public static func decode(_ text: String) throws(CryptographyError) -> [UInt8] {
        var digits = Array(text.utf8)
        guard digits.count % 4 == 0 else { throw refused }
        var removed = 0
        while removed < 2, digits.last == padding {
            digits.removeLast()
            removed += 1
        }
        return try decodeUnpadded(digits, alphabet: standard)
    }

    /// The bytes of an unpadded text in the URL-safe alphabet, as strict as `decode(_:)`.
    public static func decodeURLSafe(_ text: String) throws(CryptographyError) -> [UInt8] {
        try decodeUnpadded(Array(text.utf8), alphabet: urlSafe)
    }

    private static let standard = Radix64Alphabet(last: ("+", "/"))
    private static let urlSafe = Radix64Alphabet(last: ("-", "_"))
    private static let padding = UInt8(ascii: "=")
    private static let refused = CryptographyError(.encoding, "not base64")

    private static func encodeUnpadded(_ bytes: [UInt8], alphabet: Radix64Alphabet) -> [UInt8] {
        let digits = alphabet.digits
        var text = [UInt8](repeating: 0, count: (bytes.count * 4 + 2) / 3)
        var end = 0
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for byte in bytes {
            bits = (bits << 8 | UInt32(byte)) & 0xFFFF
            bitCount += 8
            while bitCount >= 6 {
                bitCount -= 6
                text[end] = digits[Int(bits >> bitCount & 63)]
                end += 1
            }
        }
        if bitCount > 0 { text[end] = digits[Int(bits << (6 - bitCount) & 63)] }
        return text
    }

    private static func decodeUnpadded(
        _ text: [UInt8],
        alphabet: Radix64Alphabet
    ) throws(CryptographyError) -> [UInt8] {
        guard text.count % 4 != 1 else { throw refused }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for character in text {
            let value = alphabet.values[Int(character)]
            guard value < 64 else { throw refused }
            bits = (bits << 6 | UInt32(value)) & 0xFFFF
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        guard bits & (1 << bitCount - 1) == 0 else { throw refused }
        return bytes
    }
}

/// The digits of one Base64 alphabet and the way back.
private struct Radix64Alphabet {
    let digits: [UInt8]
    /// For each byte its value, or 255 when it is no digit.
    let values: [UInt8]

    init(last: (Unicode.Scalar, Unicode.Scalar)) {
        let common = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
        digits = common + [UInt8(ascii: last.0), UInt8(ascii: last.1)]
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        self.values = values
    }
}
