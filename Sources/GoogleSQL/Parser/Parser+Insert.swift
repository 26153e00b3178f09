/// INSERT, as a statement and as a pipe operator.
extension Parser {
    mutating func parseInsert() throws(SyntaxError) -> InsertStatement {
        let start = index
        try expect(.insert)
        let mode = try parseInsertMode(isPipe: false)
        _ = accept(.into)
        let target = try parseManipulationTarget()
        let hint = try parseHint()
        let columns = kind == .leftParenthesis && !startsInsertedQuery(hint) ? try parseIdentifierList() : []
        let (source, onConflict) = try parseInsertSource(hasColumns: !columns.isEmpty)
        let assertedRows = try parseAssertRowsModified()
        let returning = try parseReturning()
        return InsertStatement(
            mode: mode,
            target: target,
            hint: hint,
            columns: columns,
            source: source,
            onConflict: onConflict,
            assertedRows: assertedRows,
            returning: returning,
            tokens: start..<index
        )
    }

    /// Reads the INSERT of pipe syntax, whose rows are those before it.
    mutating func parsePipeInsert() throws(SyntaxError) -> InsertStatement {
        let start = index
        try expect(.insert)
        let mode = try parseInsertMode(isPipe: true)
        _ = accept(.into)
        let target = try parseManipulationTarget()
        let hint = try parseHint()
        let columns = kind == .leftParenthesis ? try parseIdentifierList() : []
        let onConflict = try parseOnConflict()
        let assertedRows = try parseAssertRowsModified()
        let returning = try parseReturning()
        return InsertStatement(
            mode: mode,
            target: target,
            hint: hint,
            columns: columns,
            source: nil,
            onConflict: onConflict,
            assertedRows: assertedRows,
            returning: returning,
            tokens: start..<index
        )
    }

    /// Reads IGNORE, REPLACE or UPDATE with or without OR before it, if one is there.
    ///
    /// REPLACE and UPDATE alone are names in pipe syntax, and where a path goes on after them.
    private mutating func parseInsertMode(isPipe: Bool) throws(SyntaxError) -> InsertStatement.Mode? {
        let hasOr = accept(.or)
        let isName = isPipe || peekKind(1) == .dot || peekKind(1) == .leftBracket
        let mode: InsertStatement.Mode
        switch keyword {
        case .ignore: mode = .ignore
        case .replace where hasOr || !isName: mode = .replace
        case .update where hasOr || !isName: mode = .update
        default:
            if hasOr { throw unexpected(expected: "`IGNORE`, `REPLACE` or `UPDATE`") }
            return nil
        }
        advance()
        return mode
    }

    /// Whether the parenthesis at the current token, after the table, opens a query and not a list of columns.
    private func startsInsertedQuery(_ hint: Hint?) -> Bool {
        switch peekKeyword(1) {
        case .select, .from, .with: true
        case .table: hint == nil || startsTableClause(at: 1)
        default: peekKind(1) == .leftParenthesis
        }
    }

    private mutating func parseInsertSource(
        hasColumns: Bool
    ) throws(SyntaxError) -> (InsertStatement.Source, OnConflictClause?) {
        let start = index
        switch keyword {
        case .values:
            advance()
            let rows = try parseList { parser throws(SyntaxError) in try parser.parseValuesRow() }
            return (.values(rows), try parseOnConflict())
        case .table where !hasColumns:
            // Without columns before it, `TABLE t` is all of the query.
            let body = QueryBody.table(try parseTableClause())
            let query = Query(with: nil, body: body, orderBy: nil, limit: nil, pipes: [], tokens: start..<index)
            return (.query(query), try parseOnConflict())
        default:
            let query = try parseQuery()
            // After a query that is not in parentheses, ON would be the condition of a join.
            return (.query(query), isParenthesized(query) ? try parseOnConflict() : nil)
        }
    }

    /// Whether parentheses are around all of a query.
    private func isParenthesized(_ query: Query) -> Bool {
        guard case .parenthesized(let body) = query.body else { return false }
        return body.tokens == query.tokens && body.alias == nil
    }

    // MARK: ON CONFLICT

    /// Reads `ON CONFLICT [(a, b) | ON UNIQUE CONSTRAINT c] DO …`, if it is there.
    private mutating func parseOnConflict() throws(SyntaxError) -> OnConflictClause? {
        let start = index
        guard accept(.on) else { return nil }
        try expect(.conflict)
        let target = try parseConflictTarget()
        try expect(.do)
        let action: OnConflictClause.Action
        if accept(.nothing) {
            action = .nothing
        } else {
            try expect(.update)
            try expect(.set)
            let items = try parseUpdateItems()
            action = .update(items, filter: try parseFilter())
        }
        return OnConflictClause(target: target, action: action, tokens: start..<index)
    }

    private mutating func parseConflictTarget() throws(SyntaxError) -> OnConflictClause.Target? {
        if kind == .leftParenthesis { return .columns(try parseIdentifierList()) }
        guard accept(.on) else { return nil }
        try expect(.unique)
        try expect(.constraint)
        return .constraint(try parseIdentifier())
    }
}
