/// Graph patterns: paths of nodes and edges.
extension Parser {
    mutating func parseGraphPattern() throws(SyntaxError) -> GraphPattern {
        let start = index
        var paths = [try parseGraphPath(hint: nil)]
        while accept(.comma) {
            paths.append(try parseGraphPath(hint: try parseHint()))
        }
        let filter = accept(.where) ? try parseExpression() : nil
        return GraphPattern(paths: paths, filter: filter, tokens: start..<index)
    }

    // MARK: Paths

    private mutating func parseGraphPath(hint: Hint?) throws(SyntaxError) -> GraphPath {
        let start = hint?.tokens.lowerBound ?? index
        var variable: Identifier?
        if isGraphIdentifier(), peekKind(1) == .equal || keyword != .shortest && keyword != .cheapest {
            variable = try takeIdentifier()
            try expect(.equal, "=")
        }
        let search = try parseGraphPathSearch()
        let mode = parseGraphPathMode()
        if !accept(.path) { _ = accept(.paths) }
        var factors = [try parseGraphPathFactor(hint: nil)]
        while startsHint || startsGraphPathFactor {
            let factor = try parseGraphPathFactor(hint: try parseHint())
            if let hint = factor.hint, isEdge(factor), let last = factors.last, isEdge(last) {
                throw failure("a hint cannot stand between two edges", at: hint.tokens.lowerBound)
            }
            factors.append(factor)
        }
        return GraphPath(
            hint: hint,
            variable: variable,
            search: search,
            mode: mode,
            factors: factors,
            tokens: start..<index
        )
    }

    /// Whether a token can name a node, an edge or a path: the words that start a path of a kind cannot.
    private func isGraphIdentifier() -> Bool {
        switch keyword {
        case .simple, .acyclic, .path, .paths, .trail, .walk: false
        default: isIdentifier()
        }
    }

    private mutating func parseGraphPathSearch() throws(SyntaxError) -> GraphPathSearch? {
        let start = index
        var searchKind: GraphPathSearch.Kind
        var count: Expression?
        switch keyword {
        case .any:
            advance()
            searchKind = .any
            if accept(.shortest) {
                searchKind = .shortest
            } else if accept(.cheapest) {
                searchKind = .cheapest
            } else if startsIntegerOrParameter() {
                count = try parseIntegerOrParameter()
            }
        case .all:
            advance()
            searchKind = .all
            if accept(.shortest) { searchKind = .allShortest } else if accept(.cheapest) { searchKind = .allCheapest }
        case .shortest, .cheapest:
            searchKind = keyword == .shortest ? .shortest : .cheapest
            advance()
            count = try parseIntegerOrParameter()
        default: return nil
        }
        return GraphPathSearch(kind: searchKind, count: count, tokens: start..<index)
    }

    private mutating func parseGraphPathMode() -> GraphPath.Mode? {
        let mode: GraphPath.Mode
        switch keyword {
        case .walk: mode = .walk
        case .trail: mode = .trail
        case .simple: mode = .simple
        case .acyclic: mode = .acyclic
        default: return nil
        }
        advance()
        return mode
    }

    // MARK: Factors

    private var startsGraphPathFactor: Bool {
        switch kind {
        case .leftParenthesis, .minus, .arrow, .less: true
        default: false
        }
    }

    private func isEdge(_ factor: GraphPathFactor) -> Bool {
        if case .edge = factor.primary { return factor.quantifier == nil }
        return false
    }

    private mutating func parseGraphPathFactor(hint: Hint?) throws(SyntaxError) -> GraphPathFactor {
        let start = index
        let primary: GraphPathPrimary
        switch kind {
        case .leftParenthesis: primary = try parseGraphParentheses()
        case .minus, .arrow, .less: primary = .edge(try parseGraphEdge())
        default: throw unexpected(expected: "`(`, `-`, `<-` or `->`")
        }
        let quantifier = try parsePatternQuantifier(inRows: false)
        if quantifier != nil, case .node = primary {
            throw failure("a node cannot have a quantifier", at: start)
        }
        let tokens = (hint?.tokens.lowerBound ?? start)..<index
        return GraphPathFactor(hint: hint, primary: primary, quantifier: quantifier, tokens: tokens)
    }

    /// Reads a node, or a path in parentheses.
    private mutating func parseGraphParentheses() throws(SyntaxError) -> GraphPathPrimary {
        let start = index
        advance()
        let hint = try parseHint()
        guard startsGraphPath else {
            return .node(try parseGraphElement(hint, start, .rightParenthesis, ")"))
        }
        try enter(Self.queryNesting)
        defer { leave(Self.queryNesting) }
        let path = try parseGraphPath(hint: nil)
        let filter = accept(.where) ? try parseExpression() : nil
        try expect(.rightParenthesis, ")")
        if let hint { throw failure("a hint cannot stand at the start of a path", at: hint.tokens.lowerBound) }
        return .parenthesized(GraphParenthesizedPath(path: path, filter: filter, tokens: start..<index))
    }

    /// Whether what follows a parenthesis is a path, and not the inside of a node.
    private var startsGraphPath: Bool {
        switch kind {
        case .leftParenthesis, .minus, .arrow, .less: return true
        case .quotedIdentifier: return peekKind(1) == .equal
        default: break
        }
        switch keyword {
        case .any, .all, .simple, .acyclic, .path, .paths, .trail, .walk: return true
        case .shortest, .cheapest: return peekKind(1) == .equal || startsIntegerOrParameter(1)
        default: return isIdentifier() && peekKind(1) == .equal
        }
    }

    // MARK: Edges

    private mutating func parseGraphEdge() throws(SyntaxError) -> GraphEdge {
        let start = index
        var direction = GraphEdge.Direction.any
        if accept(.arrow) { return GraphEdge(direction: .right, element: nil, tokens: start..<index) }
        if accept(.less) {
            direction = .left
            guard kind == .minus else { throw unexpected(expected: "`-`") }
            tokens[index].role = .edgeContinuation
        }
        advance()
        guard kind == .leftBracket else {
            if direction == .left { try checkAdjacent(start) }
            return GraphEdge(direction: direction, element: nil, tokens: start..<index)
        }
        let open = index
        tokens[open].role = .edgeContinuation
        advance()
        let element = try parseGraphElement(try parseHint(), open, .rightBracket, "]")
        let close = index - 1
        if direction == .any, kind == .arrow { direction = .right }
        guard kind == .minus || direction == .right else {
            throw unexpected(expected: direction == .left ? "`-`" : "`-` or `->`")
        }
        tokens[index].role = .edgeContinuation
        advance()
        for token in start..<open { try checkAdjacent(token) }
        try checkAdjacent(close)
        return GraphEdge(direction: direction, element: element, tokens: start..<index)
    }

    /// Throws if white space stands between a token and the next.
    private func checkAdjacent(_ token: Int) throws(SyntaxError) {
        guard !isAdjacent(token) else { return }
        let message = "white space between \(describe(token)) and \(describe(token + 1)) is not allowed in an edge"
        throw failure(message, at: token)
    }

    // MARK: Elements

    /// Reads what stands in a node or an edge after its bracket and a hint, and the closing bracket.
    private mutating func parseGraphElement(
        _ hint: Hint?,
        _ start: Int,
        _ close: TokenKind,
        _ spelling: String
    ) throws(SyntaxError) -> GraphElement {
        let variable = isGraphIdentifier() ? try takeIdentifier() : nil
        let label = accept(.is) || accept(.colon) ? try parseGraphLabelExpression() : nil
        let properties = kind == .leftBrace ? try parseElementProperties() : []
        let place = index
        let filter = accept(.where) ? try parseExpression() : nil
        let cost = accept(.cost) ? try parseExpression() : nil
        if filter != nil, !properties.isEmpty {
            throw failure("WHERE cannot follow properties in braces", at: place)
        }
        try expect(close, spelling)
        return GraphElement(
            hint: hint,
            variable: variable,
            label: label,
            properties: properties,
            filter: filter,
            cost: cost,
            tokens: start..<index
        )
    }

    /// Reads `{name: value, …}`.
    private mutating func parseElementProperties() throws(SyntaxError) -> [GraphElement.Property] {
        advance()
        let properties = try parseList { parser throws(SyntaxError) in
            let name = try parser.parseIdentifier()
            try parser.expect(.colon, ":")
            return GraphElement.Property(name: name, value: try parser.parseExpression())
        }
        try expect(.rightBrace, "}")
        return properties
    }

    // MARK: Labels

    /// Reads an expression over labels: `!` binds tightest, then `&`, then `|`.
    mutating func parseGraphLabelExpression() throws(SyntaxError) -> GraphLabelExpression {
        try enter(Self.expressionNesting)
        defer { leave(Self.expressionNesting) }
        var labels = [try parseGraphLabelConjunction()]
        while accept(.bar) { labels.append(try parseGraphLabelConjunction()) }
        return labels.count == 1 ? labels[0] : .disjunction(labels)
    }

    private mutating func parseGraphLabelConjunction() throws(SyntaxError) -> GraphLabelExpression {
        var labels = [try parseGraphLabelOperand()]
        while accept(.ampersand) { labels.append(try parseGraphLabelOperand()) }
        return labels.count == 1 ? labels[0] : .conjunction(labels)
    }

    private mutating func parseGraphLabelOperand() throws(SyntaxError) -> GraphLabelExpression {
        var count = 0
        while accept(.bang) { count += 1 }
        let operand: GraphLabelExpression
        if accept(.leftParenthesis) {
            operand = .parenthesized(try parseGraphLabelExpression())
            try expect(.rightParenthesis, ")")
        } else if accept(TokenKind.percent) {
            operand = .wildcard(tokens: (index - 1)..<index)
        } else {
            guard isIdentifier() else { throw unexpected(expected: "a label") }
            operand = .name(try takeIdentifier())
        }
        return count == 0 ? operand : .not(count: count, operand)
    }
}
