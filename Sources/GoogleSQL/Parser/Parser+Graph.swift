/// Graph queries: `GRAPH g …`, `GRAPH_TABLE(g …)` and what stands between braces.
extension Parser {
    /// Reads a query where `GRAPH g …` can stand too, after AS in a definition.
    mutating func parseQueryAfterAs() throws(SyntaxError) -> Query {
        keyword == .graph ? try parseGraphQuery() : try parseQuery()
    }

    /// Reads `GRAPH g …`.
    mutating func parseGraphQuery() throws(SyntaxError) -> Query {
        let start = index
        try expect(.graph)
        let graph = try parseWholePath()
        let block = try parseGraphBlock()
        let body = QueryBody.graph(GraphQuery(graph: graph, block: block, tokens: start..<index))
        return Query(with: nil, body: body, orderBy: nil, limit: nil, pipes: [], tokens: start..<index)
    }

    // MARK: GRAPH_TABLE

    /// Whether the word GRAPH_TABLE starts a graph table and is not the name of a table function: the path after the
    /// parenthesis is followed by an operator, where nothing could follow an argument.
    var startsGraphTable: Bool {
        guard keyword == .graphTable, peekKind(1) == .leftParenthesis, isIdentifier(2) else { return false }
        var end = 3
        while tokens[index + end].kind == .dot, isIdentifier(end + 1) { end += 2 }
        guard startsGraphOperator(end) else { return false }
        guard end == 3 else { return true }
        let next = peekKind(4)
        guard isTableArgumentWord(peekKeyword(2)) else { return true }
        if peekKeyword(2) == .table, looksLikeTableClause(at: 2) { return false }
        return next != .rightParenthesis && next != .comma && next != .dot
    }

    private func isTableArgumentWord(_ word: Keyword) -> Bool {
        switch word {
        case .table, .model, .connection: true
        default: false
        }
    }

    /// Reads `GRAPH_TABLE(g …)` without an alias.
    mutating func parseGraphTable() throws(SyntaxError) -> GraphTable {
        try enter(Self.queryNesting)
        defer { leave(Self.queryNesting) }
        let start = index
        advance()
        try expect(.leftParenthesis, "(")
        let graph = try parsePath()
        // `TABLE match` is an argument of a table function, and so wrong a token later.
        let startsArgument = index == start + 3 && isTableArgumentWord(tokens[start + 2].keyword) && isIdentifier()
        noteContextualWord(at: startsArgument ? index + 1 : index)
        let content = try parseGraphTableContent()
        try expect(.rightParenthesis, ")")
        return GraphTable(graph: graph, content: content, tokens: start..<index)
    }

    private mutating func parseGraphTableContent() throws(SyntaxError) -> GraphTable.Content {
        let start = index
        guard keyword == .match else { return .block(try parseGraphBlock()) }
        let match = try parseGraphMatch()
        if kind == .rightParenthesis { return .match(match, columns: []) }
        if accept(.columns) {
            return .match(
                match,
                columns: try parseInParentheses { parser throws(SyntaxError) in try parser.parseSelectList() }
            )
        }
        var operators = [GraphOperator.match(match)]
        try parseGraphOperators(&operators)
        return .block(try parseGraphBlock(after: operators, start))
    }

    // MARK: Blocks

    /// Reads linear queries with set operators and NEXT between them.
    mutating func parseGraphBlock() throws(SyntaxError) -> GraphBlock {
        let start = index
        var operators: [GraphOperator] = []
        try parseGraphOperators(&operators)
        return try parseGraphBlock(after: operators, start)
    }

    /// Reads a block whose first operators have been read.
    mutating func parseGraphBlock(after operators: [GraphOperator], _ start: Int) throws(SyntaxError) -> GraphBlock {
        var queries = [try parseGraphSetOperation(after: operators, start)]
        while accept(.next) {
            let next = index
            var operators: [GraphOperator] = []
            try parseGraphOperators(&operators)
            queries.append(try parseGraphSetOperation(after: operators, next))
        }
        return GraphBlock(queries: queries, tokens: start..<index)
    }

    private mutating func parseGraphSetOperation(
        after operators: [GraphOperator],
        _ start: Int
    ) throws(SyntaxError) -> GraphSetOperation {
        let first = try parseGraphLinearQuery(after: operators, start)
        var rest: [GraphSetOperation.Operand] = []
        while startsSetOperator {
            let setOperator = try parseGraphSetOperator()
            let operand = index
            var operators: [GraphOperator] = []
            try parseGraphOperators(&operators)
            let query = try parseGraphLinearQuery(after: operators, operand)
            rest.append(GraphSetOperation.Operand(operator: setOperator, query: query))
        }
        return GraphSetOperation(first: first, rest: rest, tokens: start..<index)
    }

    /// Reads a set operator, which in graph queries has no hint and no way of matching columns.
    private mutating func parseGraphSetOperator() throws(SyntaxError) -> SetOperator {
        let start = index
        let mode = parseSetOperatorMode()
        let operation = try parseSetOperatorKind()
        let quantifier = try parseSetOperatorQuantifier()
        return SetOperator(
            kind: operation,
            quantifier: quantifier,
            mode: mode,
            hint: nil,
            isStrict: false,
            matching: .position,
            tokens: start..<index
        )
    }

    private mutating func parseGraphLinearQuery(
        after operators: [GraphOperator],
        _ start: Int
    ) throws(SyntaxError) -> GraphLinearQuery {
        guard keyword == .return else { throw unexpected(expected: "`RETURN` or another graph operator") }
        let result = try parseGraphReturn()
        return GraphLinearQuery(operators: operators, result: result, tokens: start..<index)
    }
}
