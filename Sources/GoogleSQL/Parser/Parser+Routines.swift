/// CREATE of functions, table functions and procedures.
extension Parser {
    // MARK: Functions

    mutating func parseCreateFunction(_ header: CreateHeader) throws(SyntaxError) -> CreateFunction {
        let isAggregate = accept(.aggregate)
        try expect(.function)
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath(.functionName)
        let parameters = try parseFunctionParameters()
        let (result, template) = try parseFunctionResult()
        let security = try parseSQLSecurity()
        let determinism = try parseDeterminism()
        let implementation = try parseImplementation()
        var options = try parseOptionsClause()
        let body = accept(.as) ? try parseFunctionBody() : nil
        if options == nil, body != nil { options = try parseOptionsClause() }
        if let template { throw failure("RETURNS does not take ANY", at: template) }
        return CreateFunction(
            header: header,
            isAggregate: isAggregate,
            allowsExisting: allowsExisting,
            name: name,
            parameters: parameters,
            result: result,
            security: security,
            determinism: determinism,
            language: implementation.language,
            isRemote: implementation.isRemote,
            connection: implementation.connection,
            options: options,
            body: body,
            tokens: header.tokens.lowerBound..<index
        )
    }

    /// Reads `RETURNS type`, if it is there. Where ANY stands for the type, the grammar complains only at the end of the
    /// statement: then the place of ANY is returned.
    private mutating func parseFunctionResult() throws(SyntaxError) -> (TypeName?, template: Int?) {
        guard accept(.returns) else { return (nil, nil) }
        guard keyword == .any else { return (try parseType(), nil) }
        let place = index
        _ = try parseTemplateType()
        return (nil, place)
    }

    private mutating func parseDeterminism() throws(SyntaxError) -> Determinism? {
        let determinism: Determinism
        switch keyword {
        case .deterministic: determinism = .deterministic
        case .immutable: determinism = .immutable
        case .stable: determinism = .stable
        case .volatile: determinism = .volatile
        case .not where startsPlainNot:
            advance()
            guard keyword == .deterministic else { throw unexpected(expected: "`DETERMINISTIC`") }
            determinism = .notDeterministic
        default: return nil
        }
        advance()
        return determinism
    }

    /// Where the code of a function is and what it is written in.
    private struct Implementation {
        var language: Identifier?
        var isRemote = false
        var connection: ConnectionClause?
    }

    /// Reads LANGUAGE, and REMOTE or WITH CONNECTION or both before or after it, each if it is there.
    private mutating func parseImplementation() throws(SyntaxError) -> Implementation {
        var implementation = Implementation()
        implementation.language = try parseLanguage()
        (implementation.isRemote, implementation.connection) = try parseRemoteConnection()
        if implementation.language == nil, implementation.isRemote || implementation.connection != nil {
            implementation.language = try parseLanguage()
        }
        return implementation
    }

    /// Reads `REMOTE`, `WITH CONNECTION …` or both, each if it is there.
    mutating func parseRemoteConnection() throws(SyntaxError) -> (isRemote: Bool, connection: ConnectionClause?) {
        let isRemote = accept(.remote)
        return (isRemote, try parseWithConnection())
    }

    /// Reads `LANGUAGE name`, if it is there.
    private mutating func parseLanguage() throws(SyntaxError) -> Identifier? {
        accept(.language) ? try parseIdentifier() : nil
    }

    private mutating func parseFunctionBody() throws(SyntaxError) -> CreateFunction.Body {
        guard kind == .leftParenthesis else {
            guard kind == .string else { throw unexpected(expected: "`(` or a string literal") }
            return .text(try parseStringLiteral())
        }
        return .expression(try parseParenthesizedValue())
    }

    /// Reads `(expression)`, where a query in the parentheses is an error at its first word.
    mutating func parseParenthesizedValue() throws(SyntaxError) -> Expression {
        try parseInParentheses { parser throws(SyntaxError) in
            if parser.startsQuery {
                throw parser.failure("a query as an expression must be in parentheses", at: parser.index)
            }
            return try parser.parseExpression()
        }
    }

    // MARK: Table functions

    mutating func parseCreateTableFunction(_ header: CreateHeader) throws(SyntaxError) -> CreateTableFunction {
        try expect(.table)
        try expect(.function)
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath(.functionName)
        let nameEnd = tokens[index - 1].range.upperBound
        let parameters = kind == .leftParenthesis ? try parseFunctionParameters() : nil
        let resultPlace = index
        let (result, isTable) = try parseTableFunctionResult()
        let security = try parseSQLSecurity()
        var options = try parseOptionsClause()
        let language = try parseLanguage()
        if options == nil { options = try parseOptionsClause() }
        let body = accept(.as) ? try parseTableFunctionBody() : nil
        // The grammar complains of these only at the end of the statement.
        guard let parameters else { throw failure("expected `(` after the name of a table function", offset: nameEnd) }
        if !isTable { throw failure("a table function returns TABLE<…>", at: resultPlace) }
        return CreateTableFunction(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            parameters: parameters,
            result: result,
            security: security,
            language: language,
            options: options,
            body: body,
            tokens: header.tokens.lowerBound..<index
        )
    }

    /// Reads RETURNS and a type, if it is there. Returns the columns, and false if the type is none of a table.
    private mutating func parseTableFunctionResult() throws(SyntaxError) -> (TableTypeName?, isTable: Bool) {
        guard accept(.returns) else { return (nil, true) }
        let place = index
        switch try parseParameterKind() {
        case .table(let schema): return (schema, true)
        case .type: return (nil, false)
        case .template: throw failure("RETURNS does not take ANY", at: place)
        }
    }

    private mutating func parseTableFunctionBody() throws(SyntaxError) -> CreateTableFunction.Body {
        kind == .string ? .text(try parseStringLiteral()) : .query(try parseQueryAfterAs())
    }

    // MARK: Procedures

    mutating func parseCreateProcedure(_ header: CreateHeader) throws(SyntaxError) -> CreateProcedure {
        try enter(Self.statementNesting)
        defer { leave(Self.statementNesting) }
        advance()
        let allowsExisting = try acceptIfNotExists()
        let name = try parseWholePath(.functionName)
        let parameters = try parseProcedureParameters()
        let security = try parseExternalSecurity()
        let connection = try parseWithConnection()
        let options = try parseOptionsClause()
        let body = try parseProcedureBody()
        return CreateProcedure(
            header: header,
            allowsExisting: allowsExisting,
            name: name,
            parameters: parameters,
            security: security,
            connection: connection,
            options: options,
            body: body,
            tokens: header.tokens.lowerBound..<index
        )
    }

    private mutating func parseExternalSecurity() throws(SyntaxError) -> SQLSecurity? {
        guard accept(.external) else { return nil }
        try expect(.security)
        if accept(.invoker) { return .invoker }
        guard accept(.definer) else { throw unexpected(expected: "`INVOKER` or `DEFINER`") }
        return .definer
    }

    private mutating func parseProcedureBody() throws(SyntaxError) -> CreateProcedure.Body {
        if keyword == .begin { return .block(try parseBlock(allowsFirstLabel: false)) }
        guard let language = try parseLanguage() else { throw unexpected(expected: "`BEGIN` or `LANGUAGE`") }
        let text = accept(.as) ? try parseStringLiteral() : nil
        return .foreign(language: language, text: text)
    }
}
