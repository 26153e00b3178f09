/// GROUP BY, ORDER BY and LIMIT.
extension Parser {
    /// Reads `GROUP BY …`.
    mutating func parseGroupBy(allowsAll: Bool) throws(SyntaxError) -> GroupBy {
        let start = index
        advance()
        let hint = try parseHint()
        try expect(.by)
        if allowsAll, accept(.all) {
            return GroupBy(hint: hint, isAll: true, ordersResult: false, items: [], tokens: start..<index)
        }
        let items = try parseList { parser throws(SyntaxError) in try parser.parseGroupingItem(inPipe: false) }
        return GroupBy(hint: hint, isAll: false, ordersResult: false, items: items, tokens: start..<index)
    }

    /// Reads `GROUP [AND ORDER] BY …` of pipe syntax, where a comma may end the list.
    mutating func parsePipeGroupBy() throws(SyntaxError) -> GroupBy {
        let start = index
        advance()
        let hint = try parseHint()
        var ordersResult = false
        if accept(.and) {
            try expect(.order)
            ordersResult = true
        }
        try expect(.by)
        var items = [try parseGroupingItem(inPipe: true)]
        while accept(.comma) {
            if endsSelectList { break }
            items.append(try parseGroupingItem(inPipe: true))
        }
        return GroupBy(hint: hint, isAll: false, ordersResult: ordersResult, items: items, tokens: start..<index)
    }

    private mutating func parseGroupingItem(inPipe: Bool) throws(SyntaxError) -> GroupingItem {
        let start = index
        if kind == .leftParenthesis, peekKind(1) == .rightParenthesis {
            advance()
            advance()
            return .empty(tokens: start..<index)
        }
        if accept(.rollup) { return .rollup(try parseGroupingList()) }
        if accept(.cube) { return .cube(try parseGroupingList()) }
        if accept(.grouping, .sets) {
            let sets = try parseInParentheses { parser throws(SyntaxError) in
                try parser.parseList { parser throws(SyntaxError) in try parser.parseGroupingSet() }
            }
            return .groupingSets(sets)
        }
        let expression = try parseExpression()
        let alias = inPipe ? try parseAlias() : nil
        let order = inPipe ? try parseSortOrder() : SortOrder(direction: nil, nulls: nil)
        return .expression(
            OrderedExpression(expression: expression, alias: alias, order: order, tokens: start..<index)
        )
    }

    private mutating func parseGroupingSet() throws(SyntaxError) -> GroupingSet {
        let start = index
        if kind == .leftParenthesis, peekKind(1) == .rightParenthesis {
            advance()
            advance()
            return .empty(tokens: start..<index)
        }
        if accept(.rollup) { return .rollup(try parseGroupingList()) }
        if accept(.cube) { return .cube(try parseGroupingList()) }
        return .expression(try parseExpression())
    }

    private mutating func parseGroupingList() throws(SyntaxError) -> [Expression] {
        try parseInParentheses { parser throws(SyntaxError) in
            try parser.parseList { parser throws(SyntaxError) in try parser.parseExpression() }
        }
    }

    /// Reads `ASC`, `DESC`, `NULLS FIRST` and `NULLS LAST`, each if it is there.
    ///
    /// `known` is a direction that has been read already.
    mutating func parseSortOrder(after known: SortOrder.Direction? = nil) throws(SyntaxError) -> SortOrder {
        var direction = known
        if direction == nil {
            if accept(.asc) { direction = .ascending } else if accept(.desc) { direction = .descending }
        }
        var nulls: SortOrder.Nulls?
        if accept(.nulls) {
            if accept(.first) {
                nulls = .first
            } else {
                try expect(.last)
                nulls = .last
            }
        }
        return SortOrder(direction: direction, nulls: nulls)
    }

    mutating func parseOrderBy(allowsTrailingComma: Bool = false) throws(SyntaxError) -> OrderBy {
        let start = index
        advance()
        let hint = try parseHint()
        try expect(.by)
        var items: [OrderBy.Item] = []
        repeat {
            if allowsTrailingComma, !items.isEmpty, endsSelectList { break }
            let itemStart = index
            let expression = try parseExpression()
            let collation = try parseCollation()
            let order = try parseSortOrder()
            items.append(
                OrderBy.Item(expression: expression, collation: collation, order: order, tokens: itemStart..<index)
            )
        } while accept(.comma)
        return OrderBy(hint: hint, items: items, tokens: start..<index)
    }

    mutating func parseLimit() throws(SyntaxError) -> Limit {
        let start = index
        advance()
        let count = accept(.all) ? nil : try parseExpression()
        let offset = accept(.offset) ? try parseExpression() : nil
        return Limit(count: count, offset: offset, tokens: start..<index)
    }
}
