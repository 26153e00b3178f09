/// Table functions and their arguments.
extension Parser {
    /// Reads the name of a table function, or of a table after TABLE. IF can be a name too.
    mutating func parseTableFunctionName() throws(SyntaxError) -> PathExpression {
        if keyword == .if {
            let name = try takeIdentifier()
            guard kind == .leftParenthesis else { throw unexpected(expected: "`(`") }
            return PathExpression(parts: [name], tokens: name.tokens)
        }
        return try parseWholePath()
    }

    /// Reads the arguments of a table function and what may follow it.
    mutating func parseTableFunctionItem(
        _ name: PathExpression,
        isLateral: Bool,
        _ start: Int
    ) throws(SyntaxError) -> FromItem {
        let call = try parseTableFunctionCall(name)
        let hint = try parseHint()
        return try parseTableFunctionRest(call, isLateral, hint, start)
    }

    private mutating func parseTableFunctionRest(
        _ call: TableFunctionCall,
        _ isLateral: Bool,
        _ hint: Hint?,
        _ start: Int
    ) throws(SyntaxError) -> FromItem {
        let alias = try parseTableAlias()
        var suffixes: [TableSuffix] = []
        if let pivot = try parsePivotOrUnpivot(after: alias) { suffixes.append(pivot) }
        try parseRepeatedSuffixes(&suffixes)
        return FromItem(
            source: .function(call),
            isLateral: isLateral,
            hint: hint,
            alias: alias,
            offset: nil,
            suffixes: suffixes,
            tokens: start..<index
        )
    }

    mutating func parseTableFunctionCall(_ name: PathExpression) throws(SyntaxError) -> TableFunctionCall {
        for token in name.tokens where tokens[token].role == .identifier { tokens[token].role = .functionName }
        try expect(.leftParenthesis, "(")
        var arguments: [TableFunctionArgument] = []
        if kind != .rightParenthesis {
            arguments = try parseList { parser throws(SyntaxError) in try parser.parseTableFunctionArgument() }
        }
        try expect(.rightParenthesis, ")")
        return TableFunctionCall(name: name, arguments: arguments, tokens: name.tokens.lowerBound..<index)
    }

    /// Reads an argument of a table function or a procedure.
    mutating func parseTableFunctionArgument() throws(SyntaxError) -> TableFunctionArgument {
        if keyword == .select || keyword == .with && !startsWithExpression {
            throw failure("a query as an argument must be in parentheses", at: index)
        }
        if isIdentifier(), peekKind(1) == .namedArgument {
            return .named(try parseNamedArgument())
        }
        if kind == .leftParenthesis { try refuseParenthesizedArgument() }
        if let argument = try parseTableArgument() { return .table(argument) }
        return .expression(try parseExpression())
    }

    /// Throws if an argument that is no expression stands in parentheses.
    private mutating func refuseParenthesizedArgument() throws(SyntaxError) {
        let start = index
        let isNamed = isIdentifier(1) && peekKind(2) == .namedArgument
        switch peekKeyword(1) {
        case _ where isNamed: break
        case .model where isIdentifier(2): break
        case .connection where isIdentifier(2) || peekKeyword(2) == .default: break
        default: return
        }
        advance()
        if isNamed { _ = try parseNamedArgument() } else { _ = try parseTableArgument() }
        try expect(.rightParenthesis, ")")
        throw failure("an argument of this kind must not be in parentheses", at: start)
    }

    /// Reads TABLE, MODEL, CONNECTION, DESCRIPTOR or INPUT TABLE, if one is there.
    private mutating func parseTableArgument() throws(SyntaxError) -> TableArgument? {
        switch keyword {
        case .table where isIdentifier(1) || peekKeyword(1) == .if:
            return .table(try parseTableClause())
        case .model where isIdentifier(1):
            advance()
            return .model(try parseWholePath())
        case .connection where isIdentifier(1):
            advance()
            return .connection(try parseWholePath())
        case .connection where peekKeyword(1) == .default:
            advance()
            advance()
            return .connection(nil)
        case .descriptor where peekKind(1) == .leftParenthesis:
            advance()
            return .descriptor(try parseIdentifierList())
        case .input where peekKeyword(1) == .table:
            advance()
            advance()
            return .inputTable(tokens: (index - 2)..<index)
        default:
            return nil
        }
    }
}
