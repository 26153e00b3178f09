/// Values of tokens and literals, decoded on demand.
extension ParsedText {
    /// The tokens that the parser took for parts of names: each is in exactly one `Identifier` of the tree.
    ///
    /// Left out is what stands in hints, which are not printed.
    public var identifierTokens: [Int] {
        tokens.indices.filter { tokens[$0].role.isIdentifier }
    }

    /// The bytes of the text that a range of tokens covers; empty for an empty range.
    public func byteRange(of range: Range<Int>) -> Range<Int> {
        guard let first = range.first, let last = range.last, last < tokens.count else { return 0..<0 }
        return tokens[first].range.lowerBound..<tokens[last].range.upperBound
    }

    /// The text of a range of tokens as it was written.
    public func sourceText(of range: Range<Int>) -> String {
        let bytes = byteRange(of: range)
        let start = text.utf8.index(text.utf8.startIndex, offsetBy: bytes.lowerBound)
        let end = text.utf8.index(start, offsetBy: bytes.count)
        return String(text[start..<end])
    }

    /// Where a token starts, for people. For the index behind the last token, where the text ends.
    public func position(of token: Int) -> SourcePosition {
        let offset = token < tokens.count ? tokens[token].range.lowerBound : text.utf8.count
        return SourcePosition(of: offset, in: Array(text.utf8))
    }

    /// The value of a string literal, or of the string in a typed literal such as DATE; nil for other literals.
    public func stringValue(of literal: Literal) -> String? {
        guard let first = literal.tokens.first(where: { tokens[$0].kind == .string }) else { return nil }
        return string(of: first..<literal.tokens.upperBound)
    }

    /// The value of a bytes literal; nil for other literals.
    public func bytesValue(of literal: Literal) -> [UInt8]? {
        guard literal.kind == .bytes else { return nil }
        return bytes(of: literal.tokens)
    }

    /// The decoded name of one token.
    func name(of token: Int) -> String {
        guard tokens[token].kind == .quotedIdentifier else { return String(decoding: source(of: token), as: UTF8.self) }
        return String(decoding: decoded(token, .string), as: UTF8.self)
    }

    /// The value of adjacent string tokens.
    func string(of range: Range<Int>) -> String {
        String(decoding: range.flatMap { decoded($0, .string) }, as: UTF8.self)
    }

    /// The value of adjacent bytes tokens.
    func bytes(of range: Range<Int>) -> [UInt8] {
        range.flatMap { decoded($0, .bytes) }
    }

    private func source(of token: Int) -> [UInt8] {
        let range = tokens[token].range
        let start = text.utf8.index(text.utf8.startIndex, offsetBy: range.lowerBound)
        return Array(text.utf8[start...].prefix(range.count))
    }

    /// The parser has decoded every token it accepted, so this does not fail.
    private func decoded(_ token: Int, _ mode: LiteralDecoder.Mode) -> [UInt8] {
        let source = source(of: token)
        do {
            return try LiteralDecoder.decode(source, token: 0..<source.count, mode: mode)
        } catch {
            return source
        }
    }
}

extension TokenRole {
    /// Whether a token with this role is part of a name.
    public var isIdentifier: Bool {
        switch self {
        case .identifier, .identifierContinuation, .functionName, .typeName, .datePart: true
        case .syntax, .typeBracket, .literalContinuation, .hint, .edgeContinuation: false
        }
    }
}
