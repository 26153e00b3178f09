/// Expressions by precedence, lowest first: OR, AND, NOT, comparisons, `|`, `^`, `&`, shifts, `+ -`, `||`, `* /`,
/// prefix operators, and what binds tightest (`Parser+Primaries.swift`).
///
/// `first` is an operand that has been read already, because only what followed showed that it starts an expression.
extension Parser {
    /// How many levels of nesting an expression inside another counts.
    static var expressionNesting: Int { 2 }

    mutating func parseExpression(from first: Expression? = nil) throws(SyntaxError) -> Expression {
        try enter(Self.expressionNesting)
        defer { leave(Self.expressionNesting) }
        let start = first?.tokens.lowerBound ?? index
        let left = try parseConjunction(from: first)
        guard keyword == .or else { return left }
        var operands = [left]
        while accept(.or) {
            operands.append(try parseConjunction())
        }
        return .disjunction(LogicalChain(operands: operands, tokens: start..<index))
    }

    private mutating func parseConjunction(from first: Expression? = nil) throws(SyntaxError) -> Expression {
        let start = first?.tokens.lowerBound ?? index
        let left = try parseNegation(from: first)
        guard keyword == .and else { return left }
        var operands = [left]
        while accept(.and) {
            operands.append(try parseNegation())
        }
        return .conjunction(LogicalChain(operands: operands, tokens: start..<index))
    }

    /// Reads what ZetaSQL calls an expression of higher precedence than AND.
    mutating func parseNegation(from first: Expression? = nil) throws(SyntaxError) -> Expression {
        guard first == nil, keyword == .not else { return try parseComparison(from: first) }
        let start = index
        var count = 0
        while keyword == .not {
            guard startsPlainNot else { throw unexpected() }
            advance()
            count += 1
        }
        let operand = try parseComparison()
        return .not(NotExpression(count: count, operand: operand, tokens: start..<index))
    }

    /// Reads operators between `|` and `* /`, those of a level not below `minimum`.
    mutating func parseBinary(above minimum: Int = 0, from first: Expression? = nil) throws(SyntaxError) -> Expression {
        let start = first?.tokens.lowerBound ?? index
        var left = try parseUnary(from: first)
        while let level = binaryOperator()?.level, level >= minimum {
            var rest: [BinaryChain.Operand] = []
            while let next = binaryOperator(), next.level == level {
                advance()
                if next.operator == .shiftRight { advance() }
                let operand = try parseBinary(above: level + 1)
                rest.append(BinaryChain.Operand(operator: next.operator, expression: operand))
            }
            left = .binary(BinaryChain(first: left, rest: rest, tokens: start..<index))
        }
        return left
    }

    /// The operator at the current token and how tightly it binds.
    private func binaryOperator() -> (operator: BinaryChain.Operator, level: Int)? {
        switch kind {
        case .bar: (.bitwiseOr, 0)
        case .caret: (.bitwiseXor, 1)
        case .ampersand: (.bitwiseAnd, 2)
        case .shiftLeft: (.shiftLeft, 3)
        case .greater where peekKind(1) == .greater && isAdjacent(index): (.shiftRight, 3)
        case .plus: (.add, 4)
        case .minus: (.subtract, 4)
        case .concatenate: (.concatenate, 5)
        case .star: (.multiply, 6)
        case .slash: (.divide, 6)
        default: nil
        }
    }

    private mutating func parseUnary(from first: Expression?) throws(SyntaxError) -> Expression {
        guard first == nil else { return try parsePostfix(from: first) }
        let start = index
        var operators: [UnaryExpression.Operator] = []
        prefix: while true {
            switch kind {
            case .minus: operators.append(.minus)
            case .plus: operators.append(.plus)
            case .tilde: operators.append(.bitwiseNot)
            default: break prefix
            }
            advance()
        }
        if keyword == .not { throw try misplacedNot() }
        let operand = try parsePostfix(from: nil)
        guard !operators.isEmpty else { return operand }
        return .unary(UnaryExpression(operators: operators, operand: operand, tokens: start..<index))
    }

    /// The error that NOT is an operand without parentheses. What is wrong in its own operand comes first.
    private mutating func misplacedNot() throws(SyntaxError) -> SyntaxError {
        let place = index
        _ = try parseNegation()
        return failure("unexpected `NOT`", at: place)
    }
}
