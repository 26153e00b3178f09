/// Scripts: lists of statements.
extension Parser {
    /// Reads the whole text as a script.
    mutating func parseScript() throws(SyntaxError) -> StatementList {
        let list = try parseStatementList()
        try expectEnd()
        return list
    }

    /// Reads statements, each followed by `;`, which may be left out after the last.
    mutating func parseStatementList() throws(SyntaxError) -> StatementList {
        let start = index
        var items: [StatementList.Item] = []
        while kind != .end {
            let hint = try parseHint()
            items.append(StatementList.Item(hint: hint, statement: try parseStatementBody()))
            guard accept(.semicolon) else { break }
        }
        return StatementList(items: items, tokens: start..<index)
    }
}
