/// Expressions that know graphs: subqueries in braces and tests of nodes and edges.
extension Parser {
    /// Reads `{…}` where it must hold a whole query.
    mutating func parseGraphSubquery() throws(SyntaxError) -> GraphSubquery {
        try enter(Self.queryNesting)
        defer { leave(Self.queryNesting) }
        let start = index
        try expect(.leftBrace, "{")
        let graph = accept(.graph) ? try parseWholePath() : nil
        let block = try parseGraphBlock()
        try expect(.rightBrace, "}")
        return GraphSubquery(graph: graph, content: .block(block), tokens: start..<index)
    }

    /// Reads `{…}` after EXISTS: a query, operators without RETURN, or a pattern.
    private mutating func parseGraphExistsSubquery() throws(SyntaxError) -> GraphSubquery {
        try enter(Self.queryNesting)
        defer { leave(Self.queryNesting) }
        let start = index
        advance()
        var graph: PathExpression?
        // `{graph = (a)}` is a path with a name.
        if keyword == .graph, peekKind(1) != .equal {
            advance()
            graph = try parseWholePath()
        }
        let content = try parseGraphExistsContent()
        try expect(.rightBrace, "}")
        return GraphSubquery(graph: graph, content: content, tokens: start..<index)
    }

    private mutating func parseGraphExistsContent() throws(SyntaxError) -> GraphSubquery.Content {
        guard startsGraphOperator(), peekKind(1) != .equal else { return .pattern(try parseGraphPattern()) }
        let start = index
        var operators: [GraphOperator] = []
        try parseGraphOperators(&operators)
        if kind == .rightBrace { return .operators(operators) }
        return .block(try parseGraphBlock(after: operators, start))
    }

    /// Whether `VALUE {` or `VALUE @{…} {` starts at the current token.
    var startsGraphValue: Bool {
        guard keyword == .value else { return false }
        let next = peekKind(1)
        return next == .leftBrace || next == .at && (peekKind(2) == .leftBrace || peekKind(2) == .integer)
    }

    /// Reads `ARRAY {…}` or `VALUE {…}`.
    mutating func parseGraphSubqueryExpression(
        _ subqueryKind: GraphSubqueryExpression.Kind
    ) throws(SyntaxError) -> Expression {
        let start = index
        advance()
        let hint = subqueryKind == .value ? try parseHint() : nil
        let subquery = try parseGraphSubquery()
        return .graph(
            .subquery(
                GraphSubqueryExpression(kind: subqueryKind, hint: hint, subquery: subquery, tokens: start..<index)
            )
        )
    }

    /// Reads the braces of `EXISTS {…}`.
    mutating func parseGraphExists(_ hint: Hint?, _ start: Int) throws(SyntaxError) -> Expression {
        let subquery = try parseGraphExistsSubquery()
        return .graph(
            .subquery(GraphSubqueryExpression(kind: .exists, hint: hint, subquery: subquery, tokens: start..<index))
        )
    }

    // MARK: Tests

    /// Whether `IS [NOT] SOURCE`, `DESTINATION` or `LABELED` follows.
    var startsGraphTest: Bool {
        guard keyword == .is else { return false }
        switch peekKeyword(1) == .not ? peekKeyword(2) : peekKeyword(1) {
        case .source, .destination, .labeled: return true
        default: return false
        }
    }

    /// Reads what follows `IS [NOT]`: `LABELED label`, `SOURCE [OF] edge` or `DESTINATION [OF] edge`.
    mutating func parseGraphTest(
        _ left: Expression,
        isNegated: Bool,
        _ start: Int
    ) throws(SyntaxError) -> Expression {
        let word = keyword
        advance()
        if word == .labeled {
            let label = try parseGraphLabelExpression()
            return .graph(
                .labeled(GraphLabelTest(element: left, isNegated: isNegated, label: label, tokens: start..<index))
            )
        }
        _ = accept(.of)
        let edge = keyword == .not ? try parseNegation() : try parseBinary()
        return .graph(
            .endpoint(
                GraphEndpointTest(
                    node: left,
                    isNegated: isNegated,
                    endpoint: word == .source ? .source : .destination,
                    edge: edge,
                    tokens: start..<index
                )
            )
        )
    }
}
