/// Identifiers, paths, aliases, parameters and hints.
extension Parser {
    /// Whether a token can be an identifier: a quoted one, or a word that is not reserved.
    func isIdentifier(_ distance: Int = 0) -> Bool {
        let token = tokens[index + distance]
        return token.kind == .quotedIdentifier || token.kind == .word && !token.keyword.isReserved
    }

    mutating func parseIdentifier(_ role: TokenRole = .identifier) throws(SyntaxError) -> Identifier {
        guard isIdentifier() else { throw unexpected(expected: "an identifier") }
        return try takeIdentifier(role)
    }

    /// Takes the current token as an identifier, also where it is a reserved keyword.
    mutating func takeIdentifier(_ role: TokenRole = .identifier) throws(SyntaxError) -> Identifier {
        let position = index
        let isQuoted = kind == .quotedIdentifier
        let name = isQuoted ? try decodeName(position) : String(decoding: bytes[tokens[position].range], as: UTF8.self)
        tokens[position].role = role
        advance()
        return Identifier(name: name, isQuoted: isQuoted, tokens: position..<index)
    }

    private func decodeName(_ token: Int) throws(SyntaxError) -> String {
        let range = tokens[token].range
        let value: [UInt8]
        do {
            value = try LiteralDecoder.decode(bytes, token: range, mode: .string)
        } catch {
            throw failure(error.message, offset: error.offset)
        }
        guard !value.isEmpty else { throw failure("invalid empty identifier", at: token) }
        return String(decoding: value, as: UTF8.self)
    }

    /// Reads `a.b.c`. Stops before a dot that no identifier follows.
    mutating func parsePath(_ role: TokenRole = .identifier) throws(SyntaxError) -> PathExpression {
        let first = try parseIdentifier(role)
        return try parsePath(after: first, role)
    }

    /// Reads the rest of a path whose first part is there.
    mutating func parsePath(
        after first: Identifier,
        _ role: TokenRole = .identifier
    ) throws(SyntaxError) -> PathExpression {
        guard kind == .dot, isIdentifier(1) else { return PathExpression(parts: [first], tokens: first.tokens) }
        advance()
        var parts = [first, try takeIdentifier(role)]
        while kind == .dot, isIdentifier(1) {
            advance()
            parts.append(try takeIdentifier(role))
        }
        return PathExpression(parts: parts, tokens: first.tokens.lowerBound..<index)
    }

    /// Reads a path that nothing but an identifier may follow after a dot.
    mutating func parseWholePath(_ role: TokenRole = .identifier) throws(SyntaxError) -> PathExpression {
        let path = try parsePath(role)
        if accept(.dot) { throw unexpected(expected: "an identifier") }
        return path
    }

    /// Reads a path whose first part may be dashed and that nothing but an identifier may follow after a dot.
    mutating func parseWholeDashedPath() throws(SyntaxError) -> PathExpression {
        let path = try parseDashedPath()
        if accept(.dot) { throw unexpected(expected: "an identifier") }
        return path
    }

    /// Reads a path whose first part may be a dashed project name: `my-project-1.dataset.table`.
    mutating func parseDashedPath() throws(SyntaxError) -> PathExpression {
        let start = index
        var parts: [Identifier] = []
        var last = try parseIdentifier()
        while kind == .minus {
            var endsWithNumber = false
            let first = last.tokens.lowerBound
            while kind == .minus, !endsWithNumber { endsWithNumber = try readDash(after: last) }
            last = dashedIdentifier(from: first)
            guard endsWithNumber else { break }
            // `a-1.b` is cut into `a`, `-`, `1.` and `b`: the number ends the part, whatever it is.
            parts.append(last)
            last = try takeIdentifier()
        }
        let rest = try parsePath(after: last)
        return PathExpression(parts: parts + rest.parts, tokens: start..<index)
    }

    /// Reads a dash and the name or number after it. Returns whether it is a number with a point or an exponent.
    private mutating func readDash(after first: Identifier) throws(SyntaxError) -> Bool {
        let dash = index
        let next = peekKind(1)
        let isNumber = next == .integer || next == .floatingPoint
        advance()
        guard isNumber || isIdentifier() else { throw unexpected(expected: "an identifier") }
        if next == .floatingPoint, !isIdentifier(1) {
            advance()
            throw unexpected(expected: "an identifier")
        }
        let isJoined = isAdjacent(dash - 1) && isAdjacent(dash)
        guard isJoined, !first.isQuoted, next != .quotedIdentifier else {
            throw failure("unexpected `-`", at: dash)
        }
        tokens[dash].role = .identifierContinuation
        tokens[index].role = .identifierContinuation
        advance()
        return next == .floatingPoint
    }

    /// The part of a path that the tokens up to the current one spell together.
    private func dashedIdentifier(from start: Int) -> Identifier {
        var end = tokens[index - 1].range.upperBound
        if bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
        let name = String(decoding: bytes[tokens[start].range.lowerBound..<end], as: UTF8.self)
        return Identifier(name: name, isQuoted: false, tokens: start..<index)
    }

    /// Reads `AS name`, if it is there.
    mutating func parseAliasWithKeyword() throws(SyntaxError) -> Alias? {
        let start = index
        guard accept(.as) else { return nil }
        let name = try parseIdentifier()
        return Alias(name: name, hasKeyword: true, tokens: start..<index)
    }

    /// Reads `AS name` or `name`, if it is there.
    mutating func parseAlias() throws(SyntaxError) -> Alias? {
        if keyword == .as { return try parseAliasWithKeyword() }
        guard isIdentifier() else { return nil }
        let name = try takeIdentifier()
        return Alias(name: name, hasKeyword: false, tokens: name.tokens)
    }

    /// Reads `(a, b)`.
    mutating func parseIdentifierList() throws(SyntaxError) -> [Identifier] {
        try parseInParentheses { parser throws(SyntaxError) in
            try parser.parseList { parser throws(SyntaxError) in try parser.parseIdentifier() }
        }
    }

    /// Reads `@name` or `?`.
    mutating func parseParameter() throws(SyntaxError) -> Parameter {
        let start = index
        if accept(.question) { return Parameter(name: nil, tokens: start..<index) }
        // The grammar takes the `@` of a hint for another token.
        if startsHint { throw unexpected(expected: "a parameter") }
        try expect(.at, "@")
        let name = try parseIdentifier()
        return Parameter(name: name, tokens: start..<index)
    }

    /// Reads `@@a.b`.
    mutating func parseSystemVariable() throws(SyntaxError) -> SystemVariable {
        let start = index
        try expect(.doubleAt, "@@")
        let path = try parseWholePath()
        return SystemVariable(path: path, tokens: start..<index)
    }
}

// MARK: - Hints and options

extension Parser {
    /// Whether a hint starts at the current token: `@5` or `@{`.
    var startsHint: Bool {
        kind == .at && (startsWithDigit(1) || peekKind(1) == .leftBrace)
    }

    /// Whether a token is a number that starts with a digit. Only an integer can stand in a hint, but the reference
    /// knows a hint by its first two characters.
    private func startsWithDigit(_ distance: Int) -> Bool {
        switch peekKind(distance) {
        case .integer: true
        case .floatingPoint: bytes[tokens[index + distance].range.lowerBound].isDigit
        default: false
        }
    }

    /// Reads a hint, if there is one.
    mutating func parseHint() throws(SyntaxError) -> Hint? {
        guard startsHint else { return nil }
        let start = index
        advance()
        if kind == .floatingPoint { throw unexpected(expected: "an integer literal") }
        var shards: Int?
        var entries: [HintEntry] = []
        if kind == .integer {
            shards = index
            advance()
            if kind == .at, peekKind(1) == .leftBrace { advance() }
        }
        if kind == .leftBrace, shards == nil || tokens[index - 1].kind == .at {
            advance()
            entries = try parseList { parser throws(SyntaxError) in try parser.parseHintEntry() }
            try expect(.rightBrace, "}")
        }
        for token in start..<index { tokens[token].role = .hint }
        return Hint(shards: shards, entries: entries, tokens: start..<index)
    }

    private mutating func parseHintEntry() throws(SyntaxError) -> HintEntry {
        let start = index
        var qualifier: Identifier?
        var name = try parseHintName()
        if accept(.dot) {
            qualifier = name
            name = try parseHintName()
        }
        try expect(.equal, "=")
        let value = try parseExpression()
        return HintEntry(qualifier: qualifier, name: name, value: value, tokens: start..<index)
    }

    private mutating func parseHintName() throws(SyntaxError) -> Identifier {
        if keyword == .hash || keyword == .proto || keyword == .partition { return try takeIdentifier() }
        return try parseIdentifier()
    }

    /// Reads an expression, or the keyword PROTO as a name.
    private mutating func parseOptionValue() throws(SyntaxError) -> Expression {
        guard keyword == .proto else { return try parseExpression() }
        let name = try takeIdentifier(.typeName)
        return .path(PathExpression(parts: [name], tokens: name.tokens))
    }

    /// Reads `OPTIONS (name = value, …)`, if it is there, where OPTIONS can be nothing else.
    mutating func parseTrailingOptions() throws(SyntaxError) -> [HintEntry] {
        accept(.options) ? try parseOptions() : []
    }

    /// Reads `(name = value, …)`, possibly empty.
    mutating func parseOptions() throws(SyntaxError) -> [HintEntry] {
        try expect(.leftParenthesis, "(")
        var entries: [HintEntry] = []
        if kind != .rightParenthesis {
            entries = try parseList { parser throws(SyntaxError) in
                let start = parser.index
                let name = try parser.parseHintName()
                guard parser.accept(.equal) || parser.accept(.plusEqual) || parser.accept(.minusEqual) else {
                    throw parser.unexpected(expected: "`=`")
                }
                let value = try parser.parseOptionValue()
                return HintEntry(qualifier: nil, name: name, value: value, tokens: start..<parser.index)
            }
        }
        try expect(.rightParenthesis, ")")
        return entries
    }
}
