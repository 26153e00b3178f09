/// MATCH_RECOGNIZE and its patterns.
extension Parser {
    /// Whether MATCH_RECOGNIZE with its parentheses follows. The word is not reserved, but nothing else that can stand
    /// after a table or `|>` has a parenthesis after it.
    var startsMatchRecognize: Bool {
        keyword == .matchRecognize && peekKind(1) == .leftParenthesis
    }

    mutating func parseMatchRecognize() throws(SyntaxError) -> MatchRecognize {
        noteContextualWord(at: index)
        let start = index
        advance()
        try expect(.leftParenthesis, "(")
        var partitionHint: Hint?
        var partitionBy: [Expression] = []
        if accept(.partition) {
            partitionHint = try parseHint()
            try expect(.by)
            partitionBy = try parseList { parser throws(SyntaxError) in try parser.parseExpression() }
        }
        guard keyword == .order else { throw unexpected(expected: "`ORDER`") }
        let orderBy = try parseOrderBy()
        let measures = try parseMeasures()
        let skip = try parseSkip()
        try expect(.pattern)
        let pattern = try parseInParentheses { parser throws(SyntaxError) in try parser.parseRowPattern() }
        let definitions = try parseRowDefinitions()
        let options = accept(.options) ? try parseOptions() : nil
        try expect(.rightParenthesis, ")")
        let alias = try parseAliasBeforeSuffix()
        return MatchRecognize(
            partitionHint: partitionHint,
            partitionBy: partitionBy,
            orderBy: orderBy,
            measures: measures,
            skip: skip,
            pattern: pattern,
            definitions: definitions,
            options: options,
            alias: alias,
            tokens: start..<index
        )
    }

    /// Reads `MEASURES expression AS name, …`.
    private mutating func parseMeasures() throws(SyntaxError) -> [AliasedExpression] {
        try expect(.measures)
        return try parseList { parser throws(SyntaxError) in
            let start = parser.index
            let expression = try parser.parseExpression()
            guard let alias = try parser.parseAliasWithKeyword() else { throw parser.unexpected(expected: "`AS`") }
            return AliasedExpression(expression: expression, alias: alias, tokens: start..<parser.index)
        }
    }

    /// Reads `AFTER MATCH SKIP …`, if it is there.
    private mutating func parseSkip() throws(SyntaxError) -> MatchRecognize.Skip? {
        guard accept(.after) else { return nil }
        try expect(.match)
        try expect(.skip)
        if accept(.past) {
            try expect(.last)
            try expect(.row)
            return .pastLastRow
        }
        guard accept(.to) else { throw unexpected(expected: "`PAST` or `TO`") }
        try expect(.next)
        try expect(.row)
        return .toNextRow
    }

    /// Reads `DEFINE name AS condition, …`.
    private mutating func parseRowDefinitions() throws(SyntaxError) -> [RowDefinition] {
        try expect(.define)
        return try parseList { parser throws(SyntaxError) in
            let start = parser.index
            let name = try parser.parseIdentifier()
            try parser.expect(.as)
            let condition = try parser.parseExpression()
            return RowDefinition(name: name, condition: condition, tokens: start..<parser.index)
        }
    }

    // MARK: Patterns

    /// Reads a regular expression over rows, which may be empty.
    private mutating func parseRowPattern() throws(SyntaxError) -> RowPattern {
        try enter(Self.expressionNesting)
        defer { leave(Self.expressionNesting) }
        var alternatives = [try parseRowPatternSequence()]
        while kind == .bar || kind == .concatenate {
            // `||` is one token, and two bars with nothing between them.
            if kind == .concatenate { alternatives.append(.empty) }
            advance()
            alternatives.append(try parseRowPatternSequence())
        }
        return alternatives.count == 1 ? alternatives[0] : .alternation(alternatives)
    }

    private mutating func parseRowPatternSequence() throws(SyntaxError) -> RowPattern {
        var factors: [RowPattern] = []
        while let factor = try parseRowPatternFactor() { factors.append(factor) }
        switch factors.count {
        case 0: return .empty
        case 1: return factors[0]
        default: return .concatenation(factors)
        }
    }

    private mutating func parseRowPatternFactor() throws(SyntaxError) -> RowPattern? {
        let primary: RowPattern
        switch kind {
        case .caret:
            advance()
            return .start(tokens: (index - 1)..<index)
        case .dollar:
            // `$a` and `$1` are one token of the reference, which the grammar has no use for.
            if isAdjacent(index), peekKind(1) == .word || peekKind(1) == .integer { throw unexpected() }
            advance()
            return .end(tokens: (index - 1)..<index)
        case .leftParenthesis:
            advance()
            primary = .parenthesized(try parseRowPattern())
            try expect(.rightParenthesis, ")")
        default:
            guard isIdentifier() else { return nil }
            primary = .variable(try takeIdentifier())
        }
        guard let quantifier = try parsePatternQuantifier(inRows: true) else { return primary }
        return .quantified(primary, quantifier)
    }

    /// Reads how often a part of a pattern repeats, if it is there. Patterns of rows know `?` too.
    mutating func parsePatternQuantifier(inRows: Bool) throws(SyntaxError) -> PatternQuantifier? {
        let start = index
        let quantifier: PatternQuantifier.Kind
        switch kind {
        case .star: quantifier = .star
        case .plus: quantifier = .plus
        case .question where inRows: quantifier = .optional
        case .leftBrace:
            advance()
            let lower = kind == .comma ? nil : try parseIntegerOrParameter()
            if let lower, accept(.rightBrace) {
                let tokens = start..<index
                return PatternQuantifier(kind: .exactly(lower), isReluctant: false, tokens: tokens)
            }
            try expect(.comma, ",")
            let upper = kind == .rightBrace ? nil : try parseIntegerOrParameter()
            guard kind == .rightBrace else { throw unexpected(expected: "`}`") }
            quantifier = .range(lower: lower, upper: upper)
        default: return nil
        }
        advance()
        let isReluctant = inRows && accept(.question)
        return PatternQuantifier(kind: quantifier, isReluctant: isReluctant, tokens: start..<index)
    }
}
