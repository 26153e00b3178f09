/// MERGE.
extension Parser {
    mutating func parseMerge() throws(SyntaxError) -> MergeStatement {
        let start = index
        try expect(.merge)
        _ = accept(.into)
        let target = try parseWholeDashedPath()
        let alias = try parseAlias()
        try expect(.using)
        let source = try parseMergeSource()
        try expect(.on)
        let condition = try parseExpression()
        var clauses: [MergeClause] = []
        repeat { clauses.append(try parseMergeClause()) } while keyword == .when
        return MergeStatement(
            target: target,
            alias: alias,
            source: source,
            condition: condition,
            clauses: clauses,
            tokens: start..<index
        )
    }

    private mutating func parseMergeClause() throws(SyntaxError) -> MergeClause {
        let start = index
        try expect(.when)
        let match: MergeClause.Match
        if accept(.matched) {
            match = .matched
        } else {
            try expect(.not)
            try expect(.matched)
            match = try parseMissingSide()
        }
        let condition = accept(.and) ? try parseExpression() : nil
        try expect(.then)
        let action = try parseMergeAction()
        return MergeClause(match: match, condition: condition, action: action, tokens: start..<index)
    }

    /// Reads BY TARGET or BY SOURCE after NOT MATCHED; without either it is the target.
    private mutating func parseMissingSide() throws(SyntaxError) -> MergeClause.Match {
        guard accept(.by) else { return .notMatchedByTarget }
        if accept(.source) { return .notMatchedBySource }
        guard accept(.target) else { throw unexpected(expected: "`SOURCE` or `TARGET`") }
        return .notMatchedByTarget
    }

    private mutating func parseMergeAction() throws(SyntaxError) -> MergeClause.Action {
        switch keyword {
        case .insert:
            advance()
            let columns = kind == .leftParenthesis ? try parseIdentifierList() : []
            let start = index
            if accept(.row) { return .insert(columns: columns, .source(tokens: start..<index)) }
            guard accept(.values) else { throw unexpected(expected: "`VALUES` or `ROW`") }
            return .insert(columns: columns, .values(try parseValuesRow()))
        case .update:
            advance()
            try expect(.set)
            return .update(try parseUpdateItems())
        case .delete:
            advance()
            return .delete
        default:
            throw unexpected(expected: "`INSERT`, `UPDATE` or `DELETE`")
        }
    }
}
