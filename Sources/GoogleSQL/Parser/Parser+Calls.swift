/// Function calls and their arguments.
extension Parser {
    /// Reads the arguments, the modifiers and the window of a call whose name has been read.
    mutating func parseCall(_ name: PathExpression) throws(SyntaxError) -> FunctionCall {
        for token in name.tokens where tokens[token].role == .identifier { tokens[token].role = .functionName }
        try expect(.leftParenthesis, "(")
        let isDistinct = accept(.distinct)
        var arguments: [FunctionArgument] = []
        if !startsModifierOrEnd {
            arguments = try parseArguments()
        }
        let modifiers = try parseModifiers(hasArguments: !arguments.isEmpty)
        try expect(.rightParenthesis, ")")
        let hint = try parseHint()
        let over = accept(.over) ? try parseWindowReference() : nil
        return FunctionCall(
            name: name,
            isDistinct: isDistinct,
            arguments: arguments,
            modifiers: modifiers,
            hint: hint,
            over: over,
            tokens: name.tokens.lowerBound..<index
        )
    }

    /// Whether the argument list is empty: `)` or a modifier follows.
    private var startsModifierOrEnd: Bool {
        if kind == .rightParenthesis { return true }
        switch keyword {
        case .ignore, .respect, .where, .having, .group, .order, .limit: return true
        case .with: return !startsWithExpression
        default: return false
        }
    }

    private mutating func parseArguments() throws(SyntaxError) -> [FunctionArgument] {
        var arguments: [FunctionArgument] = []
        if kind == .star {
            arguments.append(.star(tokens: index..<(index + 1)))
            advance()
        } else {
            arguments.append(try parseArgument())
        }
        while accept(.comma) {
            arguments.append(try parseArgument())
        }
        return arguments
    }

    private mutating func parseArgument() throws(SyntaxError) -> FunctionArgument {
        if isIdentifier(), peekKind(1) == .namedArgument { return .named(try parseNamedArgument()) }
        if opensEmptyLambda { return .lambda(try parseLambda(nil, index)) }
        if keyword == .sequence, isIdentifier(1), peekKeyword(1) != .clamped {
            advance()
            return .sequence(try parseWholePath())
        }
        let start = index
        let expression = try parseExpression()
        return try parseArgumentRest(expression, start)
    }

    private mutating func parseArgumentRest(
        _ expression: Expression,
        _ start: Int
    ) throws(SyntaxError) -> FunctionArgument {
        if kind == .arrow { return .lambda(try parseLambda(expression, start)) }
        let alias = try parseAliasWithKeyword()
        return .expression(AliasedExpression(expression: expression, alias: alias, tokens: start..<index))
    }

    /// Whether `()` follows, which can only be the parameter list of a lambda.
    private var opensEmptyLambda: Bool {
        kind == .leftParenthesis && peekKind(1) == .rightParenthesis
    }

    /// Reads `name => value`.
    mutating func parseNamedArgument() throws(SyntaxError) -> NamedArgument {
        let start = index
        let name = try parseIdentifier()
        try expect(.namedArgument, "=>")
        let value: NamedArgument.Value
        if keyword == .input, peekKeyword(1) == .table {
            value = .inputTable(tokens: index..<(index + 2))
            advance()
            advance()
        } else if opensEmptyLambda {
            value = .lambda(try parseLambda(nil, index))
        } else {
            let valueStart = index
            let expression = try parseExpression()
            value = kind == .arrow ? .lambda(try parseLambda(expression, valueStart)) : .expression(expression)
        }
        return NamedArgument(name: name, value: value, tokens: start..<index)
    }

    /// Reads `-> body` after a parameter list, which the grammar reads as an expression; nil stands for `()`.
    private mutating func parseLambda(_ parameters: Expression?, _ start: Int) throws(SyntaxError) -> Lambda {
        var names: [Identifier] = []
        var pattern: Expression?
        if let parameters {
            guard canBeLambdaParameters(parameters) else {
                throw failure("expected a lambda argument list", at: start)
            }
            if let listed = lambdaParameters(parameters) { names = listed } else { pattern = parameters }
        } else {
            advance()
            advance()
        }
        try expect(.arrow, "->")
        let body = try parseExpression()
        return Lambda(parameters: names, pattern: pattern, body: body, tokens: start..<index)
    }

    private func canBeLambdaParameters(_ expression: Expression) -> Bool {
        switch expression {
        case .path: true
        case .structure(let node): !node.hasKeyword
        case .parenthesized(let node): canBeLambdaParameters(node.expression)
        default: false
        }
    }

    private func lambdaParameters(_ expression: Expression) -> [Identifier]? {
        switch expression {
        case .path(let path):
            return path.parts.count == 1 ? path.parts : nil
        case .parenthesized(let node):
            return lambdaParameters(node.expression)
        case .structure(let node) where !node.hasKeyword:
            var names: [Identifier] = []
            for field in node.fields {
                guard case .path(let path) = field.expression, path.parts.count == 1 else { return nil }
                names.append(contentsOf: path.parts)
            }
            return names
        default:
            return nil
        }
    }

    /// Reads the clauses before `)`, each at most once and in the order of the grammar.
    private mutating func parseModifiers(hasArguments: Bool) throws(SyntaxError) -> [FunctionModifier] {
        var modifiers: [FunctionModifier] = []
        guard kind != .rightParenthesis else { return modifiers }
        let start = index
        if accept(.ignore) {
            try expect(.nulls)
            modifiers.append(.ignoreNulls(tokens: start..<index))
        } else if accept(.respect) {
            try expect(.nulls)
            modifiers.append(.respectNulls(tokens: start..<index))
        }
        if accept(.where) { modifiers.append(.filter(try parseExpression())) }
        if accept(.having) {
            if accept(.max) {
                modifiers.append(.havingMax(try parseExpression()))
            } else {
                try expect(.min)
                modifiers.append(.havingMin(try parseExpression()))
            }
        }
        if keyword == .group {
            modifiers.append(.groupBy(try parseGroupBy(allowsAll: false)))
            if accept(.having) { modifiers.append(.having(try parseExpression())) }
        }
        if hasArguments, accept(.clamped) {
            try expect(.between)
            let lower = try parseNegation()
            try expect(.and)
            modifiers.append(.clamped(lower: lower, upper: try parseExpression()))
        }
        if keyword == .with, !startsWithExpression {
            advance()
            try expect(.report)
            modifiers.append(.withReport(kind == .leftParenthesis ? try parseOptions() : []))
        }
        if keyword == .order { modifiers.append(.orderBy(try parseOrderBy())) }
        if keyword == .limit { modifiers.append(.limit(try parseLimit())) }
        return modifiers
    }
}
