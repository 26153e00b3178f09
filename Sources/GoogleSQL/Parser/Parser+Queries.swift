/// Queries, WITH clauses and set operations.
extension Parser {
    /// How many levels of nesting a query, a join or a pipeline in parentheses counts.
    static var queryNesting: Int { 2 }

    /// Reads a query up to what cannot belong to it.
    mutating func parseQuery() throws(SyntaxError) -> Query {
        try enter(Self.queryNesting)
        defer { leave(Self.queryNesting) }
        let start = index
        let with = keyword == .with ? try parseWithClause() : nil
        if keyword == .from {
            let from = try parseFromClause()
            try checkAfterFromQuery()
            return try parsePipes(with, .from(from), start)
        }
        if let with, kind == .pipe {
            _ = with
            throw failure("a pipe operator cannot follow WITH before the main query", at: index)
        }
        let body = try parseQueryPrimary()
        return try parseQueryRest(with, body, start)
    }

    /// Reads the rest of a query whose first primary, a parenthesized query, has been read.
    mutating func parseQuery(from first: QueryBody) throws(SyntaxError) -> Query {
        try parseQueryRest(nil, first, first.tokens.lowerBound)
    }

    private mutating func parseQueryRest(
        _ with: WithClause?,
        _ first: QueryBody,
        _ start: Int
    ) throws(SyntaxError) -> Query {
        let body = try parseSetOperations(first)
        let orderBy = keyword == .order ? try parseOrderBy() : nil
        let limit = keyword == .limit ? try parseLimit() : nil
        if keyword == .for, peekKeyword(1) == .update {
            throw failure("FOR UPDATE is not supported", at: index, code: .unsupported)
        }
        let pipes = kind == .pipe ? try parsePipeOperators() : []
        return Query(with: with, body: body, orderBy: orderBy, limit: limit, pipes: pipes, tokens: start..<index)
    }

    private mutating func parsePipes(
        _ with: WithClause?,
        _ body: QueryBody,
        _ start: Int
    ) throws(SyntaxError) -> Query {
        let pipes = kind == .pipe ? try parsePipeOperators() : []
        return Query(with: with, body: body, orderBy: nil, limit: nil, pipes: pipes, tokens: start..<index)
    }

    private func checkAfterFromQuery() throws(SyntaxError) {
        switch keyword {
        case .where, .select, .group, .order, .union, .intersect, .except, .limit:
            throw failure("\(describe(index)) cannot follow a FROM query; use a pipe operator", at: index)
        default:
            return
        }
    }

    mutating func parseWithClause(inPipe: Bool = false) throws(SyntaxError) -> WithClause {
        if startsWithExpression { throw unexpected(expected: "a query") }
        let start = index
        advance()
        let isRecursive = accept(.recursive)
        var expressions = [try parseCommonTableExpression()]
        while kind == .comma {
            if peekKeyword(1) == .select || peekKeyword(1) == .from {
                throw failure("a trailing comma after WITH is not allowed", at: index + 1)
            }
            // In pipe syntax a comma may end the clause before the next operator.
            if inPipe, !isIdentifier(1) { break }
            advance()
            expressions.append(try parseCommonTableExpression())
        }
        return WithClause(isRecursive: isRecursive, expressions: expressions, tokens: start..<index)
    }

    /// Reads `name AS (query)` with a depth, if there is one.
    mutating func parseCommonTableExpression() throws(SyntaxError) -> CommonTableExpression {
        let start = index
        let name = try parseIdentifier()
        try expect(.as)
        let query = try parseSubquery()
        let depth = try parseRecursionDepth()
        return CommonTableExpression(name: name, query: query, depth: depth, tokens: start..<index)
    }

    /// Reads `WITH DEPTH …`, if it is there.
    mutating func parseRecursionDepth() throws(SyntaxError) -> RecursionDepth? {
        let start = index
        guard keyword == .with, peekKeyword(1) != .group, !startsWithExpression else { return nil }
        advance()
        try expect(.depth)
        let alias = try parseAliasWithKeyword()
        var bounds: [Expression] = []
        if accept(.between) {
            if !accept(.unbounded) { bounds.append(try parseDepthBound()) }
            try expect(.and)
            if !accept(.unbounded) { bounds.append(try parseDepthBound()) }
        } else if accept(.max) {
            if !accept(.unbounded) { bounds.append(try parseDepthBound()) }
        }
        return RecursionDepth(alias: alias, bounds: bounds, tokens: start..<index)
    }

    /// Reads a bound of a recursion depth. Behind the first dot of a system variable the reference's lexer takes words
    /// for what they are elsewhere, so a reserved one cannot stand there.
    private mutating func parseDepthBound() throws(SyntaxError) -> Expression {
        let start = index
        let bound = try parseIntegerOrParameter()
        guard tokens[start].kind == .doubleAt, start + 3 < index else { return bound }
        let word = tokens[start + 3]
        let keyword = word.kind == .word ? KeywordTable.all.keyword(bytes, word.range) : .none
        if keyword.isReserved || keyword == .unbounded {
            throw failure("unexpected keyword", at: start + 3)
        }
        return bound
    }

    /// Reads SELECT, `TABLE t` or a parenthesized query.
    private mutating func parseQueryPrimary(allowsTable: Bool = true) throws(SyntaxError) -> QueryBody {
        switch keyword {
        case .select: return .select(try parseSelect())
        case .table where allowsTable: return .table(try parseTableClause())
        default:
            guard kind == .leftParenthesis else { throw unexpected(expected: "`SELECT`, `FROM`, `WITH` or `(`") }
            let start = index
            let query = allowsTable ? try parseParenthesizedQuery() : try parseSubquery()
            return try parseParenthesizedBody(query, start)
        }
    }

    /// Reads the alias that may follow a parenthesized query.
    mutating func parseParenthesizedBody(_ query: Query, _ start: Int) throws(SyntaxError) -> QueryBody {
        let alias = try parseAliasWithKeyword()
        return .parenthesized(ParenthesizedQuery(query: query, alias: alias, tokens: start..<index))
    }

    // MARK: Set operations

    private mutating func parseSetOperations(_ first: QueryBody) throws(SyntaxError) -> QueryBody {
        guard startsSetOperator else { return first }
        var rest: [SetOperation.Operand] = []
        while startsSetOperator {
            let setOperator = try parseSetOperator()
            if keyword == .from {
                throw failure("a FROM query after a set operation must be in parentheses", at: index)
            }
            let body = try parseQueryPrimary(allowsTable: !setOperator.endsBeforeName)
            rest.append(SetOperation.Operand(operator: setOperator, body: body))
        }
        return .setOperation(SetOperation(first: first, rest: rest, tokens: first.tokens.lowerBound..<index))
    }

    /// Whether a set operator follows, with or without a word such as FULL before it.
    var startsSetOperator: Bool {
        switch keyword {
        case .union, .intersect: return true
        case .except: return exceptIsOperator
        case .outer: return true
        case .full, .left, .inner: return isSetOperation(peekKeyword(1) == .outer ? 2 : 1)
        default: return false
        }
    }

    /// Whether EXCEPT at the current token is a set operator and does not name columns to leave out.
    private var exceptIsOperator: Bool {
        peekKeyword(1) == .all || peekKeyword(1) == .distinct
            || peekKind(1) == .at && (peekKind(2) == .integer || peekKind(2) == .leftBrace)
    }

    private func isSetOperation(_ distance: Int) -> Bool {
        switch peekKeyword(distance) {
        case .union, .intersect, .except: true
        default: false
        }
    }

    mutating func parseSetOperator() throws(SyntaxError) -> SetOperator {
        let start = index
        let mode = parseSetOperatorMode()
        let operation = try parseSetOperatorKind()
        let hint = try parseHint()
        let quantifier = try parseSetOperatorQuantifier()
        let strictStart = index
        let isStrict = accept(.strict)
        let matching = try parseColumnMatching()
        if isStrict {
            if mode != nil { throw failure("STRICT cannot be used with an outer mode", at: strictStart) }
            if case .byName = matching { throw failure("STRICT cannot be used with BY NAME", at: strictStart) }
        }
        return SetOperator(
            kind: operation,
            quantifier: quantifier,
            mode: mode,
            hint: hint,
            isStrict: isStrict,
            matching: matching,
            tokens: start..<index
        )
    }

    mutating func parseSetOperatorKind() throws(SyntaxError) -> SetOperator.Kind {
        let operation: SetOperator.Kind
        switch keyword {
        case .union: operation = .union
        case .intersect: operation = .intersect
        case .except where exceptIsOperator: operation = .except
        default: throw unexpected(expected: "`UNION`, `INTERSECT` or `EXCEPT`")
        }
        advance()
        return operation
    }

    mutating func parseSetOperatorQuantifier() throws(SyntaxError) -> SetOperator.Quantifier {
        if accept(.all) { return .all }
        guard accept(.distinct) else { throw unexpected(expected: "`ALL` or `DISTINCT`") }
        return .distinct
    }

    mutating func parseSetOperatorMode() -> SetOperator.Mode? {
        var mode: SetOperator.Mode?
        switch keyword {
        case .full: mode = .full
        case .inner: mode = .inner
        case .left: mode = .left
        case .outer:
            advance()
            return .full
        default: return nil
        }
        advance()
        if mode != .inner { _ = accept(.outer) }
        return mode
    }

    private mutating func parseColumnMatching() throws(SyntaxError) -> SetOperator.Matching {
        if accept(.corresponding) {
            return .corresponding(accept(.by) ? try parseIdentifierList() : [])
        }
        guard accept(.by) else { return .position }
        try expect(.name)
        return .byName(accept(.on) ? try parseIdentifierList() : [])
    }

    // MARK: TABLE

    /// Reads `TABLE path [WHERE …]` or `TABLE function(…) [WHERE …]`.
    mutating func parseTableClause() throws(SyntaxError) -> TableClause {
        let start = index
        try expect(.table)
        let path = try parseTableFunctionName()
        let source: TableClause.Source
        if kind == .leftParenthesis {
            source = .function(try parseTableFunctionItem(path, isLateral: false, path.tokens.lowerBound))
        } else if peekKeyword(-1) == .if, tokens[index - 1].kind == .word {
            throw unexpected(expected: "`(`")
        } else {
            source = .path(path)
        }
        let filter = accept(.where) ? try parseExpression() : nil
        return TableClause(source: source, filter: filter, tokens: start..<index)
    }
}

extension SetOperator {
    /// Whether it ends with BY NAME or STRICT, after which the reference takes TABLE for a name.
    var endsBeforeName: Bool {
        switch matching {
        case .byName(let columns): columns.isEmpty
        case .position: isStrict
        case .corresponding: false
        }
    }
}
