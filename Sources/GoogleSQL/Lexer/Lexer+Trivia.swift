extension Lexer {
    /// Skips white space and comments. An unclosed comment is a failure.
    mutating func skipTrivia() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x08...0x0D:
                position += 1
            case UInt8(ascii: "#"):
                skipLine()
            case UInt8(ascii: "-") where byte(1) == UInt8(ascii: "-"):
                skipLine()
            case UInt8(ascii: "/") where byte(1) == UInt8(ascii: "*"):
                guard skipBlockComment() else { return }
            case 0xC2, 0xE2, 0xE3:
                let length = unicodeSpaceLength()
                guard length > 0 else { return }
                position += length
            default:
                return
            }
        }
    }

    private mutating func skipLine() {
        while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
    }

    private mutating func skipBlockComment() -> Bool {
        let start = position
        position += 2
        while position + 1 < bytes.count {
            if bytes[position] == UInt8(ascii: "*"), bytes[position + 1] == UInt8(ascii: "/") {
                position += 2
                return true
            }
            position += 1
        }
        fail("unclosed comment", at: start)
        return false
    }

    /// The bytes of a white space character beyond ASCII at the position, or 0.
    ///
    /// U+1680 looks like `-`, and U+180E, U+200B and U+FEFF have no width: none of them is white space in GoogleSQL.
    private func unicodeSpaceLength() -> Int {
        switch (byte(), byte(1), byte(2)) {
        case (0xC2, 0xA0, _): 2  // U+00A0
        case (0xE2, 0x80, 0x80...0x8A): 3  // U+2000 to U+200A
        case (0xE2, 0x80, 0xAF): 3  // U+202F
        case (0xE2, 0x81, 0x9F): 3  // U+205F
        case (0xE3, 0x80, 0x80): 3  // U+3000
        default: 0
        }
    }

    /// Skips a literal from its opening quote. A backslash takes the next character with it, in raw literals too.
    mutating func skipQuoted(what: String, from start: Int) -> Bool {
        let quote = byte()
        let isTriple = byte(1) == quote && byte(2) == quote
        position += isTriple ? 3 : 1
        while position < bytes.count {
            let next = bytes[position]
            if next == UInt8(ascii: "\\") {
                position += byte(1) == 0x0D && byte(2) == 0x0A ? 3 : 2
            } else if next == quote, !isTriple {
                position += 1
                return true
            } else if next == quote, byte(1) == quote, byte(2) == quote {
                position += 3
                return true
            } else if !isTriple, next == 0x0A || next == 0x0D {
                break
            } else {
                position += 1
            }
        }
        fail("unclosed \(isTriple ? "triple-quoted " : "")\(what)", at: start)
        return false
    }

    /// Skips a name in backticks.
    mutating func skipQuotedIdentifier() -> Bool {
        let start = position
        position += 1
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "`"):
                position += 1
                return true
            case UInt8(ascii: "\\"):
                position += byte(1) == 0x0D && byte(2) == 0x0A ? 3 : 2
            case 0x0A, 0x0D:
                position = bytes.count
            default:
                position += 1
            }
        }
        fail("unclosed identifier literal", at: start)
        return false
    }
}
