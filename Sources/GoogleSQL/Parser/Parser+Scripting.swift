/// Declarations, branches, loops and jumps of scripts.
extension Parser {
    mutating func parseDeclaration() throws(SyntaxError) -> VariableDeclaration {
        let start = index
        try expect(.declare)
        let names = try parseList { parser throws(SyntaxError) in try parser.parseIdentifier() }
        let type = keyword == .default ? nil : try parseType()
        let value = accept(.default) ? try parseExpression() : nil
        return VariableDeclaration(names: names, type: type, value: value, tokens: start..<index)
    }

    mutating func parseIfStatement() throws(SyntaxError) -> IfStatement {
        let start = index
        var branches = [try parseConditionalStatements()]
        while keyword == .elseif { branches.append(try parseConditionalStatements()) }
        let fallback = accept(.else) ? try parseStatementList() : nil
        try expect(.end)
        try expect(.if)
        return IfStatement(branches: branches, fallback: fallback, tokens: start..<index)
    }

    mutating func parseCaseStatement() throws(SyntaxError) -> CaseStatement {
        let start = index
        try expect(.case)
        let operand = keyword == .when ? nil : try parseExpression()
        guard keyword == .when else { throw unexpected(expected: "`WHEN`") }
        var branches: [ConditionalStatements] = []
        while keyword == .when { branches.append(try parseConditionalStatements()) }
        let fallback = accept(.else) ? try parseStatementList() : nil
        try expect(.end)
        try expect(.case)
        return CaseStatement(operand: operand, branches: branches, fallback: fallback, tokens: start..<index)
    }

    /// Reads IF, ELSEIF or WHEN, a condition, THEN and statements.
    private mutating func parseConditionalStatements() throws(SyntaxError) -> ConditionalStatements {
        let start = index
        advance()
        let condition = try parseExpression()
        try expect(.then)
        let body = try parseStatementList()
        return ConditionalStatements(condition: condition, body: body, tokens: start..<index)
    }

    /// Reads LOOP, WHILE or REPEAT.
    mutating func parseLoop(_ label: Identifier?) throws(SyntaxError) -> LoopStatement {
        let start = label?.tokens.lowerBound ?? index
        let first = keyword
        advance()
        var condition = LoopStatement.Condition.none
        if first == .while {
            condition = .while(try parseExpression())
            try expect(.do)
        }
        let body = try parseStatementList()
        if first == .repeat {
            try expect(.until)
            condition = .until(try parseExpression())
        }
        try expect(.end)
        try expect(first)
        let label = try parseEndLabel(label)
        return LoopStatement(label: label, condition: condition, body: body, tokens: start..<index)
    }

    mutating func parseForIn(_ label: Identifier?) throws(SyntaxError) -> ForInStatement {
        let start = label?.tokens.lowerBound ?? index
        // The lexer of the reference takes FOR before UPDATE for the start of a lock clause.
        guard peekKeyword(1) != .update else { throw unexpected() }
        try expect(.for)
        let variable = try parseIdentifier()
        try expect(.in)
        let query = try parseSubquery()
        try expect(.do)
        let body = try parseStatementList()
        try expect(.end)
        try expect(.for)
        let label = try parseEndLabel(label)
        return ForInStatement(label: label, variable: variable, query: query, body: body, tokens: start..<index)
    }

    mutating func parseJump() throws(SyntaxError) -> JumpStatement {
        let start = index
        let target: JumpStatement.Target = keyword == .break || keyword == .leave ? .end : .next
        advance()
        let label = isIdentifier() ? try takeIdentifier() : nil
        return JumpStatement(target: target, label: label, tokens: start..<index)
    }

    mutating func parseRaise() throws(SyntaxError) -> RaiseStatement {
        let start = index
        try expect(.raise)
        guard accept(.using) else { return RaiseStatement(message: nil, tokens: start..<index) }
        try expect(.message)
        try expect(.equal, "=")
        let message = try parseExpression()
        return RaiseStatement(message: message, tokens: start..<index)
    }
}
