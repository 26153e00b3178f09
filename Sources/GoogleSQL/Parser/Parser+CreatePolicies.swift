/// CREATE of row access policies and privilege restrictions, and what they share with GRANT.
extension Parser {
    mutating func parseCreateRowAccessPolicy(_ header: CreateHeader) throws(SyntaxError) -> CreateRowAccessPolicy {
        advance()
        _ = accept(.access)
        try expect(.policy)
        let allowsExisting = try acceptIfNotExists()
        let name = isIdentifier() ? try takeIdentifier() : nil
        try expect(.on)
        let table = try parseWholePath()
        let grantees = try parseGrantTo()
        let filter = try parseFilterUsing()
        return CreateRowAccessPolicy(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            table: table,
            grantees: grantees,
            filter: filter,
            tokens: header.tokens.lowerBound..<index
        )
    }

    /// Reads `GRANT TO (…)` or `TO …`, if it is there.
    private mutating func parseGrantTo() throws(SyntaxError) -> [Expression] {
        if keyword == .grant { return try parseGrantToClause() }
        return accept(.to) ? try parseGrantees() : []
    }

    /// Reads `GRANT TO (…)`.
    mutating func parseGrantToClause() throws(SyntaxError) -> [Expression] {
        try expect(.grant)
        try expect(.to)
        return try parseInParentheses { parser throws(SyntaxError) in try parser.parseGrantees() }
    }

    /// Reads `[FILTER] USING (condition)`.
    mutating func parseFilterUsing() throws(SyntaxError) -> Expression {
        _ = accept(.filter)
        try expect(.using)
        return try parseParenthesizedValue()
    }

    mutating func parseCreatePrivilegeRestriction(
        _ header: CreateHeader
    ) throws(SyntaxError) -> CreatePrivilegeRestriction {
        advance()
        try expect(.restriction)
        let allowsExisting = try acceptIfNotExists()
        try expect(.on)
        let privileges = try parsePrivileges()
        try expect(.on)
        let objectType = try parseIdentifier(.datePart)
        let name = try parseWholePath()
        let grantees = keyword == .restrict ? try parseRestrictTo() : nil
        return CreatePrivilegeRestriction(
            header: header,
            allowsExisting: allowsExisting,
            privileges: privileges,
            objectType: objectType,
            name: name,
            grantees: grantees,
            tokens: header.tokens.lowerBound..<index
        )
    }

    /// Reads `RESTRICT TO (…)`, where the list can be empty.
    mutating func parseRestrictTo() throws(SyntaxError) -> [Expression] {
        try expect(.restrict)
        try expect(.to)
        return try parseOptionalGrantees()
    }

    /// Reads `('…', …)`, possibly empty.
    mutating func parseOptionalGrantees() throws(SyntaxError) -> [Expression] {
        try parseInParentheses { parser throws(SyntaxError) in
            parser.kind == .rightParenthesis ? [] : try parser.parseGrantees()
        }
    }

    /// Reads `SELECT (a, b.c), INSERT, …`.
    mutating func parsePrivileges() throws(SyntaxError) -> [Privilege] {
        try parseList { parser throws(SyntaxError) in
            let start = parser.index
            let isSelect = parser.keyword == .select
            let name = isSelect ? try parser.takeIdentifier(.datePart) : try parser.parseIdentifier(.datePart)
            var columns: [PathExpression] = []
            if parser.kind == .leftParenthesis {
                columns = try parser.parseInParentheses { parser throws(SyntaxError) in try parser.parsePathList() }
            }
            return Privilege(name: name, columns: columns, tokens: start..<parser.index)
        }
    }

    /// Reads users and groups: string literals, parameters and system variables.
    mutating func parseGrantees() throws(SyntaxError) -> [Expression] {
        try parseList { parser throws(SyntaxError) in try parser.parseStringOrParameter() }
    }

    /// Reads a string literal, a parameter or a system variable, where the grammar allows nothing else.
    private mutating func parseStringOrParameter() throws(SyntaxError) -> Expression {
        switch kind {
        case .string: return .literal(try parseStringLiteral())
        case .at, .question: return .parameter(try parseParameter())
        case .doubleAt: return .systemVariable(try parseSystemVariable())
        default: throw unexpected(expected: "a string literal or a parameter")
        }
    }
}
