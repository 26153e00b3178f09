/// Parameters of functions and procedures.
extension Parser {
    /// Reads `([name] type …, …)`, possibly empty.
    mutating func parseFunctionParameters() throws(SyntaxError) -> [RoutineParameter] {
        try parseParameters { parser throws(SyntaxError) in try parser.parseFunctionParameter() }
    }

    /// Reads `([mode] name type, …)`, possibly empty.
    mutating func parseProcedureParameters() throws(SyntaxError) -> [RoutineParameter] {
        try parseParameters { parser throws(SyntaxError) in try parser.parseProcedureParameter() }
    }

    private mutating func parseParameters(
        _ parameter: (inout Parser) throws(SyntaxError) -> RoutineParameter
    ) throws(SyntaxError) -> [RoutineParameter] {
        try parseInParentheses { parser throws(SyntaxError) in
            guard parser.kind != .rightParenthesis else { return [] }
            return try parser.parseList(parameter)
        }
    }

    private mutating func parseFunctionParameter() throws(SyntaxError) -> RoutineParameter {
        let start = index
        let name = startsNamedField || isIdentifier() && peekKeyword(1) == .any ? try takeIdentifier() : nil
        let kind = try parseParameterKind()
        let alias = try parseAliasWithKeyword()
        let valuePlace = index
        let value = accept(.default) ? try parseExpression() : nil
        let isNotAggregate = startsPlainNot
        if isNotAggregate {
            advance()
            try expect(.aggregate)
        }
        if value != nil, name == nil {
            throw failure("only a parameter with a name can have a default", at: valuePlace)
        }
        return RoutineParameter(
            mode: nil,
            name: name,
            kind: kind,
            alias: alias,
            value: value,
            isNotAggregate: isNotAggregate,
            tokens: start..<index
        )
    }

    private mutating func parseProcedureParameter() throws(SyntaxError) -> RoutineParameter {
        let start = index
        // OUT and INOUT are modes even where they could be names.
        let mode: RoutineParameter.Mode?
        switch keyword {
        case .in: mode = .in
        case .out: mode = .out
        case .inout: mode = .inOut
        default: mode = nil
        }
        if mode != nil { advance() }
        let name = try parseIdentifier()
        if kind == .rightParenthesis || kind == .comma {
            throw unexpected(expected: "a type after the name of the parameter (IN, OUT and INOUT are no names)")
        }
        let kind = try parseParameterKind()
        return RoutineParameter(
            mode: mode,
            name: name,
            kind: kind,
            alias: nil,
            value: nil,
            isNotAggregate: false,
            tokens: start..<index
        )
    }

    /// Reads a type, `ANY TYPE` and the like, or `TABLE<…>`.
    mutating func parseParameterKind() throws(SyntaxError) -> RoutineParameter.Kind {
        if keyword == .any { return .template(try parseTemplateType()) }
        if keyword == .table, peekKind(1) == .less { return .table(try parseTableSchema()) }
        return .type(try parseType())
    }

    /// Reads ANY and what it stands before.
    mutating func parseTemplateType() throws(SyntaxError) -> RoutineParameter.TemplateType {
        try expect(.any)
        let place = index
        let template: RoutineParameter.TemplateType
        switch keyword {
        case .proto: template = .proto
        case .enum: template = .enumeration
        case .struct: template = .structure
        case .array: template = .array
        default:
            let word = try parseIdentifier()
            // The word names nothing, but it can be in backticks.
            tokens[place].role = .syntax
            switch word.name.lowerCasedASCII {
            case "type": return .type
            case "table": return .table
            default: throw failure("\(describe(place)) cannot stand after ANY", at: place)
            }
        }
        advance()
        return template
    }
}
