/// Clauses that several kinds of definitions have.
extension Parser {
    /// Whether NOT follows, and not the first word of NOT BETWEEN, NOT IN, NOT LIKE or NOT DISTINCT, which the grammar
    /// takes for a keyword of its own.
    var startsPlainNot: Bool { isPlainNot() }

    /// `startsPlainNot` for a token after the current one.
    func isPlainNot(_ distance: Int = 0) -> Bool {
        guard peekKeyword(distance) == .not else { return false }
        switch peekKeyword(distance + 1) {
        case .between, .in, .like, .distinct: return false
        default: return true
        }
    }

    /// Whether WITH follows that starts no expression, where the grammar takes it for a keyword of its own.
    var startsPlainWith: Bool {
        keyword == .with && !startsWithExpression
    }

    /// Reads `PARTITION BY …`, if it is there.
    mutating func parsePartitionBy() throws(SyntaxError) -> [Expression] {
        guard accept(.partition) else { return [] }
        return try parseByExpressions()
    }

    /// Reads `CLUSTER BY …`, if it is there.
    mutating func parseClusterBy() throws(SyntaxError) -> [Expression] {
        guard accept(.cluster) else { return [] }
        return try parseByExpressions()
    }

    private mutating func parseByExpressions() throws(SyntaxError) -> [Expression] {
        try expect(.by)
        return try parseList { parser throws(SyntaxError) in try parser.parseExpression() }
    }

    /// Reads `DEFAULT COLLATE …`, if it is there.
    mutating func parseDefaultCollation() throws(SyntaxError) -> Collation? {
        guard accept(.default) else { return nil }
        guard let collation = try parseCollation() else { throw unexpected(expected: "`COLLATE`") }
        return collation
    }

    /// Reads `WITH CONNECTION …`, if it is there.
    mutating func parseWithConnection() throws(SyntaxError) -> ConnectionClause? {
        guard startsPlainWith else { return nil }
        let start = index
        advance()
        return try parseConnection(from: start)
    }

    /// Reads `CONNECTION path` or `CONNECTION DEFAULT`.
    mutating func parseConnection(from start: Int? = nil) throws(SyntaxError) -> ConnectionClause {
        let start = start ?? index
        try expect(.connection)
        let path = accept(.default) ? nil : try parseWholePath()
        return ConnectionClause(path: path, tokens: start..<index)
    }

    /// Reads `WITH PARTITION COLUMNS [(…)]`, if it is there.
    mutating func parsePartitionColumns() throws(SyntaxError) -> PartitionColumns? {
        guard keyword == .with, peekKeyword(1) == .partition else { return nil }
        let start = index
        advance()
        advance()
        try expect(.columns)
        let columns = try parseOptionalTableElementList()
        return PartitionColumns(columns: columns, tokens: start..<index)
    }

    /// Reads `LIKE path`, if it is there.
    mutating func parseLikePath() throws(SyntaxError) -> PathExpression? {
        accept(.like) ? try parseWholeDashedPath() : nil
    }

    /// Reads the table, time and condition after CLONE or COPY.
    mutating func parseDataSource() throws(SyntaxError) -> DataSource {
        let start = index
        let path = try parseWholeDashedPath()
        let systemTime = try parseSystemTime()
        let filter = accept(.where) ? try parseExpression() : nil
        return DataSource(path: path, systemTime: systemTime, filter: filter, tokens: start..<index)
    }

    /// Reads `a, b.c`.
    mutating func parsePathList() throws(SyntaxError) -> [PathExpression] {
        try parseList { parser throws(SyntaxError) in try parser.parseWholePath() }
    }

    /// Reads `(a OPTIONS(…), b)`, if it is there.
    mutating func parseColumnsWithOptions() throws(SyntaxError) -> [ColumnWithOptions]? {
        guard kind == .leftParenthesis else { return nil }
        return try parseInParentheses { parser throws(SyntaxError) in
            try parser.parseList { parser throws(SyntaxError) in
                let start = parser.index
                let name = try parser.parseIdentifier()
                let options = try parser.parseOptionsClause()
                return ColumnWithOptions(name: name, options: options, tokens: start..<parser.index)
            }
        }
    }

    /// Reads `SQL SECURITY INVOKER` or `SQL SECURITY DEFINER`, if it is there.
    mutating func parseSQLSecurity() throws(SyntaxError) -> SQLSecurity? {
        guard accept(.sql) else { return nil }
        try expect(.security)
        if accept(.invoker) { return .invoker }
        guard accept(.definer) else { throw unexpected(expected: "`INVOKER` or `DEFINER`") }
        return .definer
    }

    /// Reads `AS query`, if it is there. In most statements it may be a graph query.
    mutating func parseAsQuery(allowsGraph: Bool = true) throws(SyntaxError) -> Query? {
        guard accept(.as) else { return nil }
        return allowsGraph ? try parseQueryAfterAs() : try parseQuery()
    }
}
