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

/// What the tests need of a statement and of a script alike.
protocol ParsedTree: ParsedText {
    /// The top of the tree, with names for what stands there.
    var roots: [(String, Any)] { get }
    /// Reads another text as the same kind of thing.
    static func read(_ text: String) throws(SyntaxError) -> Self
    func tableReferences() -> [TableReference]
}

extension ParsedStatement: ParsedTree {
    var roots: [(String, Any)] { (hint.map { [("hint", $0)] } ?? []) + [("statement", statement)] }
    static func read(_ text: String) throws(SyntaxError) -> ParsedStatement { try Parser.parse(statement: text) }
}

extension ParsedScript: ParsedTree {
    var roots: [(String, Any)] { statements.items.map { ("item", $0) } }
    static func read(_ text: String) throws(SyntaxError) -> ParsedScript { try Parser.parse(script: text) }
}

/// Says what is wrong with a parsed statement that must hold of all, or nil.
///
/// Without `survey` the slow look for identifiers by reflection is left out.
func invariantFailure<Parsed: ParsedTree>(of parsed: Parsed, survey: Bool = true) -> String? {
    for (first, second) in zip(parsed.tokens, parsed.tokens.dropFirst()) {
        if first.range.upperBound > second.range.lowerBound {
            return "tokens overlap at byte \(second.range.lowerBound)"
        }
    }
    if survey, IdentifierSurvey.tokens(of: parsed) != parsed.identifierTokens {
        return "identifiers of the tree are not those of the tokens"
    }
    let printed = TokenPrinter.print(parsed)
    guard let again = try? Parsed.read(printed) else { return "does not read back: \(printed)" }
    if TokenPrinter.print(again) != printed { return "prints differently again: \(printed)" }
    let before = parsed.tableReferences().filter { !$0.isInHint }
    let after = again.tableReferences()
    if before.map(\.path) != after.map(\.path) || before.map(\.role) != after.map(\.role) {
        return "reads other tables when printed: \(printed)"
    }
    return nil
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
