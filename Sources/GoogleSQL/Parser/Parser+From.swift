/// FROM: tables and what follows them.
extension Parser {
    mutating func parseFromClause() throws(SyntaxError) -> FromClause {
        let start = index
        try expect(.from)
        switch kind {
        case .at, .question:
            throw failure("a query parameter cannot stand in place of a table name", at: index)
        case .doubleAt:
            throw failure("a system variable cannot stand in place of a table name", at: index)
        default:
            break
        }
        let tables = try parseJoinChain(inParentheses: false)
        return FromClause(tables: tables, tokens: start..<index)
    }

    /// Reads one table with its suffixes.
    mutating func parseFromItem() throws(SyntaxError) -> FromItem {
        let start = index
        let isLateral = accept(.lateral)
        if kind == .leftParenthesis { return try parseParenthesizedItem(isLateral, start) }
        if keyword == .graphTable, !isLateral, startsGraphTable {
            return try parseFromItemRest(.graph(try parseGraphTable()), start, isLateral: false)
        }
        if keyword == .unnest, !isLateral { return try parseArrayItem(.unnest(try parseUnnest()), start) }
        if keyword == .if {
            let name = try parseTableFunctionName()
            return try parseTableFunctionItem(name, isLateral: isLateral, start)
        }
        try refuseSlashedPath()
        guard isIdentifier() else { throw unexpected(expected: "a table") }
        let path = try parseDashedPath()
        if kind == .leftParenthesis {
            guard path.parts.allSatisfy({ $0.tokens.count == 1 }) else { throw unexpected() }
            return try parseTableFunctionItem(path, isLateral: isLateral, start)
        }
        if isLateral { throw unexpected(expected: "`(`") }
        return try parseArrayItem(.path(path), start)
    }

    /// Reads the source of a MERGE: a table, UNNEST or a subquery.
    mutating func parseMergeSource() throws(SyntaxError) -> FromItem {
        let start = index
        if kind == .leftParenthesis {
            let query = try parseSubquery()
            return try parseFromItemRest(.subquery(query), start, isLateral: false, isMergeSource: true)
        }
        let source: FromSource =
            keyword == .unnest ? .unnest(try parseUnnest()) : .path(try parseDashedPath())
        return try parseArrayItem(source, start, isMergeSource: true)
    }

    /// Reads what follows a path or UNNEST, which may be an array: hint, alias, WITH OFFSET and suffixes.
    ///
    /// TABLESAMPLE and MATCH_RECOGNIZE cannot follow the source of a MERGE.
    private mutating func parseArrayItem(
        _ source: FromSource,
        _ start: Int,
        isMergeSource: Bool = false
    ) throws(SyntaxError) -> FromItem {
        if kind == .leftBracket {
            throw failure("array element access is not allowed in FROM without UNNEST", at: index)
        }
        if kind == .dot {
            advance()
            guard kind == .leftParenthesis else { throw unexpected(expected: "an identifier") }
            throw failure("generalized field access is not allowed in FROM without UNNEST", at: index)
        }
        let hint = try parseHint()
        let alias = try parseTableAlias()
        let offset = try parseWithOffset()
        var suffixes: [TableSuffix] = []
        let lastAlias = offset == nil ? alias : offset?.alias
        if let pivot = try parsePivotOrUnpivot(after: lastAlias) { suffixes.append(pivot) }
        if let time = try parseSystemTime() {
            if !suffixes.isEmpty {
                throw failure("PIVOT and FOR SYSTEM_TIME AS OF cannot be combined", at: time.tokens.lowerBound)
            }
            suffixes.append(.systemTime(time))
        }
        if !isMergeSource { try parseRepeatedSuffixes(&suffixes) }
        return FromItem(
            source: source,
            isLateral: false,
            hint: hint,
            alias: alias,
            offset: offset,
            suffixes: suffixes,
            tokens: start..<index
        )
    }

    /// Reads what follows a subquery, a table function or a graph table: alias and suffixes.
    private mutating func parseFromItemRest(
        _ source: FromSource,
        _ start: Int,
        isLateral: Bool,
        hint: Hint? = nil,
        isMergeSource: Bool = false
    ) throws(SyntaxError) -> FromItem {
        var alias: Alias?
        var suffixes: [TableSuffix] = []
        switch source {
        case .parenthesized:
            break
        case .graph:
            alias = try parseAliasBeforeSuffix()
        case .path, .unnest, .subquery, .function:
            alias = try parseTableAlias()
            if let pivot = try parsePivotOrUnpivot(after: alias) { suffixes.append(pivot) }
        }
        if !isMergeSource { try parseRepeatedSuffixes(&suffixes) }
        return FromItem(
            source: source,
            isLateral: isLateral,
            hint: hint,
            alias: alias,
            offset: nil,
            suffixes: suffixes,
            tokens: start..<index
        )
    }

    /// Reads `(query)` or `(a JOIN b …)`, told apart by what follows the first table.
    private mutating func parseParenthesizedItem(_ isLateral: Bool, _ start: Int) throws(SyntaxError) -> FromItem {
        try enter(Self.queryNesting)
        defer { leave(Self.queryNesting) }
        let open = index
        advance()
        if startsQuery || isLateral {
            let query = try parseQuery()
            try expect(.rightParenthesis, ")")
            return try parseFromItemRest(.subquery(query), start, isLateral: isLateral)
        }
        guard kind == .leftParenthesis else {
            let joins = try parseJoinChain(inParentheses: true)
            try expect(.rightParenthesis, ")")
            return try parseFromItemRest(.parenthesized(joins), start, isLateral: false)
        }
        return try parseDoublyParenthesizedItem(open)
    }

    /// Reads `((…` in FROM: a query in two parentheses, or a join whose first table is in parentheses.
    private mutating func parseDoublyParenthesizedItem(_ start: Int) throws(SyntaxError) -> FromItem {
        let inner = try parseParenthesizedItem(false, index)
        if case .subquery(let query) = inner.source, inner.suffixes.isEmpty, endsInnerQuery(inner.alias) {
            // The inner parentheses held a query, and what follows makes it part of a longer one.
            let alias = inner.alias
            let body = QueryBody.parenthesized(ParenthesizedQuery(query: query, alias: alias, tokens: inner.tokens))
            let outer = try parseQuery(from: body)
            try expect(.rightParenthesis, ")")
            return try parseFromItemRest(.subquery(outer), start, isLateral: false)
        }
        let joins = try parseJoinChain(inParentheses: true, from: inner)
        try expect(.rightParenthesis, ")")
        return try parseFromItemRest(.parenthesized(joins), start, isLateral: false)
    }

    private func endsInnerQuery(_ alias: Alias?) -> Bool {
        guard alias == nil || alias?.hasKeyword == true else { return false }
        switch kind {
        case .rightParenthesis, .pipe: return true
        default: return keyword == .order || keyword == .limit || startsSetOperator
        }
    }

    /// Reads an alias, unless the word starts PIVOT, UNPIVOT or MATCH_RECOGNIZE.
    mutating func parseTableAlias() throws(SyntaxError) -> Alias? {
        startsPivot ? nil : try parseAliasBeforeSuffix()
    }

    /// Reads an alias, unless the word starts MATCH_RECOGNIZE.
    mutating func parseAliasBeforeSuffix() throws(SyntaxError) -> Alias? {
        guard startsMatchRecognize else { return try parseAlias() }
        // The reference takes the word for an alias, so that its error is at the parenthesis.
        noteContextualWord(at: index + 1)
        return nil
    }

    private mutating func parseWithOffset() throws(SyntaxError) -> WithOffset? {
        let start = index
        guard accept(.with) else { return nil }
        try expect(.offset)
        let alias = try parseTableAlias()
        return WithOffset(alias: alias, tokens: start..<index)
    }

    /// Reads `UNNEST(array [AS name], …, [mode => value])`.
    mutating func parseUnnest() throws(SyntaxError) -> UnnestExpression {
        let start = index
        advance()
        try expect(.leftParenthesis, "(")
        if keyword == .select { throw failure("a query as an expression must be in parentheses", at: index) }
        var arrays: [AliasedExpression] = []
        var mode: NamedArgument?
        repeat {
            if !arrays.isEmpty, isIdentifier(), peekKind(1) == .namedArgument {
                mode = try parseNamedArgument()
                break
            }
            arrays.append(try parseAliasedWithKeyword())
        } while accept(.comma)
        try expect(.rightParenthesis, ")")
        return UnnestExpression(arrays: arrays, mode: mode, tokens: start..<index)
    }
}
