/// CREATE up to the kind of object.
extension Parser {
    mutating func parseCreate() throws(SyntaxError) -> CreateStatement {
        let header = try parseCreateHeader()
        switch keyword {
        case .table where peekKeyword(1) != .function, .external, .snapshot, .view, .materialized, .approx, .recursive,
            .schema, .database, .connection:
            return .relation(try parseCreateRelation(header))
        default:
            return .routine(try parseCreateRoutine(header))
        }
    }

    /// Reads the CREATE TABLE of pipe syntax, whose rows are those before it.
    mutating func parsePipeCreateTable() throws(SyntaxError) -> CreateTable {
        let header = try parseCreateHeader()
        return try parseCreateTable(header) { parser throws(SyntaxError) in try parser.refusePipeQuery() }
    }

    private mutating func parseCreateHeader() throws(SyntaxError) -> CreateHeader {
        let start = index
        try expect(.create)
        var replaces = false
        if accept(.or) {
            try expect(.replace)
            replaces = true
        }
        let scope: CreateHeader.Scope?
        switch keyword {
        case .temp, .temporary: scope = .temporary
        case .public: scope = .public
        case .private: scope = .private
        default: scope = nil
        }
        if scope != nil { advance() }
        return CreateHeader(replaces: replaces, scope: scope, tokens: start..<index)
    }

    /// Steps over IF NOT EXISTS and says whether it was there.
    mutating func acceptIfNotExists() throws(SyntaxError) -> Bool {
        guard accept(.if) else { return false }
        guard startsPlainNot else { throw unexpected(expected: "`NOT EXISTS`") }
        advance()
        try expect(.exists)
        return true
    }

    /// Steps over IF EXISTS and says whether it was there.
    mutating func acceptIfExists() throws(SyntaxError) -> Bool {
        guard accept(.if) else { return false }
        try expect(.exists)
        return true
    }

    /// Reads `OPTIONS (name = value, …)`, if it is there.
    mutating func parseOptionsClause() throws(SyntaxError) -> [HintEntry]? {
        guard accept(.options) else { return nil }
        return try parseOptions()
    }
}
