/// BYTES cells: base64 of RFC 4648 section 4, with padding.
enum Base64Text {
    /// The value of each character; 64 for those that have none.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 64, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// Appends the bytes; false when the text is not base64.
    static func decode(_ text: PlainText, to out: OutputBuffer) -> Bool {
        guard text.count & 3 == 0 else { return false }
        if text.count == 0 { return true }
        out.reserve(text.count / 4 &* 3)
        let values = Self.values
        let last = text.end &- 4
        var position = text.start
        while position < last {
            guard put(text.window.word(position), values, bytes: 3, to: out) else { return false }
            position &+= 4
        }
        let word = text.window.word(last)
        let equals = UInt64(UInt8(ascii: "="))
        guard word >> 24 & 0xFF == equals else { return put(word, values, bytes: 3, to: out) }
        let zero = UInt64(UInt8(ascii: "A"))
        if word >> 16 & 0xFF == equals {
            return put(word & 0xFFFF | zero << 16 | zero << 24, values, bytes: 1, to: out)
        }
        return put(word & 0xFF_FFFF | zero << 24, values, bytes: 2, to: out)
    }

    @inline(__always)
    private static func put(_ word: UInt64, _ values: [UInt8], bytes: Int, to out: OutputBuffer) -> Bool {
        let first = values[Int(word & 0xFF)]
        let second = values[Int(word >> 8 & 0xFF)]
        let third = values[Int(word >> 16 & 0xFF)]
        let fourth = values[Int(word >> 24 & 0xFF)]
        guard (first | second | third | fourth) < 64 else { return false }
        let bits = UInt64(first) << 18 | UInt64(second) << 12 | UInt64(third) << 6 | UInt64(fourth)
        // Bits that no byte takes must be zero.
        guard bytes == 3 || bits & (bytes == 1 ? 0xFFFF : 0xFF) == 0 else { return false }
        out.put(bits >> 16 & 0xFF | bits & 0xFF00 | bits << 16 & 0xFF_0000, bytes: bytes)
        return true
    }
}
