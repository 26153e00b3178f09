/// The operators of linear graph queries.
extension Parser {
    /// Whether an operator of a graph query starts at a token, RETURN included.
    func startsGraphOperator(_ distance: Int = 0) -> Bool {
        switch tokens[index + distance].keyword {
        case .match, .optional, .let, .filter, .order, .offset, .skip, .limit, .for, .tablesample, .call, .return:
            true
        case .with: !startsWithExpression(at: distance)
        default: false
        }
    }

    /// Reads operators up to RETURN, or to what is no operator.
    mutating func parseGraphOperators(_ operators: inout [GraphOperator]) throws(SyntaxError) {
        while keyword != .return, startsGraphOperator() {
            operators.append(try parseGraphOperator())
        }
    }

    private mutating func parseGraphOperator() throws(SyntaxError) -> GraphOperator {
        switch keyword {
        case .match: return .match(try parseGraphMatch())
        case .optional:
            guard peekKeyword(1) == .match else { return .call(try parseGraphCall()) }
            return .match(try parseGraphMatch())
        case .let:
            advance()
            return .let(try parseList { parser throws(SyntaxError) in try parser.parseGraphVariable() })
        case .filter: return .filter(try parseGraphFilter())
        case .order: return .orderBy(try parseGraphOrderBy())
        case .offset, .skip:
            advance()
            return .offset(try parsePossiblyCastInteger())
        case .limit:
            advance()
            return .limit(try parsePossiblyCastInteger())
        case .with: return .with(try parseGraphWith())
        case .for: return .for(try parseGraphFor())
        case .tablesample: return .sample(try parseSample(inGraph: true))
        default: return .call(try parseGraphCall())
        }
    }

    mutating func parseGraphMatch() throws(SyntaxError) -> GraphMatch {
        let start = index
        let isOptional = accept(.optional)
        try expect(.match)
        let hint = try parseHint()
        let pattern = try parseGraphPattern()
        return GraphMatch(isOptional: isOptional, hint: hint, pattern: pattern, tokens: start..<index)
    }

    private mutating func parseGraphVariable() throws(SyntaxError) -> GraphVariable {
        let start = index
        let name = try parseIdentifier()
        try expect(.equal, "=")
        let value = try parseExpression()
        return GraphVariable(name: name, value: value, tokens: start..<index)
    }

    private mutating func parseGraphFilter() throws(SyntaxError) -> GraphFilter {
        let start = index
        advance()
        let hasWhere = accept(.where)
        let condition = try parseExpression()
        return GraphFilter(hasWhere: hasWhere, condition: condition, tokens: start..<index)
    }

    /// Reads ORDER BY, where ASC and DESC can be written in full too.
    private mutating func parseGraphOrderBy() throws(SyntaxError) -> OrderBy {
        let start = index
        advance()
        let hint = try parseHint()
        try expect(.by)
        let items = try parseList { parser throws(SyntaxError) in
            let itemStart = parser.index
            let expression = try parser.parseExpression()
            let collation = try parser.parseCollation()
            var direction: SortOrder.Direction?
            if parser.accept(.ascending) { direction = .ascending }
            if direction == nil, parser.accept(.descending) { direction = .descending }
            let order = try parser.parseSortOrder(after: direction)
            let tokens = itemStart..<parser.index
            return OrderBy.Item(expression: expression, collation: collation, order: order, tokens: tokens)
        }
        return OrderBy(hint: hint, items: items, tokens: start..<index)
    }

    private mutating func parseGraphFor() throws(SyntaxError) -> GraphFor {
        let start = index
        advance()
        let name = try parseIdentifier()
        try expect(.in)
        let array = try parseExpression()
        var offset: WithOffset?
        let offsetStart = index
        if keyword == .with, startsGraphOperator() {
            advance()
            // WITH after the array is always that of WITH OFFSET.
            try expect(.offset)
            let alias = try parseAliasWithKeyword()
            offset = WithOffset(alias: alias, tokens: offsetStart..<index)
        }
        return GraphFor(name: name, array: array, offset: offset, tokens: start..<index)
    }

    // MARK: WITH and RETURN

    private mutating func parseGraphWith() throws(SyntaxError) -> GraphProjection {
        let start = index
        advance()
        let quantifier = parseAllOrDistinct()
        let hint = try parseHint()
        return try parseGraphProjection(hint, quantifier, start)
    }

    mutating func parseGraphReturn() throws(SyntaxError) -> GraphReturn {
        let start = index
        advance()
        let hint = try parseHint()
        let quantifier = parseAllOrDistinct()
        let projection = try parseGraphProjection(hint, quantifier, start)
        let orderBy = keyword == .order ? try parseGraphOrderBy() : nil
        let offset = accept(.offset) || accept(.skip) ? try parsePossiblyCastInteger() : nil
        let limit = accept(.limit) ? try parsePossiblyCastInteger() : nil
        return GraphReturn(
            projection: projection,
            orderBy: orderBy,
            offset: offset,
            limit: limit,
            tokens: start..<index
        )
    }

    private mutating func parseAllOrDistinct() -> Select.Quantifier? {
        if accept(.all) { return .all }
        return accept(.distinct) ? .distinct : nil
    }

    private mutating func parseGraphProjection(
        _ hint: Hint?,
        _ quantifier: Select.Quantifier?,
        _ start: Int
    ) throws(SyntaxError) -> GraphProjection {
        let items = try parseList { parser throws(SyntaxError) in try parser.parseGraphReturnItem() }
        let groupBy = keyword == .group ? try parseGroupBy(allowsAll: true) : nil
        return GraphProjection(
            hint: hint,
            quantifier: quantifier,
            items: items,
            groupBy: groupBy,
            tokens: start..<index
        )
    }

    /// Reads `*` or `expression [AS name]`.
    private mutating func parseGraphReturnItem() throws(SyntaxError) -> SelectItem {
        let start = index
        if accept(.star) {
            return .star(StarItem(modifiers: StarModifiers(except: [], replace: []), tokens: start..<index))
        }
        return .expression(try parseAliasedWithKeyword())
    }

    // MARK: CALL

    private mutating func parseGraphCall() throws(SyntaxError) -> GraphCall {
        let start = index
        let isOptional = accept(.optional)
        guard accept(.call) else { throw unexpected(expected: isOptional ? "`MATCH` or `CALL`" : "`CALL`") }
        var partitionBy: [Identifier]?
        // PER is always the clause and never a function.
        if accept(.per) { partitionBy = try parsePossiblyEmptyIdentifierList() }
        let target = try parseGraphCallTarget(isPartitioned: partitionBy != nil)
        return GraphCall(isOptional: isOptional, partitionBy: partitionBy, target: target, tokens: start..<index)
    }

    private mutating func parseGraphCallTarget(isPartitioned: Bool) throws(SyntaxError) -> GraphCall.Target {
        if kind == .leftBrace { return .subquery(visible: nil, try parseGraphSubquery()) }
        if kind == .leftParenthesis, !isPartitioned {
            let visible = try parsePossiblyEmptyIdentifierList()
            return .subquery(visible: visible, try parseGraphSubquery())
        }
        let call = try parseTableFunctionCall(try parseTableFunctionName())
        let hint = try parseHint()
        var columns: [GraphYield] = []
        if accept(.yield) {
            columns = try parseList { parser throws(SyntaxError) in
                let start = parser.index
                let name = try parser.parseIdentifier()
                let alias = try parser.parseAliasWithKeyword()
                return GraphYield(name: name, alias: alias, tokens: start..<parser.index)
            }
        }
        return .function(call, hint: hint, yield: columns)
    }

    /// Reads `(a, b)` or `()`.
    private mutating func parsePossiblyEmptyIdentifierList() throws(SyntaxError) -> [Identifier] {
        guard kind == .leftParenthesis, peekKind(1) == .rightParenthesis else { return try parseIdentifierList() }
        advance()
        advance()
        return []
    }
}
