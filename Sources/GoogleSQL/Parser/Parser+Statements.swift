/// Statements: one query, or any other statement by its kind.
extension Parser {
    /// Reads the whole text as one statement.
    mutating func parseStatement() throws(SyntaxError) -> (Hint?, Statement) {
        if let offset = legacyPrefixOffset {
            throw failure("legacy SQL is not supported", offset: offset, code: .legacySQL)
        }
        let hint = try parseHint()
        if let other = otherStatementKind {
            let start = index
            index = endIndex
            return (hint, .other(OtherStatement(kind: other, tokens: start..<endIndex)))
        }
        let query = try parseQuery()
        if accept(.semicolon), kind != .end, kind != .invalid {
            let message = "expected the end of the text but found \(describe(index))"
            throw failure(message, at: index, code: .severalStatements)
        }
        guard kind == .end else { throw unexpected(expected: "the end of the text") }
        return (hint, .query(query))
    }

    /// The kind of a statement that is no query, by its first keywords.
    private var otherStatementKind: String? {
        switch keyword {
        case .insert: "InsertStatement"
        case .update: "UpdateStatement"
        case .delete: "DeleteStatement"
        case .merge: "MergeStatement"
        case .truncate: "TruncateStatement"
        case .create: "CreateStatement"
        case .alter: "AlterStatement"
        case .drop: "DropStatement"
        case .undrop: "UndropStatement"
        case .rename: "RenameStatement"
        case .grant: "GrantStatement"
        case .revoke: "RevokeStatement"
        case .export: "ExportStatement"
        case .load: "AuxLoadDataStatement"
        case .call: "CallStatement"
        case .execute: "ExecuteImmediateStatement"
        case .assert: "AssertStatement"
        case .analyze: "AnalyzeStatement"
        case .explain: "ExplainStatement"
        case .describe, .desc: "DescribeStatement"
        case .show: "ShowStatement"
        case .set: "AssignmentStatement"
        case .begin, .start: "BeginStatement"
        case .commit: "CommitStatement"
        case .rollback: "RollbackStatement"
        case .define: "DefineStatement"
        case .import: "ImportStatement"
        case .module: "ModuleStatement"
        case .clone: "CloneDataStatement"
        case .run, .abort: "BatchStatement"
        case .graph: "GqlStatement"
        case .declare, .if, .case, .loop, .while, .repeat, .for, .raise, .return, .break, .leave, .continue, .iterate:
            "ScriptStatement"
        default: nil
        }
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
