/// Constructors and the forms that a keyword starts.
extension Parser {
    /// Reads `ARRAY[…]`, `ARRAY<T>[…]` or `ARRAY(query)`.
    mutating func parseArray() throws(SyntaxError) -> Expression {
        let start = index
        switch peekKind(1) {
        case .leftBracket:
            advance()
            return try parseArrayExpression(type: nil, start: start)
        case .leftParenthesis:
            advance()
            let query = try parseSubquery()
            return .subquery(SubqueryExpression(kind: .array, hint: nil, query: query, tokens: start..<index))
        case .leftBrace:
            return try parseGraphSubqueryExpression(.array)
        case .less:
            let type = try parseRawType()
            guard kind == .leftBracket else { throw unexpected(expected: "`[`") }
            return try parseArrayExpression(type: type, start: start)
        default:
            advance()
            throw unexpected(expected: "`[`, `(` or `<`")
        }
    }

    /// Reads `[a, b]`.
    mutating func parseArrayExpression(type: TypeName?, start: Int) throws(SyntaxError) -> Expression {
        try expect(.leftBracket, "[")
        var elements: [Expression] = []
        if kind != .rightBracket {
            elements = try parseList { parser throws(SyntaxError) in try parser.parseExpression() }
        }
        try expect(.rightBracket, "]")
        return .array(ArrayConstructor(type: type, elements: elements, tokens: start..<index))
    }

    /// Reads `STRUCT(…)` or `STRUCT<…>(…)`.
    mutating func parseStruct() throws(SyntaxError) -> Expression {
        let start = index
        var type: TypeName?
        if peekKind(1) == .less { type = try parseRawType() } else { advance() }
        if kind == .leftBrace {
            throw failure("braced constructors are not supported", at: index, code: .unsupported)
        }
        try expect(.leftParenthesis, "(")
        var fields: [AliasedExpression] = []
        if kind != .rightParenthesis {
            fields = try parseList { parser throws(SyntaxError) in try parser.parseAliasedWithKeyword() }
        }
        try expect(.rightParenthesis, ")")
        return .structure(StructConstructor(type: type, hasKeyword: true, fields: fields, tokens: start..<index))
    }

    /// Reads `expression [AS name]`.
    mutating func parseAliasedWithKeyword() throws(SyntaxError) -> AliasedExpression {
        let start = index
        let expression = try parseExpression()
        let alias = try parseAliasWithKeyword()
        return AliasedExpression(expression: expression, alias: alias, tokens: start..<index)
    }

    /// Reads `NEW type(…)`.
    mutating func parseNew() throws(SyntaxError) -> Expression {
        let start = index
        advance()
        let typeStart = index
        let path = try parseWholePath(.typeName)
        let type = TypeName(kind: .named(path), parameters: [], collation: nil, tokens: typeStart..<index)
        if kind == .leftBrace {
            throw failure("braced constructors are not supported", at: index, code: .unsupported)
        }
        try expect(.leftParenthesis, "(")
        var arguments: [NewConstructor.Argument] = []
        if kind != .rightParenthesis {
            arguments = try parseList { parser throws(SyntaxError) in
                let expression = try parser.parseExpression()
                guard parser.accept(.as) else { return NewConstructor.Argument(expression: expression, field: nil) }
                if parser.kind == .leftParenthesis {
                    let field = try parser.parseInParentheses { parser throws(SyntaxError) in
                        try parser.parseWholePath()
                    }
                    return NewConstructor.Argument(expression: expression, field: field)
                }
                let name = try parser.parseIdentifier()
                let field = PathExpression(parts: [name], tokens: name.tokens)
                return NewConstructor.Argument(expression: expression, field: field)
            }
        }
        try expect(.rightParenthesis, ")")
        return .new(NewConstructor(type: type, arguments: arguments, tokens: start..<index))
    }

    mutating func parseCase() throws(SyntaxError) -> Expression {
        let start = index
        advance()
        let operand = keyword == .when ? nil : try parseExpression()
        var branches: [CaseExpression.Branch] = []
        repeat {
            try expect(.when)
            let condition = try parseExpression()
            try expect(.then)
            branches.append(CaseExpression.Branch(condition: condition, result: try parseExpression()))
        } while keyword == .when
        let fallback = accept(.else) ? try parseExpression() : nil
        try expect(.end)
        return .conditional(
            CaseExpression(operand: operand, branches: branches, fallback: fallback, tokens: start..<index)
        )
    }

    /// Reads CAST or SAFE_CAST.
    mutating func parseCast() throws(SyntaxError) -> Expression {
        let start = index
        let isSafe = keyword == .safeCast
        advance()
        try expect(.leftParenthesis, "(")
        let value = try parseExpression()
        return try parseCast(of: value, isSafe: isSafe, start)
    }

    /// Reads the rest of a CAST whose value is there.
    mutating func parseCast(of value: Expression, isSafe: Bool, _ start: Int) throws(SyntaxError) -> Expression {
        try expect(.as)
        let type = try parseType()
        var format: Expression?
        var timeZone: Expression?
        if accept(.format) {
            format = try parseExpression()
            timeZone = try parseTimeZone()
        }
        try expect(.rightParenthesis, ")")
        return .cast(
            CastExpression(
                isSafe: isSafe,
                value: value,
                type: type,
                format: format,
                timeZone: timeZone,
                tokens: start..<index
            )
        )
    }

    private mutating func parseTimeZone() throws(SyntaxError) -> Expression? {
        guard accept(Keyword.at) else { return nil }
        try expect(.time)
        try expect(.zone)
        return try parseExpression()
    }

    mutating func parseExtract() throws(SyntaxError) -> Expression {
        let start = index
        advance()
        try expect(.leftParenthesis, "(")
        let part = try parseExpression()
        if case .path(let path) = part, path.parts.count == 1 {
            tokens[path.tokens.lowerBound].role = .datePart
        }
        try expect(.from)
        let value = try parseExpression()
        let timeZone = try parseTimeZone()
        try expect(.rightParenthesis, ")")
        return .extract(ExtractExpression(part: part, value: value, timeZone: timeZone, tokens: start..<index))
    }

    mutating func parseInterval() throws(SyntaxError) -> Expression {
        let start = index
        advance()
        let value = try parseExpression()
        let from = try parseIdentifier(.datePart)
        let to = accept(.to) ? try parseIdentifier(.datePart) : nil
        return .interval(IntervalExpression(value: value, from: from, to: to, tokens: start..<index))
    }

    mutating func parseExists() throws(SyntaxError) -> Expression {
        let start = index
        advance()
        let hint = try parseHint()
        if kind == .leftBrace { return try parseGraphExists(hint, start) }
        let query = try parseSubquery()
        return .subquery(SubqueryExpression(kind: .exists, hint: hint, query: query, tokens: start..<index))
    }

    mutating func parseWithExpression() throws(SyntaxError) -> Expression {
        let start = index
        advance()
        advance()
        var variables: [WithExpression.Variable] = []
        while isIdentifier(), peekKeyword(1) == .as {
            let name = try parseIdentifier()
            try expect(.as)
            variables.append(WithExpression.Variable(name: name, value: try parseExpression()))
            try expect(.comma, ",")
        }
        let result = try parseExpression()
        try expect(.rightParenthesis, ")")
        return .with(WithExpression(variables: variables, result: result, tokens: start..<index))
    }

    mutating func parseReplaceFields() throws(SyntaxError) -> Expression {
        let start = index
        tokens[index].role = .syntax
        advance()
        try expect(.leftParenthesis, "(")
        let value = try parseExpression()
        var replacements: [ReplaceFieldsExpression.Replacement] = []
        repeat {
            try expect(.comma, ",")
            let new = try parseExpression()
            try expect(.as)
            let path = try parseReplacedPath()
            replacements.append(ReplaceFieldsExpression.Replacement(value: new, path: path))
        } while kind == .comma
        try expect(.rightParenthesis, ")")
        return .replaceFields(
            ReplaceFieldsExpression(value: value, replacements: replacements, tokens: start..<index)
        )
    }
}
