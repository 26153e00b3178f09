extension JSONCheck {
    /// A string with its quotes; returns the range between them.
    ///
    /// Refuses control characters, unknown escapes, surrogates without their other half, and what is no UTF-8
    /// (overlong forms and surrogates included; <https://www.unicode.org/versions/Unicode15.0.0/ch03.pdf> table 3-7).
    mutating func string() throws(JSONError) -> Range<Int> {
        offset += 1
        let start = offset
        while let byte = current {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return start..<(offset - 1)
            case UInt8(ascii: "\\"):
                try escape()
            case 0..<0x20:
                throw JSONError(.syntax, "a control character in a string must be escaped", at: offset)
            case 0x20..<0x80:
                offset += 1
            default:
                try multibyte(leading: byte)
            }
        }
        throw JSONError(.syntax, "a string is not closed", at: start - 1)
    }

    private mutating func escape() throws(JSONError) {
        let start = offset
        offset += 1
        switch current {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            offset += 1
        case UInt8(ascii: "u"):
            offset += 1
            try unicodeEscape(from: start)
        default:
            throw JSONError(.syntax, "an escape sequence is unknown", at: start)
        }
    }

    /// The digits after `\u` and, for a high surrogate, the low one that must follow.
    private mutating func unicodeEscape(from start: Int) throws(JSONError) {
        let unit = try hexDigits(from: start)
        switch unit {
        case 0xD800...0xDBFF:
            guard bytes[offset...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) else {
                throw JSONError(.syntax, "a surrogate stands alone", at: start)
            }
            offset += 2
            guard case 0xDC00...0xDFFF = try hexDigits(from: start) else {
                throw JSONError(.syntax, "a surrogate stands alone", at: start)
            }
        case 0xDC00...0xDFFF:
            throw JSONError(.syntax, "a surrogate stands alone", at: start)
        default:
            break
        }
    }

    private mutating func hexDigits(from start: Int) throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = current, let digit = JSONText.hexValue(byte) else {
                throw JSONError(.syntax, "`\\u` needs four hexadecimal digits", at: start)
            }
            unit = unit << 4 | digit
            offset += 1
        }
        return unit
    }

    private mutating func multibyte(leading: UInt8) throws(JSONError) {
        let start = offset
        let second: ClosedRange<UInt8>
        let length: Int
        switch leading {
        case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
        case 0xE0: (second, length) = (0xA0...0xBF, 3)
        case 0xED: (second, length) = (0x80...0x9F, 3)
        case 0xE1...0xEF: (second, length) = (0x80...0xBF, 3)
        case 0xF0: (second, length) = (0x90...0xBF, 4)
        case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
        case 0xF4: (second, length) = (0x80...0x8F, 4)
        default: throw JSONError(.syntax, "the text is not valid UTF-8", at: start)
        }
        offset += 1
        for position in 1..<length {
            guard let byte = current, position == 1 ? second.contains(byte) : byte & 0xC0 == 0x80 else {
                throw JSONError(.syntax, "the text is not valid UTF-8", at: start)
            }
            offset += 1
        }
    }
}
