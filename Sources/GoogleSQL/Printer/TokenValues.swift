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
        String(decoding: bytes[byteRange(of: range)], as: UTF8.self)
    }

    /// Where a token starts, for people. For the index behind the last token, where the text ends.
    public func position(of token: Int) -> SourcePosition {
        let offset = token < tokens.count ? tokens[token].range.lowerBound : bytes.count
        return SourcePosition(of: offset, in: bytes)
    }

    /// The value of a string literal, or of the string in a typed literal such as DATE; nil for other literals.
    public func stringValue(of literal: Literal) -> String? {
        guard let first = literal.tokens.first(where: { tokens[$0].kind == .string }) else { return nil }
        return decodedString(of: first..<literal.tokens.upperBound)
    }

    /// The value of a bytes literal; nil for other literals.
    public func bytesValue(of literal: Literal) -> [UInt8]? {
        guard literal.kind == .bytes else { return nil }
        return decodedBytes(of: literal.tokens)
    }

    /// The decoded name of one token; of a token that is no name, the text as it was written.
    public func name(of token: Int) -> String {
        let range = tokens[token].range
        guard tokens[token].kind == .quotedIdentifier else { return String(decoding: bytes[range], as: UTF8.self) }
        return String(decoding: LiteralDecoder.value(of: range, in: bytes, mode: .string), as: UTF8.self)
    }

    /// The value of adjacent string tokens.
    func decodedString(of range: Range<Int>) -> String {
        let value = range.flatMap { LiteralDecoder.value(of: tokens[$0].range, in: bytes, mode: .string) }
        return String(decoding: value, as: UTF8.self)
    }

    /// The value of adjacent bytes tokens.
    func decodedBytes(of range: Range<Int>) -> [UInt8] {
        range.flatMap { LiteralDecoder.value(of: tokens[$0].range, in: bytes, mode: .bytes) }
    }
}

extension LiteralDecoder {
    /// The value of a token. The parser has decoded every token it accepted, so this does not fail.
    static func value(of token: Range<Int>, in source: [UInt8], mode: Mode) -> [UInt8] {
        do {
            return try decode(source, token: token, mode: mode)
        } catch {
            return Array(source[token])
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
