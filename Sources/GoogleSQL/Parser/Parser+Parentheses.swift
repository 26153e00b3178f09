/// What stands in parentheses where both a query and an expression can stand.
extension Parser {
    /// A query or an expression.
    enum QueryOrExpression {
        case query(Query)
        case expression(Expression)
    }

    /// Whether a query starts at the current token, parentheses aside.
    var startsQuery: Bool {
        switch keyword {
        case .select, .from: true
        case .with: !startsWithExpression
        case .table: startsTableClause()
        default: false
        }
    }

    /// Whether `WITH(name AS value, …)` starts at the current token.
    var startsWithExpression: Bool {
        keyword == .with && startsWithExpression(at: 0)
    }

    /// Whether `(name AS` follows the word WITH at a token.
    func startsWithExpression(at distance: Int) -> Bool {
        peekKind(distance + 1) == .leftParenthesis && isIdentifier(distance + 2) && peekKeyword(distance + 3) == .as
    }

    /// Whether the word TABLE, after a parenthesis, starts `TABLE t` and is not a name.
    func startsTableClause(at distance: Int = 0) -> Bool {
        looksLikeTableClause(at: distance) && !isNameAfterParenthesis(index + distance)
    }

    /// Whether what follows the word TABLE fits `TABLE t`, whatever stands before it.
    func looksLikeTableClause(at distance: Int) -> Bool {
        guard isIdentifier(distance + 1) else { return false }
        let name = peekKeyword(distance + 1)
        switch peekKind(distance + 2) {
        case .dot, .rightParenthesis: return true
        case .leftParenthesis: return name != .pivot && name != .unpivot
        default: break
        }
        switch peekKeyword(distance + 2) {
        case .where, .union, .intersect, .order, .limit: return true
        default: return false
        }
    }

    /// Whether the word before the parenthesis before a token makes TABLE a name there, as in the reference's lexer:
    /// IN, any name, and any keyword that is not reserved, except as a pipe operator.
    private func isNameAfterParenthesis(_ token: Int) -> Bool {
        guard token > 1, tokens[token - 1].kind == .leftParenthesis else { return false }
        let before = tokens[token - 2]
        guard before.kind == .word else { return before.kind == .quotedIdentifier }
        if before.keyword.isReserved { return before.keyword == .in }
        guard before.keyword != .none, token > 2 else { return true }
        let isAction = before.keyword == .action && tokens[token - 3].keyword == .with
        return tokens[token - 3].kind != .pipe && !isAction
    }

    /// Reads what follows an opening parenthesis, up to its closing one, as a query or as an expression.
    ///
    /// A parenthesis may open either; what follows the parenthesized query decides: a set operator, ORDER BY and the
    /// like make it part of a query, anything else makes it the first operand of an expression.
    mutating func parseQueryOrExpression() throws(SyntaxError) -> QueryOrExpression {
        if startsQuery { return .query(try parseQuery()) }
        guard kind == .leftParenthesis else { return .expression(try parseExpression()) }
        let start = index
        try enter(Self.queryNesting)
        defer { leave(Self.queryNesting) }
        advance()
        switch try parseQueryOrExpression() {
        case .query(let query):
            try expect(.rightParenthesis, ")")
            if kind == .rightParenthesis || continuesQuery {
                let body = try parseParenthesizedBody(query, start)
                return .query(try parseQuery(from: body))
            }
            let subquery = SubqueryExpression(kind: .scalar, hint: nil, query: query, tokens: start..<index)
            return .expression(try parseExpression(from: .subquery(subquery)))
        case .expression(let first):
            let inner = try parseParenthesizedRest(first, start)
            return .expression(try parseExpression(from: inner))
        }
    }

    /// Whether what follows a parenthesized query makes it part of a longer query.
    private var continuesQuery: Bool {
        switch keyword {
        case .order, .limit: true
        case .as: true
        default: kind == .pipe || startsSetOperator
        }
    }

    /// Reads an expression in parentheses, a struct without keyword, or a scalar subquery.
    mutating func parseParenthesized() throws(SyntaxError) -> Expression {
        let start = index
        advance()
        switch try parseQueryOrExpression() {
        case .query(let query):
            try expect(.rightParenthesis, ")")
            return .subquery(SubqueryExpression(kind: .scalar, hint: nil, query: query, tokens: start..<index))
        case .expression(let first):
            return try parseParenthesizedRest(first, start)
        }
    }

    /// Reads what follows the first expression in parentheses: `)`, or a comma and further fields of a struct.
    private mutating func parseParenthesizedRest(
        _ first: Expression,
        _ start: Int
    ) throws(SyntaxError) -> Expression {
        guard kind == .comma else {
            try expect(.rightParenthesis, ")")
            return .parenthesized(ParenthesizedExpression(expression: first, tokens: start..<index))
        }
        var fields = [AliasedExpression(expression: first, alias: nil, tokens: first.tokens)]
        while accept(.comma) {
            let value = try parseExpression()
            fields.append(AliasedExpression(expression: value, alias: nil, tokens: value.tokens))
        }
        try expect(.rightParenthesis, ")")
        return .structure(StructConstructor(type: nil, hasKeyword: false, fields: fields, tokens: start..<index))
    }

    /// Reads `(query)` where what stands before it leaves open whether TABLE in it is a keyword.
    mutating func parseSubquery() throws(SyntaxError) -> Query {
        if kind == .leftParenthesis, peekKeyword(1) == .table, !startsTableClause(at: 1) {
            advance()
            throw unexpected(expected: "a query")
        }
        return try parseParenthesizedQuery()
    }

    /// Reads `(query)` where only a query can stand.
    mutating func parseParenthesizedQuery() throws(SyntaxError) -> Query {
        guard kind == .leftParenthesis else { throw unexpected(expected: "`(`") }
        advance()
        let query = try parseQuery()
        try expect(.rightParenthesis, ")")
        return query
    }
}
