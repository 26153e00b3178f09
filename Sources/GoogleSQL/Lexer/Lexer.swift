/// Cuts a text into tokens, on bytes.
///
/// Rules: the lexer section of `zetasql/parser/zetasql.tm`, and `lookahead_transformer.cc` for what depends on the
/// token
/// before: numbers with a point, names that start with a digit, and keywords as names after a dot.
/// Escapes are not looked at here; the parser decodes what it accepts, so that errors come in the order of the text.
struct Lexer {
    /// The end marks after the last token, so that the parser can look ahead without a check.
    static let endMarkCount = 5

    let bytes: [UInt8]
    private let keywords = KeywordTable.all
    private let tokensMax: Int
    private(set) var tokens: [Token] = []
    /// Why there is an `invalid` token, and where.
    private(set) var failure: (message: String, offset: Int)?
    var position = 0

    /// Whether the token before is the dot of a path, `@` or `@@`: then a keyword is a name.
    private var forcesName = false
    /// Whether the token before is the dot of a path: then digits start a name.
    private var isAfterPathDot = false
    /// Whether a dot after the token before belongs to a path and not to a number.
    private var canPrecedePathDot = false

    init(_ bytes: [UInt8], tokensMax: Int) {
        self.bytes = bytes
        self.tokensMax = tokensMax
        tokens.reserveCapacity(bytes.count / 4 + Self.endMarkCount + 1)
    }

    /// Reads all tokens and adds the end marks. Returns false if there are more than `tokensMax`.
    mutating func run() -> Bool {
        while failure == nil {
            skipTrivia()
            guard failure == nil, position < bytes.count else { break }
            guard tokens.count < tokensMax else { return false }
            readToken()
        }
        let end = failure?.offset ?? bytes.count
        for _ in 0..<Self.endMarkCount {
            append(failure == nil ? .end : .invalid, end..<end)
        }
        return true
    }

    /// The byte `distance` after the position, or 0 behind the end.
    func byte(_ distance: Int = 0) -> UInt8 {
        let index = position + distance
        return index < bytes.count ? bytes[index] : 0
    }

    mutating func fail(_ message: String, at offset: Int) {
        failure = (message, offset)
    }

    private mutating func append(_ kind: TokenKind, _ range: Range<Int>, keyword: Keyword = .none) {
        tokens.append(
            Token(
                kind: kind,
                keyword: keyword,
                role: .syntax,
                lowerBound: Int32(truncatingIfNeeded: range.lowerBound),
                upperBound: Int32(truncatingIfNeeded: range.upperBound)
            )
        )
    }

    private mutating func readToken() {
        let start = position
        let first = bytes[start]
        if first.isWordStart {
            readWord()
        } else if first.isDigit {
            readNumber()
        } else if first == UInt8(ascii: ".") {
            readDot()
        } else if first == UInt8(ascii: "`") {
            guard skipQuotedIdentifier() else { return }
            append(.quotedIdentifier, start..<position)
            setContext(canPrecedePathDot: true)
        } else if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") {
            readQuoted(.string, prefix: 0, what: "string literal")
        } else if let (kind, length) = symbol(first) {
            position += length
            append(kind, start..<position)
            setContext(canPrecedePathDot: kind == .rightParenthesis || kind == .rightBracket || kind == .question)
            forcesName = kind == .at || kind == .doubleAt
        } else {
            fail("illegal input character `\(Self.described(first))`", at: start)
        }
    }

    private mutating func setContext(canPrecedePathDot: Bool) {
        self.canPrecedePathDot = canPrecedePathDot
        forcesName = false
        isAfterPathDot = false
    }

    private mutating func readWord() {
        let start = position
        let (end, hash) = Self.word(in: bytes.span, from: start, letters: Self.wordLetters.span)
        if end < bytes.count, bytes[end] == UInt8(ascii: "'") || bytes[end] == UInt8(ascii: "\""),
            let (kind, what) = literalPrefix(start..<end)
        {
            readQuoted(kind, prefix: end - start, what: what)
            return
        }
        position = end
        let keyword = forcesName ? .none : keywords.keyword(bytes, start..<end, hash: hash)
        append(.word, start..<end, keyword: keyword)
        setContext(canPrecedePathDot: !keyword.isReserved)
    }

    /// What each byte counts in the hash of a word, by its value; 0 for those that are in no word.
    private static let wordLetters = (0...UInt8.max).map { $0.isWordPart ? KeywordTable.hashed($0) : 0 }

    /// Where a word ends, and the hash of its letters.
    private static func word(
        in text: Span<UInt8>,
        from start: Int,
        letters: Span<UInt8>
    ) -> (end: Int, hash: UInt32) {
        var end = start
        var hash = KeywordTable.hashOfNothing
        while end < text.count {
            let letter = letters[Int(text[end])]
            if letter == 0 { break }
            hash = KeywordTable.hash(hash, hashed: letter)
            end += 1
        }
        return (end, hash)
    }

    /// The literal that `r`, `b`, `rb` or `br` before a quote starts.
    private func literalPrefix(_ range: Range<Int>) -> (TokenKind, String)? {
        let first = bytes[range.lowerBound].lowerCased
        if range.count == 1 {
            if first == UInt8(ascii: "r") { return (.string, "raw string literal") }
            if first == UInt8(ascii: "b") { return (.bytes, "bytes literal") }
            return nil
        }
        guard range.count == 2 else { return nil }
        let second = bytes[range.lowerBound + 1].lowerCased
        let isRawBytes =
            first == UInt8(ascii: "r") && second == UInt8(ascii: "b")
            || first == UInt8(ascii: "b") && second == UInt8(ascii: "r")
        return isRawBytes ? (.bytes, "raw bytes literal") : nil
    }

    private mutating func readQuoted(_ kind: TokenKind, prefix: Int, what: String) {
        let start = position
        position += prefix
        guard skipQuoted(what: what, from: start) else { return }
        append(kind, start..<position)
        setContext(canPrecedePathDot: false)
    }

    /// Reads digits: part of a path after a dot, else a number, with point and exponent where they are adjacent.
    private mutating func readNumber() {
        let start = position
        if isAfterPathDot {
            // `d.2024_01`, `d.0x1`, `d.123abc`: any word characters that follow belong to the name.
            while position < bytes.count, bytes[position].isWordPart { position += 1 }
            append(.word, start..<position)
            setContext(canPrecedePathDot: true)
            return
        }
        if byte() == UInt8(ascii: "0"), byte(1).lowerCased == UInt8(ascii: "x"), byte(2).isHexDigit {
            position += 2
            while byte().isHexDigit { position += 1 }
            finishNumber(.integer, start)
            return
        }
        skipDigits()
        var kind = TokenKind.integer
        if byte() == UInt8(ascii: ".") {
            kind = .floatingPoint
            position += 1
            if byte().isDigit, !isHexadecimal(at: 0) { skipDigits() }
        }
        if skipExponent() { kind = .floatingPoint }
        finishNumber(kind, start)
    }

    private mutating func readDot() {
        let start = position
        if !canPrecedePathDot, byte(1).isDigit, !isHexadecimal(at: 1) {
            position += 1
            skipDigits()
            _ = skipExponent()
            finishNumber(.floatingPoint, start)
            return
        }
        position += 1
        let isPathDot = canPrecedePathDot
        append(.dot, start..<position)
        setContext(canPrecedePathDot: false)
        forcesName = isPathDot
        isAfterPathDot = isPathDot
    }

    /// Ends a number. A word directly after it is no alias, except after a trailing point.
    private mutating func finishNumber(_ kind: TokenKind, _ start: Int) {
        append(kind, start..<position)
        setContext(canPrecedePathDot: false)
        guard byte().isWordStart, bytes[position - 1] != UInt8(ascii: ".") else { return }
        let wordStart = position
        while byte().isWordPart { position += 1 }
        append(.attachedWord, wordStart..<position)
    }

    private mutating func skipDigits() {
        while byte().isDigit { position += 1 }
    }

    /// Skips `e10`, `E+10` or `e-10` where it is all of the word. Returns whether there was one.
    private mutating func skipExponent() -> Bool {
        guard byte().lowerCased == UInt8(ascii: "e") else { return false }
        var length = 1
        let hasSign = byte(1) == UInt8(ascii: "+") || byte(1) == UInt8(ascii: "-")
        if hasSign { length += 1 }
        let firstDigit = length
        while byte(length).isDigit { length += 1 }
        guard length > firstDigit else { return false }
        if hasSign, isHexadecimal(at: firstDigit) { return false }
        if !hasSign, byte(length).isWordPart { return false }
        position += length
        return true
    }

    private func isHexadecimal(at distance: Int) -> Bool {
        byte(distance) == UInt8(ascii: "0") && byte(distance + 1).lowerCased == UInt8(ascii: "x")
            && byte(distance + 2).isHexDigit
    }

    private static func described(_ byte: UInt8) -> String {
        guard byte < 0x20 || byte >= 0x7F else { return String(UnicodeScalar(byte)) }
        let digits = String(byte, radix: 16)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }
}
