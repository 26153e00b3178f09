/// Operands, and the accesses and calls that bind tightest.
extension Parser {
    /// Reads an operand with its accesses: `.field`, `[…]`, `.(path)` and chained calls.
    mutating func parsePostfix(from first: Expression?) throws(SyntaxError) -> Expression {
        let base: Expression
        if let first { base = first } else { base = try parsePrimary() }
        switch kind {
        case .dot, .leftBracket, .leftParenthesis: return try parseAccesses(base)
        default: return base
        }
    }

    private mutating func parseAccesses(_ base: Expression) throws(SyntaxError) -> Expression {
        let start = base.tokens.lowerBound
        var accesses: [AccessChain.Access] = []
        scan: while true {
            switch kind {
            case .leftBracket:
                advance()
                accesses.append(.subscripted(try parseExpression()))
                try expect(.rightBracket, "]")
            case .dot:
                if peekKind(1) == .star {
                    dotStarIndex = index
                    break scan
                }
                advance()
                accesses.append(try parseFieldAccess())
            case .leftParenthesis:
                guard let last = accesses.popLast() else { throw misplacedCall(base) }
                accesses.append(.call(try parseChainedCall(last, base, isFirst: accesses.isEmpty)))
            default:
                break scan
            }
        }
        guard !accesses.isEmpty else { return base }
        return .access(AccessChain(base: base, accesses: accesses, tokens: start..<index))
    }

    private mutating func parseFieldAccess() throws(SyntaxError) -> AccessChain.Access {
        if accept(.leftParenthesis) {
            let path = try parseWholePath()
            try expect(.rightParenthesis, ")")
            return .extensionField(path)
        }
        if isIdentifier() || isFunctionKeyword { return .field(try takeIdentifier()) }
        throw unexpected(expected: "a field name")
    }

    private func misplacedCall(_ base: Expression) -> SyntaxError {
        if case .call = base { return failure("double function call parentheses", at: index) }
        return failure("a function call needs a path before `(`, for instance `a.b.c()`", at: index)
    }

    private mutating func parseChainedCall(
        _ last: AccessChain.Access,
        _ base: Expression,
        isFirst: Bool
    ) throws(SyntaxError) -> FunctionCall {
        if isFirst, case .literal(let literal) = base, literal.kind == .integer || literal.kind == .floatingPoint {
            throw unexpected()
        }
        switch last {
        case .field(let name):
            return try parseCall(PathExpression(parts: [name], tokens: name.tokens))
        case .extensionField(let path):
            return try parseCall(path)
        case .subscripted:
            throw failure("a function call needs a path before `(`, for instance `a.b.c()`", at: index)
        case .call:
            throw failure("double function call parentheses", at: index)
        }
    }

    /// Whether the current token is a reserved keyword that names a function.
    private var isFunctionKeyword: Bool {
        switch keyword {
        case .if, .grouping, .left, .right, .collate, .range: true
        default: false
        }
    }

    private mutating func parsePrimary() throws(SyntaxError) -> Expression {
        switch kind {
        case .word: return try parseWordPrimary()
        case .quotedIdentifier: return try parsePathOrCall()
        case .integer, .floatingPoint, .string, .bytes: return try parseLiteralExpression()
        case .leftParenthesis: return try parseParenthesized()
        case .leftBracket: return try parseArrayExpression(type: nil, start: index)
        case .at, .question, .doubleAt: return try parseVariable()
        case .leftBrace: throw failure("braced constructors are not supported", at: index, code: .unsupported)
        default: throw unexpected()
        }
    }

    // An operand nests in itself through all of these, and in a debug build the frame of a function has room for what
    // any of its branches needs. So each has few branches, and a plain name or call passes through the small ones alone.

    private mutating func parseWordPrimary() throws(SyntaxError) -> Expression {
        switch keyword {
        case .none: return try parsePathOrCall()
        case .null, .true, .false: return try parseLiteralExpression()
        case .if, .grouping, .left, .right, .collate: return try parseKeywordCall()
        case .case, .cast, .safeCast, .extract, .interval, .array, .struct, .exists: return try parseKeywordPrimary()
        default: return try parseOtherPrimary()
        }
    }

    private mutating func parseKeywordPrimary() throws(SyntaxError) -> Expression {
        switch keyword {
        case .case: return try parseCase()
        case .extract: return try parseExtract()
        case .interval: return try parseInterval()
        case .array: return try parseArray()
        case .struct: return try parseStruct()
        case .exists: return try parseExists()
        default: return keyword == .cast || peekKind(1) == .leftParenthesis ? try parseCast() : try parsePathOrCall()
        }
    }

    private mutating func parseOtherPrimary() throws(SyntaxError) -> Expression {
        switch keyword {
        case .new: return try parseNew()
        case .with where startsWithExpression: return try parseWithExpression()
        case .replaceFields where peekKind(1) == .leftParenthesis: return try parseReplaceFields()
        case .range: return peekKind(1) == .less ? try parseRangeLiteral() : try parseKeywordCall()
        case .value where startsGraphValue: return try parseGraphSubqueryExpression(.value)
        default: break
        }
        if let literalKind = typedLiteralKind { return try parseTypedLiteral(literalKind) }
        if keyword.isReserved || keyword == .table { try refuseReservedPrimary() }
        return try parsePathOrCall()
    }

    /// Throws if the keyword at the current token cannot start an operand.
    private func refuseReservedPrimary() throws(SyntaxError) {
        if keyword == .select { throw failure("a query as an expression must be in parentheses", at: index) }
        let isClause = keyword == .table && index > 0 && tokens[index - 1].kind == .leftParenthesis
        if keyword.isReserved || isClause && startsTableClause() { throw unexpected() }
    }

    /// Reads a call whose name is a reserved keyword.
    private mutating func parseKeywordCall() throws(SyntaxError) -> Expression {
        if startsSetOperator { throw unexpected() }
        let name = try takeSinglePath()
        guard kind == .leftParenthesis else { throw unexpected(expected: "`(`") }
        return try parseCallExpression(name)
    }

    /// Reads a path, and a call if `(` follows it. CURRENT_DATE and its kin are calls without parentheses too.
    private mutating func parsePathOrCall() throws(SyntaxError) -> Expression {
        let name = try takeIdentifier()
        let isCurrent = isCurrentDateTimeFunction(name.tokens.lowerBound)
        if kind == .dot, isIdentifier(1), !isCurrent {
            let path = try parsePath(after: name)
            return kind == .leftParenthesis ? try parseCallExpression(path) : .path(path)
        }
        let path = PathExpression(parts: [name], tokens: name.tokens)
        if kind == .leftParenthesis { return try parseCallExpression(path) }
        return isCurrent ? bareCall(path) : .path(path)
    }

    /// Takes the current token, which may be a reserved keyword, as a path of one part.
    private mutating func takeSinglePath() throws(SyntaxError) -> PathExpression {
        let name = try takeIdentifier()
        return PathExpression(parts: [name], tokens: name.tokens)
    }

    private mutating func parseCallExpression(_ name: PathExpression) throws(SyntaxError) -> Expression {
        .call(try parseCall(name))
    }

    private mutating func bareCall(_ name: PathExpression) -> Expression {
        tokens[name.tokens.lowerBound].role = .functionName
        return .call(
            FunctionCall(
                name: name,
                isDistinct: false,
                arguments: [],
                modifiers: [],
                hint: nil,
                over: nil,
                tokens: name.tokens
            )
        )
    }

    private mutating func parseVariable() throws(SyntaxError) -> Expression {
        kind == .doubleAt ? .systemVariable(try parseSystemVariable()) : .parameter(try parseParameter())
    }

    /// Whether a token is CURRENT_DATE, CURRENT_TIME, CURRENT_DATETIME or CURRENT_TIMESTAMP without backticks.
    private func isCurrentDateTimeFunction(_ token: Int) -> Bool {
        let range = tokens[token].range
        guard tokens[token].kind == .word, (12...17).contains(range.count),
            bytes[range.lowerBound].lowerCased == UInt8(ascii: "c"),
            bytes[range.lowerBound + 7] == UInt8(ascii: "_")
        else { return false }
        return Self.currentFunctions.contains(String(decoding: bytes[range], as: UTF8.self).lowerCasedASCII)
    }

    private static let currentFunctions: Set<String> = [
        "current_date", "current_datetime", "current_time", "current_timestamp",
    ]
}
