import GoogleSQL
import Testing

/// Parses a query and checks what must hold of every query: tokens in order, each identifier in exactly one leaf,
/// a printed form that reads back with the same tables and prints the same again.
@discardableResult
func assertParses(
    _ sql: String,
    reads tables: [String]? = nil,
    prints printed: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> ParsedStatement {
    let parsed = try Parser.parse(statement: sql)
    #expect(invariantFailure(of: parsed) == nil, sourceLocation: sourceLocation)
    if let tables { #expect(readPaths(parsed) == tables, sourceLocation: sourceLocation) }
    if let printed { #expect(TokenPrinter.print(parsed) == printed, sourceLocation: sourceLocation) }
    return parsed
}

/// The tables that a statement reads, as `project.dataset.table`, parts with dots in backticks.
func readPaths(_ parsed: some ParsedTree) -> [String] {
    parsed.tableReferences().filter { $0.role == .read }.map { reference in
        reference.path.map { $0.contains(".") ? "`\($0)`" : $0 }.joined(separator: ".")
    }
}

/// The error that a text must give.
func syntaxError(
    _ sql: String,
    limits: ParserLimits = .standard,
    sourceLocation: SourceLocation = #_sourceLocation
) -> SyntaxError? {
    do {
        _ = try Parser.parse(statement: sql, limits: limits)
        Issue.record("accepted: \(sql)", sourceLocation: sourceLocation)
        return nil
    } catch {
        return error
    }
}
