/// Windows.
extension Parser {
    /// Reads `name` or `(…)` after OVER.
    mutating func parseWindowReference() throws(SyntaxError) -> WindowReference {
        guard kind == .leftParenthesis else { return .named(try parseIdentifier()) }
        let start = index
        advance()
        let base = isIdentifier() ? try parseIdentifier() : nil
        var hint: Hint?
        var partitionBy: [Expression] = []
        if accept(.partition) {
            hint = try parseHint()
            try expect(.by)
            partitionBy = try parseList { parser throws(SyntaxError) in try parser.parseExpression() }
        }
        let orderBy = keyword == .order ? try parseOrderBy() : nil
        let frame = keyword == .rows || keyword == .range ? try parseFrame() : nil
        try expect(.rightParenthesis, ")")
        return .inline(
            WindowSpecification(
                base: base,
                partitionHint: hint,
                partitionBy: partitionBy,
                orderBy: orderBy,
                frame: frame,
                tokens: start..<index
            )
        )
    }

    private mutating func parseFrame() throws(SyntaxError) -> WindowFrame {
        let start = index
        let unit: WindowFrame.Unit = keyword == .rows ? .rows : .range
        advance()
        guard accept(.between) else {
            let bound = try parseBound()
            return WindowFrame(unit: unit, start: bound, end: nil, tokens: start..<index)
        }
        let low = try parseBound()
        try expect(.and)
        let high = try parseBound()
        return WindowFrame(unit: unit, start: low, end: high, tokens: start..<index)
    }

    private mutating func parseBound() throws(SyntaxError) -> WindowFrame.Bound {
        if accept(.unbounded) {
            if accept(.preceding) { return .unboundedPreceding }
            try expect(.following)
            return .unboundedFollowing
        }
        if accept(.current) {
            try expect(.row)
            return .currentRow
        }
        let expression = try parseExpression()
        if accept(.preceding) { return .preceding(expression) }
        try expect(.following)
        return .following(expression)
    }

    /// Reads `WINDOW a AS (…), b AS a`, if it is there.
    mutating func parseWindowClause(allowsTrailingComma: Bool = false) throws(SyntaxError) -> [NamedWindow] {
        guard accept(.window) else { return [] }
        var windows: [NamedWindow] = []
        repeat {
            if allowsTrailingComma, !windows.isEmpty, !isIdentifier() { break }
            let start = index
            let name = try parseIdentifier()
            try expect(.as)
            let window = try parseWindowReference()
            windows.append(NamedWindow(name: name, window: window, tokens: start..<index))
        } while accept(.comma)
        return windows
    }
}
