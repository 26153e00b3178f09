import GoogleSQL

extension AnalyzedQuery {
    /// The caller's text with every literal as `?`: what the log may hold in clear; nil when it could not be parsed.
    public var shape: String? {
        let made = functions.compactMap { function in
            function.body.ownShape.map { "CREATE TEMP FUNCTION \(quotedIdentifier(function.name)) AS (\($0)); " }
        }
        return ownShape.map { made.joined() + $0 }
    }

    /// The same without the temporary functions in front of it.
    private var ownShape: String? {
        guard let parsed = walk?.parsed else { return nil }
        let edits = parsed.tokens.indices.compactMap { index -> TokenEdit? in
            let token = parsed.tokens[index]
            guard token.isLiteral else { return nil }
            // Adjacent string literals are one: the first stands for all.
            let text = token.role == .literalContinuation ? "" : "?"
            return TokenEdit(tokens: index..<index + 1, text: text)
        }
        return TokenPrinter.print(parsed, edits: edits)
    }
}

extension Token {
    /// A literal that can hold a value; digits that are part of a dashed project name are none.
    fileprivate var isLiteral: Bool {
        guard role != .identifier, role != .identifierContinuation else { return false }
        return kind == .string || kind == .bytes || kind == .integer || kind == .floatingPoint
    }
}
