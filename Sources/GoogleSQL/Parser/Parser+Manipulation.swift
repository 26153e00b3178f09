/// DELETE, TRUNCATE, and what INSERT, UPDATE, DELETE and MERGE share.
extension Parser {
    mutating func parseManipulation() throws(SyntaxError) -> ManipulationStatement {
        switch keyword {
        case .merge: return .merge(try parseMerge())
        case .truncate: return .truncate(try parseTruncate())
        default: return try parseNestableManipulation()
        }
    }

    /// Reads INSERT, UPDATE or DELETE.
    mutating func parseNestableManipulation() throws(SyntaxError) -> ManipulationStatement {
        switch keyword {
        case .insert: return .insert(try parseInsert())
        case .update: return .update(try parseUpdate())
        case .delete: return .delete(try parseDelete())
        default: throw unexpected(expected: "`INSERT`, `UPDATE` or `DELETE`")
        }
    }

    private mutating func parseDelete() throws(SyntaxError) -> DeleteStatement {
        let start = index
        try expect(.delete)
        _ = accept(.from)
        let target = try parseManipulationTarget()
        let hint = try parseHint()
        let alias = try parseAlias()
        let offset = try parseOffsetOfNestedStatement()
        let filter = try parseFilter()
        let assertedRows = try parseAssertRowsModified()
        let returning = try parseReturning()
        return DeleteStatement(
            target: target,
            hint: hint,
            alias: alias,
            offset: offset,
            filter: filter,
            assertedRows: assertedRows,
            returning: returning,
            tokens: start..<index
        )
    }

    private mutating func parseTruncate() throws(SyntaxError) -> TruncateStatement {
        let start = index
        try expect(.truncate)
        try expect(.table)
        let target = try parseWholeDashedPath()
        let filter = try parseFilter()
        return TruncateStatement(target: target, filter: filter, tokens: start..<index)
    }

    // MARK: Shared parts

    /// Reads the table after INSERT, UPDATE or DELETE: `my-project.d.t`, or in nested statements `a[0].b`.
    mutating func parseManipulationTarget() throws(SyntaxError) -> Expression {
        let path = try parseDashedPath()
        if path.parts[0].tokens.count == 1 { return try parseGeneralizedPath(after: .path(path)) }
        if accept(.dot) { throw unexpected(expected: "an identifier") }
        return .path(path)
    }

    /// Reads `WITH OFFSET [AS name]`, if it is there.
    mutating func parseOffsetOfNestedStatement() throws(SyntaxError) -> WithOffset? {
        let start = index
        guard accept(.with) else { return nil }
        try expect(.offset)
        let alias = try parseAlias()
        return WithOffset(alias: alias, tokens: start..<index)
    }

    /// Reads `WHERE expression`, if it is there.
    mutating func parseFilter() throws(SyntaxError) -> Expression? {
        accept(.where) ? try parseExpression() : nil
    }

    /// Reads `ASSERT_ROWS_MODIFIED number`, if it is there.
    mutating func parseAssertRowsModified() throws(SyntaxError) -> Expression? {
        accept(.assertRowsModified) ? try parsePossiblyCastInteger() : nil
    }

    /// Reads `THEN RETURN [WITH ACTION [AS name]] a, b`, if it is there.
    mutating func parseReturning() throws(SyntaxError) -> ReturningClause? {
        let start = index
        guard accept(.then) else { return nil }
        try expect(.return)
        var hasAction = false
        var actionName: Identifier?
        if keyword == .with, !startsWithExpression {
            advance()
            try expect(.action)
            hasAction = true
            if accept(.as) { actionName = try parseIdentifier() }
        }
        let items = try parseSelectList()
        return ReturningClause(hasAction: hasAction, actionName: actionName, items: items, tokens: start..<index)
    }

    /// Reads an expression or DEFAULT.
    mutating func parseAssignedValue() throws(SyntaxError) -> AssignedValue {
        let start = index
        if accept(.default) { return .default(tokens: start..<index) }
        return .expression(try parseExpression())
    }

    /// Reads `(1, DEFAULT)`.
    mutating func parseValuesRow() throws(SyntaxError) -> ValuesRow {
        let start = index
        let values = try parseInParentheses { parser throws(SyntaxError) in
            try parser.parseList { parser throws(SyntaxError) in try parser.parseAssignedValue() }
        }
        return ValuesRow(values: values, tokens: start..<index)
    }
}
