/// Looking at tokens and stepping over them.
extension Parser {
    /// The kind of the current token.
    var kind: TokenKind { tokens[index].kind }

    /// The keyword that the current token spells, reserved or not.
    var keyword: Keyword { tokens[index].keyword }

    /// The kind of a token up to `Lexer.endMarkCount - 1` after the current one.
    func peekKind(_ distance: Int) -> TokenKind { tokens[index + distance].kind }

    /// The keyword of a token up to `Lexer.endMarkCount - 1` after the current one.
    func peekKeyword(_ distance: Int) -> Keyword { tokens[index + distance].keyword }

    /// Whether two neighbouring tokens touch.
    func isAdjacent(_ first: Int) -> Bool {
        tokens[first].upperBound == tokens[first + 1].lowerBound
    }

    /// Steps to the next token; stays at the end.
    mutating func advance() {
        if index < tokens.count - Lexer.endMarkCount { index += 1 }
    }

    /// Steps over a token of this kind if it is the current one.
    mutating func accept(_ expected: TokenKind) -> Bool {
        guard kind == expected else { return false }
        advance()
        return true
    }

    /// Steps over a keyword if it is the current token.
    mutating func accept(_ expected: Keyword) -> Bool {
        guard keyword == expected else { return false }
        advance()
        return true
    }

    /// Steps over two keywords in a row if they are there.
    mutating func accept(_ first: Keyword, _ second: Keyword) -> Bool {
        guard keyword == first, peekKeyword(1) == second else { return false }
        advance()
        advance()
        return true
    }

    /// Steps over a token of this kind, which must be there.
    mutating func expect(_ expected: TokenKind, _ spelling: String) throws(SyntaxError) {
        guard accept(expected) else { throw unexpected(expected: "`\(spelling)`") }
    }

    /// Steps over a keyword, which must be there.
    mutating func expect(_ expected: Keyword) throws(SyntaxError) {
        guard accept(expected) else { throw unexpected(expected: "`\(expected.spelling)`") }
    }

    /// Reads an opening parenthesis, something, and a closing one.
    mutating func parseInParentheses<Node>(
        _ body: (inout Parser) throws(SyntaxError) -> Node
    ) throws(SyntaxError) -> Node {
        try expect(.leftParenthesis, "(")
        let node = try body(&self)
        try expect(.rightParenthesis, ")")
        return node
    }

    /// Reads one or more of something, separated by commas.
    mutating func parseList<Node>(
        _ element: (inout Parser) throws(SyntaxError) -> Node
    ) throws(SyntaxError) -> [Node] {
        var nodes = [try element(&self)]
        while accept(.comma) {
            nodes.append(try element(&self))
        }
        return nodes
    }
}
