/// Literals.
extension Parser {
    /// Reads a literal that starts with its own token: numbers, strings, bytes, TRUE, FALSE, NULL.
    mutating func parseValueLiteral() throws(SyntaxError) -> Literal {
        let start = index
        let literalKind: Literal.Kind
        switch kind {
        case .integer: literalKind = .integer
        case .floatingPoint: literalKind = .floatingPoint
        case .string, .bytes: return try parseQuotedLiteral()
        default:
            switch keyword {
            case .null: literalKind = .null
            case .true: literalKind = .true
            case .false: literalKind = .false
            default: throw unexpected(expected: "a literal")
            }
        }
        advance()
        return Literal(kind: literalKind, tokens: start..<index)
    }

    /// Reads a literal as an expression.
    mutating func parseLiteralExpression() throws(SyntaxError) -> Expression {
        .literal(try parseValueLiteral())
    }

    /// Reads a string literal, where the grammar allows nothing else.
    mutating func parseStringLiteral() throws(SyntaxError) -> Literal {
        guard kind == .string else { throw unexpected(expected: "a string literal") }
        return try parseQuotedLiteral()
    }

    /// Reads one or more adjacent string literals, or bytes literals; the two do not mix.
    private mutating func parseQuotedLiteral() throws(SyntaxError) -> Literal {
        let start = index
        let first = kind
        try checkLiteral(index)
        advance()
        while kind == .string || kind == .bytes {
            guard kind == first else { throw failure("string and bytes literals cannot be concatenated", at: index) }
            guard !isAdjacent(index - 1) else {
                throw failure("concatenated literals must be separated by white space or comments", at: index)
            }
            try checkLiteral(index)
            tokens[index].role = .literalContinuation
            advance()
        }
        return Literal(kind: first == .string ? .string : .bytes, tokens: start..<index)
    }

    /// Throws if the escapes of a literal are wrong.
    private func checkLiteral(_ token: Int) throws(SyntaxError) {
        let range = tokens[token].range
        guard bytes[range].contains(UInt8(ascii: "\\")) else { return }
        do {
            _ = try LiteralDecoder.decode(bytes, token: range, mode: tokens[token].kind == .string ? .string : .bytes)
        } catch {
            throw failure(error.message, offset: error.offset)
        }
    }

    /// The literal that a keyword before a string starts, if the current token is such a keyword.
    var typedLiteralKind: Literal.Kind? {
        guard peekKind(1) == .string else { return nil }
        switch keyword {
        case .date: return .date
        case .datetime: return .datetime
        case .time: return .time
        case .timestamp: return .timestamp
        case .numeric, .decimal: return .numeric
        case .bignumeric, .bigdecimal: return .bigNumeric
        case .json: return .json
        default: return nil
        }
    }

    /// Reads `DATE '…'` and the like.
    mutating func parseTypedLiteral(_ literalKind: Literal.Kind) throws(SyntaxError) -> Expression {
        let start = index
        advance()
        _ = try parseQuotedLiteral()
        return .literal(Literal(kind: literalKind, tokens: start..<index))
    }

    /// Reads `RANGE<DATE> '…'`.
    mutating func parseRangeLiteral() throws(SyntaxError) -> Expression {
        let start = index
        let type = try parseRawType()
        guard kind == .string else { throw unexpected(expected: "a string literal") }
        let value = try parseQuotedLiteral()
        return .range(RangeLiteral(type: type, value: value, tokens: start..<index))
    }

    /// Reads an integer literal, a parameter or a system variable, where the grammar allows nothing else.
    mutating func parseIntegerOrParameter() throws(SyntaxError) -> Expression {
        switch kind {
        case .integer: return .literal(try parseValueLiteral())
        case .at, .question: return .parameter(try parseParameter())
        case .doubleAt: return .systemVariable(try parseSystemVariable())
        default: throw unexpected(expected: "an integer literal or a parameter")
        }
    }

    /// Whether an integer literal, a parameter or a system variable starts at a token.
    func startsIntegerOrParameter(_ distance: Int = 0) -> Bool {
        switch peekKind(distance) {
        case .integer, .question, .doubleAt: true
        case .at: peekKind(distance + 1) != .leftBrace && peekKind(distance + 1) != .integer
        default: false
        }
    }
}
