/// Statements: one query, or any other statement by its kind.
extension Parser {
    /// Reads the whole text as one statement.
    mutating func parseStatement() throws(SyntaxError) -> (Hint?, Statement) {
        try checkLegacyPrefix()
        let hint = try parseHint()
        try refuseLabel()
        let statement = try parseStatementBody()
        let isBegin = statement.kind == .begin && statement.tokens.count == 1
        let isFollowed = accept(.semicolon)
        if isFollowed || isBegin, kind != .end, kind != .invalid {
            let message = "expected the end of the text but found \(describe(index))"
            throw failure(message, at: index, code: isFollowed ? .severalStatements : .script)
        }
        try expectEnd()
        return (hint, statement)
    }

    /// Throws unless all of the text is read.
    func expectEnd() throws(SyntaxError) {
        guard kind == .end else { throw unexpected(expected: "the end of the text") }
    }

    /// Reads one statement without hint and `;`.
    mutating func parseStatementBody() throws(SyntaxError) -> Statement {
        switch keyword {
        case .insert, .update, .delete, .merge, .truncate: return .manipulation(try parseManipulation())
        case .export, .load, .clone: return .transfer(try parseTransfer())
        case .create: return .creation(try parseCreate())
        case .alter, .rename: return .alteration(try parseAlter())
        case .drop, .undrop: return .removal(try parseDrop())
        case .grant, .revoke: return .permission(try parsePermission())
        case .analyze, .assert, .abort, .begin, .call, .commit, .define, .describe, .desc, .execute, .explain, .import,
            .module, .rollback, .run, .set, .show, .start:
            return .procedural(try parseProcedural())
        case .graph: return .query(try parseGraphQuery())
        default:
            if startsScripting {
                let message = "\(describe(index)) can only stand in a script or in the body of a procedure"
                throw failure(message, at: index, code: .script)
            }
            if kind == .pipe { return .procedural(.subpipeline(try parseUnparenthesizedSubpipeline())) }
            return .query(try parseQuery())
        }
    }

    /// Reads pipe operators without a query before them.
    private mutating func parseUnparenthesizedSubpipeline() throws(SyntaxError) -> Subpipeline {
        let start = index
        let operators = try parsePipeOperators()
        return Subpipeline(operators: operators, tokens: start..<index)
    }

    /// Throws if the text asks for legacy SQL.
    func checkLegacyPrefix() throws(SyntaxError) {
        guard let offset = legacyPrefixOffset else { return }
        throw failure("legacy SQL is not supported", offset: offset, code: .legacySQL)
    }

    /// Where `#legacySQL` stands before the statement, which makes BigQuery read all of the text as legacy SQL.
    ///
    /// The documentation asks for a line of its own before the query; it is refused in any comment before the first
    /// token, without case, because what BigQuery does with it elsewhere is not documented.
    private var legacyPrefixOffset: Int? {
        let end = tokens[0].range.lowerBound
        var start = 0
        while start < end {
            guard bytes[start] == UInt8(ascii: "#") else {
                start += 1
                continue
            }
            var word = start + 1
            while word < end, bytes[word] == 0x20 || bytes[word] == 0x09 { word += 1 }
            let written = bytes[word..<min(word + Self.legacyPrefix.count, end)]
            if Self.legacyPrefix.elementsEqual(written.lazy.map(\.lowerCased)) { return start }
            start += 1
        }
        return nil
    }

    private static let legacyPrefix = Array("legacysql".utf8)
}
