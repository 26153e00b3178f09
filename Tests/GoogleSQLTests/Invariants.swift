import GoogleSQL

// Used by the fuzzer of `Tests/Fuzz` too, so this file and `TreeDump.swift` import nothing else.

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

extension ParsedExpression: ParsedTree {
    var roots: [(String, Any)] { [("expression", expression)] }
    static func read(_ text: String) throws(SyntaxError) -> ParsedExpression { try Parser.parse(expression: text) }
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
