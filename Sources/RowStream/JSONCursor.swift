/// Reads strict JSON (RFC 8259) in a window, one pass, without a tree.
///
/// Functions answer whether they succeeded. If not, ``failure`` says why, or is `nil` when the window ended first: then
/// the same is tried again, from where it began, once more bytes have come.
struct JSONCursor {
    let window: InputWindow
    var position: Int
    var failure: RowStreamError?

    init(_ window: InputWindow, at position: Int) {
        self.window = window
        self.position = position
    }

    /// Notes a failure at a position, unless that is where the window ends. Always false.
    @inline(never)
    mutating func fail(_ code: RowStreamError.Code, _ message: StaticString, at position: Int) -> Bool {
        if position < window.end {
            failure = RowStreamError(code, message.description, at: position)
        }
        return false
    }

    @inline(__always)
    mutating func skipWhitespace() {
        while window.byte(position) <= 0x20 {
            switch window.byte(position) {
            case 0x20, 0x09, 0x0A, 0x0D: position &+= 1
            default: return
            }
        }
    }

    /// White space and one character.
    @inline(__always)
    mutating func expect(_ byte: UInt8, _ message: StaticString) -> Bool {
        skipWhitespace()
        guard window.byte(position) == byte else { return fail(.syntax, message, at: position) }
        position &+= 1
        return true
    }

    /// `true`, `false` or `null`.
    mutating func word(_ word: StaticString) -> Bool {
        let matching = window.matching(word, at: position)
        guard matching == word.utf8CodeUnitCount else {
            return fail(.syntax, "a value is expected", at: position + matching)
        }
        position += word.utf8CodeUnitCount
        return true
    }

    /// A string from behind its opening quote to behind the closing one.
    ///
    /// Refuses control characters, unknown escapes, surrogates without their other half, and what is no UTF-8.
    ///
    /// - Parameter hasEscape: set when there is one.
    @inline(__always)
    mutating func string(_ hasEscape: inout Bool) -> Bool {
        var at = position
        while true {
            let special = Self.special(window.word(at))
            guard special != 0 else {
                at &+= 8
                continue
            }
            at &+= special.trailingZeroBitCount >> 3
            if window.byte(at) == UInt8(ascii: "\"") {
                position = at &+ 1
                return true
            }
            position = at
            guard uncommon(&hasEscape) else { return false }
            at = position
        }
    }

    /// A flag in the top bit of each byte that ends the run of plain characters: a quote, a backslash, a control
    /// character, or the beginning of what is not ASCII. Exact up to the first flag.
    @inline(__always)
    private static func special(_ word: UInt64) -> UInt64 {
        // A quote with its second bit turned is a space, so one comparison finds it together with control characters.
        let low = (word ^ 0x0202_0202_0202_0202) &- 0x2121_2121_2121_2121
        let backslash = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- 0x0101_0101_0101_0101
        return (word | low | backslash) & 0x8080_8080_8080_8080
    }

    /// Escapes and characters beyond ASCII, as many as follow each other.
    @inline(never)
    private mutating func uncommon(_ hasEscape: inout Bool) -> Bool {
        while true {
            let byte = window.byte(position)
            if byte == UInt8(ascii: "\\") {
                hasEscape = true
                guard escape() else { return false }
            } else if byte >= 0x80 {
                guard multibyte(leading: byte) else { return false }
            } else if byte < 0x20 {
                return fail(.syntax, "a control character in a string must be escaped", at: position)
            } else {
                return true
            }
        }
    }

    private mutating func escape() -> Bool {
        switch window.byte(position + 1) {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
            return true
        case UInt8(ascii: "u"):
            return unicodeEscape()
        default:
            return fail(.syntax, "an escape sequence is unknown", at: position + 1)
        }
    }

    private mutating func unicodeEscape() -> Bool {
        let start = position
        guard let unit = hexDigits(at: position + 2) else { return false }
        position += 6
        switch unit {
        case 0xD800...0xDBFF:
            for (index, byte) in [UInt8(ascii: "\\"), UInt8(ascii: "u")].enumerated()
            where window.byte(position + index) != byte {
                return position + index < window.end && fail(.syntax, "a surrogate stands alone", at: start)
            }
            guard let low = hexDigits(at: position + 2) else { return false }
            guard (0xDC00...0xDFFF).contains(low) else {
                return fail(.syntax, "a surrogate stands alone", at: start)
            }
            position += 6
            return true
        case 0xDC00...0xDFFF:
            return fail(.syntax, "a surrogate stands alone", at: start)
        default:
            return true
        }
    }

    private mutating func hexDigits(at start: Int) -> UInt32? {
        var unit: UInt32 = 0
        for index in start..<(start + 4) {
            guard let digit = ASCII.hexValue(window.byte(index)) else {
                _ = fail(.syntax, "`\\u` needs four hexadecimal digits", at: index)
                return nil
            }
            unit = unit << 4 | digit
        }
        return unit
    }

    /// One character of two to four bytes
    /// (<https://www.unicode.org/versions/Unicode15.0.0/ch03.pdf>, table 3-7).
    private mutating func multibyte(leading: UInt8) -> Bool {
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
        default: return fail(.syntax, "the text is not valid UTF-8", at: position)
        }
        for index in 1..<length {
            let byte = window.byte(position + index)
            guard index == 1 ? second.contains(byte) : byte & 0xC0 == 0x80 else {
                return fail(.syntax, "the text is not valid UTF-8", at: position + index)
            }
        }
        position += length
        return true
    }
}

/// What letters and digits of ASCII stand for.
enum ASCII {
    static func hexValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") <= 9 }
}
