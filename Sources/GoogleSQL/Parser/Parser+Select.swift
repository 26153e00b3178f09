/// SELECT and its list.
extension Parser {
    mutating func parseSelect() throws(SyntaxError) -> Select {
        let start = index
        let head = try parseSelectHead()
        let from = keyword == .from ? try parseFromClause() : nil
        let filter = accept(.where) ? try parseExpression() : nil
        let groupBy = keyword == .group ? try parseGroupBy(allowsAll: true) : nil
        let having = accept(.having) ? try parseExpression() : nil
        let qualify = accept(.qualify) ? try parseExpression() : nil
        let windows = try parseWindowClause()
        return Select(
            hint: head.hint,
            with: head.with,
            quantifier: head.quantifier,
            shape: head.shape,
            items: head.items,
            from: from,
            filter: filter,
            groupBy: groupBy,
            having: having,
            qualify: qualify,
            windows: windows,
            tokens: start..<index
        )
    }

    /// Reads the SELECT of pipe syntax: a list and windows.
    mutating func parsePipeSelect() throws(SyntaxError) -> Select {
        let start = index
        let head = try parseSelectHead()
        let windows = try parseWindowClause(allowsTrailingComma: true)
        return Select(
            hint: head.hint,
            with: head.with,
            quantifier: head.quantifier,
            shape: head.shape,
            items: head.items,
            from: nil,
            filter: nil,
            groupBy: nil,
            having: nil,
            qualify: nil,
            windows: windows,
            tokens: start..<index
        )
    }

    /// What stands from SELECT to the end of the list.
    private struct SelectHead {
        let hint: Hint?
        let with: SelectWith?
        let quantifier: Select.Quantifier?
        let shape: Select.Shape?
        let items: [SelectItem]
    }

    private mutating func parseSelectHead() throws(SyntaxError) -> SelectHead {
        try expect(.select)
        let hint = try parseHint()
        let with = try parseSelectWith()
        var quantifier: Select.Quantifier?
        if accept(.all) { quantifier = .all } else if accept(.distinct) { quantifier = .distinct }
        let shape = try parseShape()
        if keyword == .from { throw failure("the SELECT list must not be empty", at: index) }
        let items = try parseSelectList()
        return SelectHead(hint: hint, with: with, quantifier: quantifier, shape: shape, items: items)
    }

    /// Reads `WITH name [OPTIONS (…)]` after SELECT or AGGREGATE, if it is there.
    mutating func parseSelectWith() throws(SyntaxError) -> SelectWith? {
        guard keyword == .with, !startsWithExpression else { return nil }
        let start = index
        advance()
        let name = try parseIdentifier()
        var options: [HintEntry] = []
        if keyword == .options, peekKind(1) == .leftParenthesis {
            advance()
            options = try parseOptions()
        }
        return SelectWith(name: name, options: options, tokens: start..<index)
    }

    private mutating func parseShape() throws(SyntaxError) -> Select.Shape? {
        guard accept(.as) else { return nil }
        if accept(.struct) { return .structure }
        if keyword == .value, peekKind(1) != .dot {
            advance()
            return .value
        }
        return .type(try parseWholePath(.typeName))
    }

    /// Reads items separated by commas; a comma may end the list.
    mutating func parseSelectList() throws(SyntaxError) -> [SelectItem] {
        var items = [try parseSelectItem()]
        while accept(.comma) {
            if endsSelectList { break }
            items.append(try parseSelectItem())
        }
        return items
    }

    /// Whether what follows a comma ends the list instead of going on with it.
    var endsSelectList: Bool {
        switch kind {
        case .rightParenthesis, .semicolon, .end, .pipe: return true
        default: break
        }
        switch keyword {
        case .from, .where, .group, .having, .qualify, .window, .order, .limit, .union, .intersect, .except, .full,
            .inner, .outer, .for, .assertRowsModified, .then:
            return true
        case .left: return startsSetOperator
        default: return false
        }
    }

    private mutating func parseSelectItem() throws(SyntaxError) -> SelectItem {
        guard kind == .star else { return try parsePipeSelectItem() }
        let start = index
        advance()
        let modifiers = try parseStarModifiers()
        return .star(StarItem(modifiers: modifiers, tokens: start..<index))
    }

    /// Reads `expression [[AS] name]` or `expression.*`.
    mutating func parsePipeSelectItem() throws(SyntaxError) -> SelectItem {
        let start = index
        let expression = try parseExpression()
        if kind == .dot {
            return .dotStar(try parseDotStar(expression, start))
        }
        let alias = try parseAlias()
        if kind == .attachedWord {
            throw failure("missing white space between a literal and an alias", at: index)
        }
        return .expression(AliasedExpression(expression: expression, alias: alias, tokens: start..<index))
    }

    /// Reads `.*` with its modifiers after an operand.
    mutating func parseDotStar(_ base: Expression, _ start: Int) throws(SyntaxError) -> DotStarItem {
        advance()
        guard kind == .star, isOperand(base) else { throw unexpected() }
        advance()
        let modifiers = try parseStarModifiers()
        return DotStarItem(base: base, modifiers: modifiers, tokens: start..<index)
    }

    /// Whether `.` binds to the whole expression and not to its last operand.
    private func isOperand(_ expression: Expression) -> Bool {
        switch expression {
        case .unary, .not, .binary, .conjunction, .disjunction, .comparison, .between:
            false
        case .quantifiedLike, .inside, .test, .interval, .literal, .range, .parameter, .systemVariable, .path, .access,
            .parenthesized, .structure, .array, .new,
            .conditional, .cast, .extract, .with, .replaceFields, .call, .subquery:
            true
        case .graph(let node): if case .endpoint = node { false } else { true }
        }
    }

    private mutating func parseStarModifiers() throws(SyntaxError) -> StarModifiers {
        var except: [Identifier] = []
        if keyword == .except, peekKind(1) == .leftParenthesis {
            advance()
            except = try parseIdentifierList()
        }
        var replace: [StarModifiers.Replacement] = []
        if accept(.replace) {
            replace = try parseInParentheses { parser throws(SyntaxError) in
                try parser.parseList { parser throws(SyntaxError) in
                    let expression = try parser.parseExpression()
                    try parser.expect(.as)
                    return StarModifiers.Replacement(expression: expression, name: try parser.parseIdentifier())
                }
            }
        }
        return StarModifiers(except: except, replace: replace)
    }
}
