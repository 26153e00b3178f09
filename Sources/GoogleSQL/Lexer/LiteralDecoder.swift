/// Turns the text between quotes into its value.
///
/// Rules: the escapes of GoogleSQL's lexical reference, as `zetasql/public/strings.cc` reads them.
struct LiteralDecoder {
    /// What is decoded: only strings and names know `\u` and `\U`, and there `\x` and octal escapes name code points.
    enum Mode {
        case string
        case bytes
    }

    /// Why a literal is wrong, and where in the text.
    struct Failure: Error {
        let message: String
        let offset: Int
    }

    private let source: [UInt8]
    private let content: Range<Int>
    private let mode: Mode
    private var position: Int
    private var value: [UInt8] = []

    /// Decodes a string, bytes or backticked token.
    static func decode(_ source: [UInt8], token: Range<Int>, mode: Mode) throws(Failure) -> [UInt8] {
        var start = token.lowerBound
        var isRaw = false
        while start < token.upperBound, source[start].isWordStart {
            if source[start].lowerCased == UInt8(ascii: "r") { isRaw = true }
            start += 1
        }
        let quote = source[start]
        let isTriple =
            token.upperBound - start >= 6 && quote != UInt8(ascii: "`") && source[start + 1] == quote
            && source[start + 2] == quote
        let quoteLength = isTriple ? 3 : 1
        let content = (start + quoteLength)..<(token.upperBound - quoteLength)
        if !source[content].contains(where: { $0 == UInt8(ascii: "\\") || $0 == 0x0D }) {
            return Array(source[content])
        }
        var decoder = LiteralDecoder(source: source, content: content, mode: mode, position: content.lowerBound)
        if isRaw { decoder.copyRaw() } else { try decoder.unescape() }
        return decoder.value
    }

    /// The byte `distance` after the position, or nil behind the content.
    private func byte(_ distance: Int = 0) -> UInt8? {
        let index = position + distance
        return index < content.upperBound ? source[index] : nil
    }

    /// Copies everything, with each kind of line end as `\n`; a character after a backslash as it is.
    private mutating func copyRaw() {
        while let next = byte() {
            if next == UInt8(ascii: "\\"), let escaped = byte(1) {
                value.append(next)
                value.append(escaped)
                position += 2
            } else {
                copyByte(next)
            }
        }
    }

    private mutating func copyByte(_ next: UInt8) {
        position += 1
        guard next == 0x0D else {
            value.append(next)
            return
        }
        value.append(0x0A)
        if byte() == 0x0A { position += 1 }
    }

    private mutating func unescape() throws(Failure) {
        while let next = byte() {
            if next == UInt8(ascii: "\\") {
                try readEscape()
            } else {
                copyByte(next)
            }
        }
    }

    private mutating func readEscape() throws(Failure) {
        let letter = byte(1) ?? 0
        if let simple = Self.simpleEscape(letter) {
            value.append(simple)
            position += 2
            return
        }
        switch letter {
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            append(code: try digits(from: 1, count: 3, radix: 8, what: "octal escape needs 3 octal digits"))
            position += 4
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            append(code: try digits(from: 2, count: 2, radix: 16, what: "hex escape needs 2 hex digits"))
            position += 4
        case UInt8(ascii: "u"):
            try readUnicode(count: 4)
        case UInt8(ascii: "U"):
            try readUnicode(count: 8)
        case 0x0A, 0x0D:
            throw failure("illegal escaped newline")
        default:
            throw failure("illegal escape sequence")
        }
    }

    private static func simpleEscape(_ letter: UInt8) -> UInt8? {
        switch letter {
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"): letter
        default: nil
        }
    }

    private mutating func readUnicode(count: Int) throws(Failure) {
        guard mode == .string else { throw failure("illegal escape sequence: bytes have no unicode escapes") }
        let letter = count == 4 ? "\\u" : "\\U"
        let code = try digits(from: 2, count: count, radix: 16, what: "`\(letter)` needs \(count) hex digits")
        guard Unicode.Scalar(code) != nil else { throw failure("illegal escape sequence: no unicode character") }
        append(code: code)
        position += 2 + count
    }

    private func digits(from distance: Int, count: Int, radix: UInt32, what: String) throws(Failure) -> UInt32 {
        var code: UInt32 = 0
        for index in distance..<(distance + count) {
            guard let digit = byte(index)?.hexValue, digit < radix else {
                throw failure("illegal escape sequence: \(what)")
            }
            guard code < 0x1000_0000 else { throw failure("illegal escape sequence: no unicode character") }
            code = code * radix + digit
        }
        return code
    }

    private mutating func append(code: UInt32) {
        if mode == .bytes {
            value.append(UInt8(truncatingIfNeeded: code))
        } else if let scalar = Unicode.Scalar(code) {
            value.append(contentsOf: String(Character(scalar)).utf8)
        }
    }

    private func failure(_ message: String) -> Failure {
        Failure(message: message, offset: position)
    }
}
