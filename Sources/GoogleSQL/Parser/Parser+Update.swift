/// UPDATE, and the items after SET.
extension Parser {
    mutating func parseUpdate() throws(SyntaxError) -> UpdateStatement {
        let start = index
        try expect(.update)
        let target = try parseManipulationTarget()
        let hint = try parseHint()
        let alias = try parseAlias()
        let offset = try parseOffsetOfNestedStatement()
        try expect(.set)
        let items = try parseUpdateItems()
        let from = keyword == .from ? try parseFromClause() : nil
        let filter = try parseFilter()
        let assertedRows = try parseAssertRowsModified()
        let returning = try parseReturning()
        return UpdateStatement(
            target: target,
            hint: hint,
            alias: alias,
            offset: offset,
            items: items,
            from: from,
            filter: filter,
            assertedRows: assertedRows,
            returning: returning,
            tokens: start..<index
        )
    }

    /// Reads `a = 1, b[0].c = DEFAULT, (DELETE d WHERE …)`.
    mutating func parseUpdateItems() throws(SyntaxError) -> [UpdateItem] {
        try parseList { parser throws(SyntaxError) in try parser.parseUpdateItem() }
    }

    private mutating func parseUpdateItem() throws(SyntaxError) -> UpdateItem {
        let start = index
        guard kind == .leftParenthesis else {
            let target = try parseGeneralizedPath()
            try expect(.equal, "=")
            let value = try parseAssignedValue()
            return .assignment(UpdateAssignment(target: target, value: value, tokens: start..<index))
        }
        try enter(Self.queryNesting)
        defer { leave(Self.queryNesting) }
        advance()
        let statement = try parseNestableManipulation()
        try expect(.rightParenthesis, ")")
        return .nested(NestedStatement(statement: statement, tokens: start..<index))
    }
}
