/// Base32 (RFC 4648, 6) in lower case without padding: names that survive host names, labels and file systems.
public enum Base32 {
    /// `bytes` as digits `a`–`z`, `2`–`7`; 8 digits for 5 bytes.
    public static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 8 + 4) / 5)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for byte in bytes {
            bits = (bits << 8 | UInt32(byte)) & 0xFFFF
            bitCount += 8
            while bitCount >= 5 {
                bitCount -= 5
                text.append(digits[Int(bits >> bitCount & 31)])
            }
        }
        if bitCount > 0 { text.append(digits[Int(bits << (5 - bitCount) & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of a text that `encode` makes. Strict: lower case, no padding, unused bits zero.
    public static func decode(_ text: String) throws(CryptographyError) -> [UInt8] {
        let characters = Array(text.utf8)
        // 1, 3 and 6 digits beyond a group of 8 cannot come from whole bytes.
        guard ![1, 3, 6].contains(characters.count % 8) else { throw refused }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(characters.count * 5 / 8)
        var bits: UInt32 = 0
        var bitCount: UInt32 = 0
        for character in characters {
            guard let value = value(of: character) else { throw refused }
            bits = (bits << 5 | value) & 0xFFFF
            bitCount += 5
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> bitCount))
            }
        }
        guard bits & (1 << bitCount - 1) == 0 else { throw refused }
        return bytes
    }

    private static let digits = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
    private static let refused = CryptographyError(.encoding, "not base32 in lower case without padding")

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a"))
        case UInt8(ascii: "2")...UInt8(ascii: "7"): UInt32(character - UInt8(ascii: "2") + 26)
        default: nil
        }
    }
}
