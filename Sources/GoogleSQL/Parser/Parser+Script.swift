/// Scripts: lists of statements, blocks and what they are made of.
extension Parser {
    /// How many levels of nesting a statement inside another counts.
    static var statementNesting: Int { 2 }

    /// Reads the whole text as a script: statements with `;` between them, and perhaps after the last.
    mutating func parseScript() throws(SyntaxError) -> StatementList {
        try checkLegacyPrefix()
        var items: [StatementList.Item] = []
        while kind != .end {
            items.append(try parseScriptStatement())
            guard accept(.semicolon) else {
                try expectEnd()
                break
            }
        }
        return StatementList(items: items, tokens: 0..<index)
    }

    /// Reads the statements of a block, a branch or a loop, each with `;` after it, up to a word that ends them.
    mutating func parseStatementList(allowsFirstLabel: Bool = true) throws(SyntaxError) -> StatementList {
        let start = index
        var items: [StatementList.Item] = []
        while !endsStatementList {
            if !allowsFirstLabel, items.isEmpty, startsLabel() || keyword == .table {
                throw isIdentifier() ? unexpected(expected: "a statement") : failure("unexpected `:`", at: index + 1)
            }
            items.append(try parseScriptStatement())
            try expect(.semicolon, ";")
        }
        return StatementList(items: items, tokens: start..<index)
    }

    /// Whether the current token is none that a statement can start with, but one that may follow a list of them.
    private var endsStatementList: Bool {
        switch keyword {
        case .end, .else, .elseif, .exception, .until, .when: !startsLabel()
        default: kind == .end
        }
    }

    /// Reads one statement of a script.
    mutating func parseScriptStatement() throws(SyntaxError) -> StatementList.Item {
        try enter(Self.statementNesting)
        defer { leave(Self.statementNesting) }
        if let statement = try parseScripting() {
            return StatementList.Item(hint: nil, statement: .procedural(.scripting(statement)))
        }
        let hint = try parseHint()
        try refuseLabel()
        return StatementList.Item(hint: hint, statement: try parseStatementBody())
    }

    /// Reads a statement that only scripts have, if one starts here.
    private mutating func parseScripting() throws(SyntaxError) -> ScriptingStatement? {
        if startsLabel() { return try parseLabeled() }
        switch keyword {
        case .declare: return .declare(try parseDeclaration())
        case .begin where startsBlock, .loop, .while, .repeat, .for: return try parseUnlabeled(nil)
        case .if: return .if(try parseIfStatement())
        case .case: return .case(try parseCaseStatement())
        case .break, .leave, .continue, .iterate: return .jump(try parseJump())
        case .raise: return .raise(try parseRaise())
        case .return:
            advance()
            return .return(ReturnStatement(tokens: (index - 1)..<index))
        default: return nil
        }
    }

    // MARK: What only scripts have

    /// Whether a statement that only scripts have starts at the current token.
    var startsScripting: Bool {
        switch keyword {
        case .declare, .loop, .while, .repeat, .for, .if, .case, .break, .leave, .continue, .iterate, .raise, .return:
            true
        default: false
        }
    }

    /// Whether BEGIN at the current token starts a block, and not a transaction.
    private var startsBlock: Bool {
        if startsLabel(1) { return true }
        switch peekKeyword(1) {
        case .transaction, .read, .isolation: return false
        default: return peekKind(1) != .semicolon && peekKind(1) != .end
        }
    }

    /// Whether `label:` and a block or a loop follow. The reference decides this in the lexer.
    private func startsLabel(_ distance: Int = 0) -> Bool {
        guard peekKind(distance + 1) == .colon else { return false }
        switch peekKeyword(distance + 2) {
        case .begin, .while, .loop, .repeat, .for: break
        default: return false
        }
        return peekKind(distance) == .word || peekKind(distance) == .quotedIdentifier
    }

    /// Throws if a label follows, where the grammar allows statements without one alone.
    func refuseLabel() throws(SyntaxError) {
        guard startsLabel() else { return }
        throw failure("a label can only stand in a script, and not after a hint", at: index, code: .script)
    }

    private mutating func parseLabeled() throws(SyntaxError) -> ScriptingStatement {
        guard isIdentifier() else {
            throw failure("\(describe(index)) is reserved; as a label it needs backticks", at: index)
        }
        let label = try takeIdentifier()
        try expect(.colon, ":")
        return try parseUnlabeled(label)
    }

    private mutating func parseUnlabeled(_ label: Identifier?) throws(SyntaxError) -> ScriptingStatement {
        switch keyword {
        case .begin: .block(try parseBlock(label))
        case .for: .forIn(try parseForIn(label))
        default: .loop(try parseLoop(label))
        }
    }

    /// Reads the label after END, if there is one before the statement too: then both must be the same.
    mutating func parseEndLabel(_ label: Identifier?) throws(SyntaxError) -> ScriptLabel? {
        guard let label else { return nil }
        guard isIdentifier() else { return ScriptLabel(name: label, end: nil) }
        let end = try takeIdentifier()
        guard end.name.lowerCasedASCII == label.name.lowerCasedASCII else {
            throw failure("the label after END is not the one before the statement", at: end.tokens.lowerBound)
        }
        return ScriptLabel(name: label, end: end)
    }

    /// Reads `BEGIN … END`. Directly after the BEGIN of a procedure's body the grammar knows no label and no `TABLE t`.
    mutating func parseBlock(
        _ label: Identifier? = nil,
        allowsFirstLabel: Bool = true
    ) throws(SyntaxError) -> BeginEndBlock {
        let start = label?.tokens.lowerBound ?? index
        try expect(.begin)
        let body = try parseStatementList(allowsFirstLabel: allowsFirstLabel)
        var handler: StatementList?
        if accept(.exception) {
            try expect(.when)
            try expect(.error)
            try expect(.then)
            handler = try parseStatementList()
        }
        try expect(.end)
        let label = try parseEndLabel(label)
        return BeginEndBlock(label: label, body: body, handler: handler, tokens: start..<index)
    }
}
