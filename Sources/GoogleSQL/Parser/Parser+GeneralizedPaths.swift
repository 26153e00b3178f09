/// Paths with subscripts and extension fields, which name what a statement or REPLACE_FIELDS sets.
extension Parser {
    /// Reads `a.b`, `a[0].(ext).c`.
    mutating func parseGeneralizedPath() throws(SyntaxError) -> Expression {
        try parseGeneralizedPath(after: .path(try parsePath()))
    }

    /// Reads what follows the first names of a generalized path.
    mutating func parseGeneralizedPath(
        after base: Expression,
        allowsSubscripts: Bool = true
    ) throws(SyntaxError) -> Expression {
        var accesses: [AccessChain.Access] = []
        while true {
            if kind == .leftBracket, allowsSubscripts {
                advance()
                accesses.append(.subscripted(try parseExpression()))
                try expect(.rightBracket, "]")
            } else if accept(.dot) {
                if accept(.leftParenthesis) {
                    accesses.append(.extensionField(try parseWholePath()))
                    try expect(.rightParenthesis, ")")
                } else {
                    accesses.append(.field(try parseIdentifier()))
                }
            } else {
                break
            }
        }
        guard !accesses.isEmpty else { return base }
        return .access(AccessChain(base: base, accesses: accesses, tokens: base.tokens.lowerBound..<index))
    }

    /// Reads what REPLACE_FIELDS replaces: a generalized path, or one that begins with an extension: `(ext).c`.
    mutating func parseReplacedPath() throws(SyntaxError) -> Expression {
        guard kind == .leftParenthesis else { return try parseGeneralizedPath() }
        let start = index
        advance()
        let path = try parseWholePath()
        try expect(.rightParenthesis, ")")
        let first = ParenthesizedExpression(expression: .path(path), tokens: start..<index)
        return try parseGeneralizedPath(after: .parenthesized(first), allowsSubscripts: false)
    }
}
