/// Statements about objects and modules: ANALYZE, DESCRIBE, SHOW, EXPLAIN, IMPORT, MODULE, DEFINE TABLE.
extension Parser {
    mutating func parseAnalyze() throws(SyntaxError) -> AnalyzeStatement {
        let start = index
        try expect(.analyze)
        let options = try parseTrailingOptions()
        var targets: [AnalyzeStatement.Target] = []
        if isIdentifier() {
            targets = try parseList { parser throws(SyntaxError) in
                let start = parser.index
                let table = try parser.parseWholeDashedPath()
                let columns = parser.kind == .leftParenthesis ? try parser.parseIdentifierList() : []
                return AnalyzeStatement.Target(table: table, columns: columns, tokens: start..<parser.index)
            }
        }
        return AnalyzeStatement(options: options, targets: targets, tokens: start..<index)
    }

    mutating func parseDescribe() throws(SyntaxError) -> DescribeStatement {
        let start = index
        advance()
        let hasType = isIdentifier() && (isIdentifier(1) || peekKind(1) == .slash)
        let objectType = hasType ? try takeIdentifier(.datePart) : nil
        let name = try parseDescribedPath()
        let source = accept(.from) ? try parseDescribedPath() : nil
        let end = index
        try refusePipes()
        return DescribeStatement(objectType: objectType, name: name, source: source, tokens: start..<end)
    }

    private mutating func parseDescribedPath() throws(SyntaxError) -> PathExpression {
        try refuseSlashedPath()
        return try parseWholeDashedPath()
    }

    mutating func parseShow() throws(SyntaxError) -> ShowStatement {
        let start = index
        advance()
        let objectType = accept(.materialized, .views) ? nil : try parseIdentifier(.datePart)
        let source = accept(.from) ? try parseDescribedPath() : nil
        let pattern = accept(.like) ? try parseStringLiteral() : nil
        let end = index
        try refusePipes()
        return ShowStatement(objectType: objectType, source: source, pattern: pattern, tokens: start..<end)
    }

    mutating func parseExplain() throws(SyntaxError) -> ExplainStatement {
        try enter(Self.statementNesting)
        defer { leave(Self.statementNesting) }
        let start = index
        try expect(.explain)
        let hint = try parseHint()
        let statement = try parseStatementBody()
        return ExplainStatement(hint: hint, statement: statement, tokens: start..<index)
    }

    mutating func parseImport() throws(SyntaxError) -> ImportStatement {
        let start = index
        try expect(.import)
        let importKind: ImportStatement.Kind
        switch keyword {
        case .module: importKind = .module
        case .proto: importKind = .proto
        default: throw unexpected(expected: "`MODULE` or `PROTO`")
        }
        advance()
        let name: ImportStatement.Name
        if kind == .string {
            name = .literal(try parseStringLiteral())
        } else {
            name = .path(try parseWholePath())
        }
        let alias = accept(.as) || accept(.into) ? try parseIdentifier() : nil
        let options = try parseTrailingOptions()
        return ImportStatement(kind: importKind, name: name, alias: alias, options: options, tokens: start..<index)
    }

    mutating func parseModule() throws(SyntaxError) -> ModuleStatement {
        let start = index
        try expect(.module)
        let name = try parseWholePath()
        let options = try parseTrailingOptions()
        return ModuleStatement(name: name, options: options, tokens: start..<index)
    }

    mutating func parseDefineTable() throws(SyntaxError) -> DefineTableStatement {
        let start = index
        try expect(.define)
        if keyword == .macro { throw failure("macros are not supported", at: start) }
        try expect(.table)
        let name = try parseWholePath()
        let options = try parseOptions()
        return DefineTableStatement(name: name, options: options, tokens: start..<index)
    }
}
