/// SET, transactions, CALL, EXECUTE IMMEDIATE, ASSERT and other statements that steer others.
extension Parser {
    mutating func parseProcedural() throws(SyntaxError) -> ProceduralStatement {
        switch keyword {
        case .set where peekKeyword(1) == .transaction && peekKind(2) != .equal && peekKind(2) != .comma:
            return .transaction(try parseTransaction(.set))
        case .set: return .assignment(try parseAssignment())
        case .begin: return .transaction(try parseTransaction(.begin))
        case .commit: return .transaction(try parseTransaction(.commit))
        case .rollback: return .transaction(try parseTransaction(.rollback))
        case .start where peekKeyword(1) == .transaction: return .transaction(try parseTransaction(.begin))
        case .start: return .batch(try parseBatch(.start))
        case .run: return .batch(try parseRun())
        case .abort: return .batch(try parseBatch(.abort))
        case .call: return .call(try parseCallStatement())
        case .execute: return .executeImmediate(try parseExecuteImmediate())
        case .assert: return .assert(try parseAssertStatement())
        case .analyze: return .analyze(try parseAnalyze())
        case .describe, .desc: return .describe(try parseDescribe())
        case .show: return .show(try parseShow())
        case .explain: return .explain(try parseExplain())
        case .import: return .import(try parseImport())
        case .module: return .module(try parseModule())
        case .define: return .defineTable(try parseDefineTable())
        default: throw unexpected(expected: "a statement")
        }
    }

    // MARK: SET

    private mutating func parseAssignment() throws(SyntaxError) -> Assignment {
        let start = index
        try expect(.set)
        let target = try parseAssignmentTarget()
        try expect(.equal, "=")
        let value = try parseExpression()
        return Assignment(target: target, value: value, tokens: start..<index)
    }

    private mutating func parseAssignmentTarget() throws(SyntaxError) -> Assignment.Target {
        switch kind {
        case .leftParenthesis:
            if peekKind(1) == .rightParenthesis {
                throw failure("SET with parentheses needs a list of variables", at: index + 1)
            }
            return .variables(try parseIdentifierList())
        case .at where !startsHint: return .parameter(try parseParameter())
        case .doubleAt: return .systemVariable(try parseSystemVariable())
        default: break
        }
        guard isIdentifier() else { throw unexpected(expected: "a variable") }
        let start = index
        let name = try takeIdentifier()
        guard accept(.comma) else { return .variable(name) }
        _ = try parseList { parser throws(SyntaxError) in try parser.parseIdentifier() }
        try expect(.equal, "=")
        throw failure("SET with several variables needs parentheses around them", at: start)
    }

    // MARK: Transactions and batches

    private mutating func parseTransaction(
        _ action: TransactionStatement.Action
    ) throws(SyntaxError) -> TransactionStatement {
        let start = index
        advance()
        _ = accept(.transaction)
        var modes: [TransactionStatement.Mode] = []
        let startsMode = keyword == .read || keyword == .isolation
        if action == .set || action == .begin && startsMode {
            modes = try parseList { parser throws(SyntaxError) in try parser.parseTransactionMode() }
        }
        return TransactionStatement(action: action, modes: modes, tokens: start..<index)
    }

    private mutating func parseTransactionMode() throws(SyntaxError) -> TransactionStatement.Mode {
        if accept(.read) {
            if accept(.only) { return .readOnly }
            try expect(.write)
            return .readWrite
        }
        guard accept(.isolation) else { throw unexpected(expected: "`READ` or `ISOLATION`") }
        try expect(.level)
        var words = [try parseIdentifier(.datePart)]
        if isIdentifier() { words.append(try takeIdentifier(.datePart)) }
        return .isolationLevel(words)
    }

    private mutating func parseBatch(_ action: BatchStatement.Action) throws(SyntaxError) -> BatchStatement {
        let start = index
        advance()
        if action == .start, keyword != .batch { throw unexpected(expected: "`TRANSACTION` or `BATCH`") }
        try expect(.batch)
        let type = action == .start && isIdentifier() ? try takeIdentifier(.datePart) : nil
        return BatchStatement(action: action, type: type, tokens: start..<index)
    }

    /// Reads RUN BATCH. RUN of a file is read too, because that it is not supported is an error only at its end.
    private mutating func parseRun() throws(SyntaxError) -> BatchStatement {
        if peekKeyword(1) == .batch, peekKind(2) != .leftParenthesis, peekKind(2) != .dot {
            return try parseBatch(.run)
        }
        let start = index
        advance()
        if kind == .string {
            _ = try parseStringLiteral()
        } else {
            _ = try parseWholePath()
            guard kind == .leftParenthesis else { throw unexpected(expected: "`(`") }
        }
        if accept(.leftParenthesis) {
            while isIdentifier() {
                _ = try takeIdentifier()
                guard accept(.equal) || accept(.namedArgument) else { throw unexpected(expected: "`=`") }
                _ = try parseStringLiteral()
                guard accept(.comma) else { break }
            }
            try expect(.rightParenthesis, ")")
        }
        throw failure("RUN is not supported", at: start)
    }

    // MARK: CALL, EXECUTE IMMEDIATE, ASSERT

    private mutating func parseCallStatement() throws(SyntaxError) -> CallStatement {
        let start = index
        try expect(.call)
        let procedure = try parseWholePath(.functionName)
        try expect(.leftParenthesis, "(")
        var arguments: [TableFunctionArgument] = []
        if kind != .rightParenthesis {
            arguments = try parseList { parser throws(SyntaxError) in try parser.parseTableFunctionArgument() }
        }
        try expect(.rightParenthesis, ")")
        let end = index
        try refusePipes()
        return CallStatement(procedure: procedure, arguments: arguments, tokens: start..<end)
    }

    private mutating func parseExecuteImmediate() throws(SyntaxError) -> ExecuteImmediate {
        let start = index
        try expect(.execute)
        try expect(.immediate)
        let text = try parseExpression()
        var into: [Identifier] = []
        if accept(.into) {
            into = try parseList { parser throws(SyntaxError) in try parser.parseIdentifier() }
        }
        var using: [AliasedExpression] = []
        if accept(.using) {
            using = try parseList { parser throws(SyntaxError) in try parser.parseAliasedWithKeyword() }
        }
        let end = index
        try refusePipes()
        return ExecuteImmediate(text: text, into: into, using: using, tokens: start..<end)
    }

    private mutating func parseAssertStatement() throws(SyntaxError) -> AssertStatement {
        let start = index
        try expect(.assert)
        let condition = try parseExpression()
        let description = accept(.as) ? try parseStringLiteral() : nil
        return AssertStatement(condition: condition, description: description, tokens: start..<index)
    }

    /// Reads and refuses pipe operators after a statement that can return rows.
    mutating func refusePipes() throws(SyntaxError) {
        guard kind == .pipe else { return }
        let start = index
        _ = try parsePipeOperators()
        throw failure("pipe operators cannot follow this statement", at: start)
    }
}
