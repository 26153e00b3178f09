/// Types as written in CAST, typed constructors and RANGE literals.
extension Parser {
    mutating func parseType() throws(SyntaxError) -> TypeName {
        try enter()
        defer { leave() }
        let raw = try parseRawType()
        let parameters = try parseTypeParameters()
        let collation = try parseCollation()
        let tokens = raw.tokens.lowerBound..<index
        return TypeName(kind: raw.kind, parameters: parameters, collation: collation, tokens: tokens)
    }

    /// Reads a type without parameters and collation, as it stands before the values of a constructor.
    mutating func parseRawType() throws(SyntaxError) -> TypeName {
        let start = index
        let kind = try parseTypeKind()
        return TypeName(kind: kind, parameters: [], collation: nil, tokens: start..<index)
    }

    private mutating func parseTypeKind() throws(SyntaxError) -> TypeName.Kind {
        let opensTemplate = peekKind(1) == .less
        switch keyword {
        case .array:
            advance()
            return .array(try parseTemplate { parser throws(SyntaxError) in try parser.parseType() })
        case .struct:
            advance()
            return .structure(try parseStructFields())
        case .range:
            advance()
            return .range(try parseTemplate { parser throws(SyntaxError) in try parser.parseType() })
        case .interval:
            tokens[index].role = .syntax
            advance()
            return .interval
        case .map where opensTemplate:
            advance()
            return try parseTemplate { parser throws(SyntaxError) in
                let key = try parser.parseType()
                try parser.expect(.comma, ",")
                return .map(key: key, value: try parser.parseType())
            }
        case .function where opensTemplate:
            advance()
            return try parseTemplate { parser throws(SyntaxError) in try parser.parseFunctionSignature() }
        default:
            guard isIdentifier() else { throw unexpected(expected: "a type") }
            return .named(try parseWholePath(.typeName))
        }
    }

    /// Reads `<`, something, and `>` after the keyword of a type.
    mutating func parseTemplate<Node>(
        _ body: (inout Parser) throws(SyntaxError) -> Node
    ) throws(SyntaxError) -> Node {
        // `<>` is one token of the grammar, except after STRUCT.
        let isEmpty = kind == .less && peekKind(1) == .greater && isAdjacent(index)
        if isEmpty, tokens[index - 1].keyword != .struct { throw unexpected(expected: "`<`") }
        try expect(.less, "<")
        tokens[index - 1].role = .typeBracket
        let node = try body(&self)
        try expect(.greater, ">")
        tokens[index - 1].role = .typeBracket
        return node
    }

    private mutating func parseStructFields() throws(SyntaxError) -> [StructTypeField] {
        try parseTemplate { parser throws(SyntaxError) in
            guard parser.kind != .greater else { return [] }
            return try parser.parseList { parser throws(SyntaxError) in
                let start = parser.index
                let name = parser.startsNamedField ? try parser.parseIdentifier() : nil
                let type = try parser.parseType()
                return StructTypeField(name: name, type: type, tokens: start..<parser.index)
            }
        }
    }

    /// Whether a name and then a type follow, and not a type alone.
    var startsNamedField: Bool {
        guard isIdentifier() else { return false }
        switch peekKeyword(1) {
        case .array, .struct, .range, .interval: return true
        default: return isIdentifier(1)
        }
    }

    private mutating func parseFunctionSignature() throws(SyntaxError) -> TypeName.Kind {
        var arguments: [TypeName] = []
        if accept(.leftParenthesis) {
            if kind != .rightParenthesis {
                arguments = try parseList { parser throws(SyntaxError) in try parser.parseType() }
            }
            try expect(.rightParenthesis, ")")
        } else {
            arguments = [try parseType()]
        }
        try expect(.arrow, "->")
        return .function(arguments: arguments, result: try parseType())
    }

    /// Reads `(10, 2)`, if it is there.
    mutating func parseTypeParameters() throws(SyntaxError) -> [Literal] {
        guard accept(.leftParenthesis) else { return [] }
        var parameters: [Literal] = []
        repeat {
            if kind == .rightParenthesis, tokens[index - 1].kind == .comma {
                throw failure("a trailing comma after type parameters is not allowed", at: index - 1)
            }
            if keyword == .max {
                advance()
                continue
            }
            switch kind {
            case .integer, .floatingPoint, .string, .bytes:
                parameters.append(try parseValueLiteral())
            case .word where keyword == .true || keyword == .false:
                parameters.append(try parseValueLiteral())
            default:
                throw unexpected(expected: "a type parameter")
            }
        } while accept(.comma)
        try expect(.rightParenthesis, ")")
        return parameters
    }

    /// Reads `COLLATE '…'`, if it is there.
    mutating func parseCollation() throws(SyntaxError) -> Collation? {
        let start = index
        guard accept(.collate) else { return nil }
        let name: Expression
        switch kind {
        case .string: name = .literal(try parseValueLiteral())
        case .at, .question: name = .parameter(try parseParameter())
        case .doubleAt: name = .systemVariable(try parseSystemVariable())
        default: throw unexpected(expected: "a collation")
        }
        return Collation(name: name, tokens: start..<index)
    }
}
