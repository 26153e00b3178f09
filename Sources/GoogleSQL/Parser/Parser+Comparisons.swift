/// Comparisons, which do not chain: `=`, LIKE, IN, BETWEEN, IS and their kin.
extension Parser {
    /// What comes after the left operand of a comparison.
    private enum ComparisonStart {
        case symbol(Comparison.Operator, length: Int)
        case like
        case inside
        case between
        case test
    }

    /// Reads an expression up to AND. With `stopsAtIn` an IN after it is not part of it, as in PIVOT.
    mutating func parseComparison(
        from first: Expression? = nil,
        stopsAtIn: Bool = false
    ) throws(SyntaxError) -> Expression {
        let start = first?.tokens.lowerBound ?? index
        let left = try parseBinary(from: first)
        guard comparisonStart() != nil || keyword == .not else { return left }
        return try parseComparisons(after: left, start, stopsAtIn: stopsAtIn)
    }

    /// Reads what compares an operand that has been read, as often as the grammar lets it follow.
    private mutating func parseComparisons(
        after first: Expression,
        _ start: Int,
        stopsAtIn: Bool
    ) throws(SyntaxError) -> Expression {
        var left = first
        var canFollow = true
        if keyword == .not, peekKeyword(1) == .distinct {
            advance()
            throw unexpected(expected: "`BETWEEN`, `IN` or `LIKE`")
        }
        while let next = comparisonStart() {
            if stopsAtIn, keyword == .in {
                guard !endsWithOperand(left) else { throw unexpected() }
                break
            }
            // A second comparison needs parentheses, except where the reference lets one through.
            guard canFollow || (isDistinctTest || startsGraphTest) && !endsWithOperand(left) else {
                throw try misplacedComparison(next, left, start)
            }
            left = try parseComparison(next, left, start)
            canFollow = isClosedTest(left)
            if !endsWithOperand(left) {
                // The grammar lets operators that bind tighter follow a closed form: `(a IS NULL) + 1` without
                // parentheses.
                let closedEnd = index
                left = try parseBinary(from: left)
                canFollow = canFollow || index > closedEnd
            }
        }
        return left
    }

    /// The error that an operator follows a comparison. After a closed form, what is wrong to its right comes first.
    private mutating func misplacedComparison(
        _ next: ComparisonStart,
        _ left: Expression,
        _ start: Int
    ) throws(SyntaxError) -> SyntaxError {
        let isClosed = !endsWithOperand(left)
        let error = leftOperandFailure(at: isClosed && keyword == .not ? index + 1 : index)
        guard isClosed else { return error }
        let comparison = try parseComparison(next, left, start)
        return endsWithOperand(comparison) && comparisonStart() != nil ? leftOperandFailure(at: index) : error
    }

    private func leftOperandFailure(at token: Int) -> SyntaxError {
        failure("the expression to the left of \(describe(token)) must be in parentheses", at: token)
    }

    private func comparisonStart() -> ComparisonStart? {
        switch kind {
        case .equal: return .symbol(.equal, length: 1)
        case .bangEqual: return .symbol(.notEqual, length: 1)
        case .lessOrEqual: return .symbol(.lessOrEqual, length: 1)
        case .greaterOrEqual: return .symbol(.greaterOrEqual, length: 1)
        case .greater: return .symbol(.greater, length: 1)
        case .less:
            let isNotEqual = peekKind(1) == .greater && isAdjacent(index)
            return isNotEqual ? .symbol(.notEqual, length: 2) : .symbol(.less, length: 1)
        case .word: return comparisonKeyword(keyword == .not ? peekKeyword(1) : keyword)
        default: return nil
        }
    }

    private func comparisonKeyword(_ word: Keyword) -> ComparisonStart? {
        switch word {
        case .like: .like
        case .in: .inside
        case .between: .between
        case .is: keyword == .is ? .test : nil
        default: nil
        }
    }

    /// Whether `IS [NOT] DISTINCT FROM` follows, which takes any operand to its left.
    private var isDistinctTest: Bool {
        keyword == .is && (peekKeyword(1) == .distinct || peekKeyword(1) == .not && peekKeyword(2) == .distinct)
    }

    /// Whether an expression is a test that every comparison may follow: `a IS UNKNOWN`, `a IS LABELED b`.
    private func isClosedTest(_ expression: Expression) -> Bool {
        switch expression {
        case .test(let node): node.test == .unknown
        case .graph(.labeled): true
        default: false
        }
    }

    private func endsWithOperand(_ expression: Expression) -> Bool {
        switch expression {
        case .comparison, .between, .graph(.endpoint): true
        default: false
        }
    }

    private mutating func parseComparison(
        _ next: ComparisonStart,
        _ left: Expression,
        _ start: Int
    ) throws(SyntaxError) -> Expression {
        switch next {
        case .symbol(let symbol, let length):
            for _ in 0..<length { advance() }
            let right = try parseBinary()
            return .comparison(Comparison(left: left, operator: symbol, right: right, tokens: start..<index))
        case .like: return try parseLike(left, start)
        case .inside: return try parseInside(left, start)
        case .between: return try parseBetween(left, start)
        case .test: return try parseTest(left, start)
        }
    }

    private mutating func parseLike(_ left: Expression, _ start: Int) throws(SyntaxError) -> Expression {
        let isNegated = accept(.not)
        advance()
        let quantifier: QuantifiedLike.Quantifier
        switch keyword {
        case .any: quantifier = .any
        case .some: quantifier = .some
        case .all: quantifier = .all
        default:
            let right = try parseBinary()
            let symbol: Comparison.Operator = isNegated ? .notLike : .like
            return .comparison(Comparison(left: left, operator: symbol, right: right, tokens: start..<index))
        }
        advance()
        let hintStart = index
        let hint = try parseHint()
        let patterns = try parseMembershipSet()
        if hint != nil, !isSubquery(patterns) { throw failure("a hint cannot stand here", at: hintStart) }
        return .quantifiedLike(
            QuantifiedLike(
                left: left,
                isNegated: isNegated,
                quantifier: quantifier,
                hint: hint,
                patterns: patterns,
                tokens: start..<index
            )
        )
    }

    private mutating func parseInside(_ left: Expression, _ start: Int) throws(SyntaxError) -> Expression {
        let isNegated = accept(.not)
        advance()
        let hintStart = index
        let hint = try parseHint()
        let set = kind == .leftBrace && hint == nil ? .graph(try parseGraphSubquery()) : try parseMembershipSet()
        if hint != nil, !isSubquery(set) { throw failure("a hint cannot stand here", at: hintStart) }
        return .inside(
            InExpression(left: left, isNegated: isNegated, hint: hint, set: set, tokens: start..<index)
        )
    }

    private func isSubquery(_ set: MembershipSet) -> Bool {
        if case .subquery = set { return true }
        return false
    }

    /// Reads `UNNEST(…)`, `(a, b)` or `(SELECT …)`.
    private mutating func parseMembershipSet() throws(SyntaxError) -> MembershipSet {
        if keyword == .unnest { return .unnest(try parseUnnest()) }
        guard kind == .leftParenthesis else { throw unexpected(expected: "`(` or `UNNEST`") }
        advance()
        switch try parseQueryOrExpression() {
        case .query(let query):
            try expect(.rightParenthesis, ")")
            return .subquery(query)
        case .expression(let first):
            var values = [first]
            while accept(.comma) {
                values.append(try parseExpression())
            }
            try expect(.rightParenthesis, ")")
            return .list(values)
        }
    }

    private mutating func parseBetween(_ left: Expression, _ start: Int) throws(SyntaxError) -> Expression {
        let isNegated = accept(.not)
        advance()
        let lowerStart = index
        let lower = keyword == .not ? try parseNegation() : try parseComparison()
        if keyword == .or { throw failure("the expression in BETWEEN must be in parentheses", at: lowerStart) }
        try expect(.and)
        let upper = try parseBinary()
        if needsParentheses(lower) {
            if comparisonStart() != nil { throw leftOperandFailure(at: index) }
            throw failure("the expression in BETWEEN must be in parentheses", at: lowerStart)
        }
        return .between(
            BetweenExpression(operand: left, isNegated: isNegated, lower: lower, upper: upper, tokens: start..<index)
        )
    }

    /// Whether an expression cannot be the lower bound of BETWEEN without parentheses.
    private func needsParentheses(_ lower: Expression) -> Bool {
        switch lower {
        case .not, .comparison, .inside, .between, .quantifiedLike: true
        case .test(let node): node.test != .unknown
        default: false
        }
    }

    private mutating func parseTest(_ left: Expression, _ start: Int) throws(SyntaxError) -> Expression {
        advance()
        let isNegated = accept(.not)
        if keyword == .distinct {
            advance()
            try expect(.from)
            let right = keyword == .not ? try parseNegation() : try parseBinary()
            let symbol: Comparison.Operator = isNegated ? .isNotDistinctFrom : .isDistinctFrom
            return .comparison(Comparison(left: left, operator: symbol, right: right, tokens: start..<index))
        }
        let test: TestExpression.Test
        switch keyword {
        case .source, .destination, .labeled: return try parseGraphTest(left, isNegated: isNegated, start)
        case .null: test = .null
        case .true: test = .true
        case .false: test = .false
        case .unknown: test = .unknown
        default: throw unexpected(expected: "`NULL`, `TRUE`, `FALSE`, `UNKNOWN` or `DISTINCT FROM`")
        }
        advance()
        return .test(TestExpression(operand: left, isNegated: isNegated, test: test, tokens: start..<index))
    }
}
