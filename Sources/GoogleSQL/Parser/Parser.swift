/// Reads one GoogleSQL statement.
///
/// A hand-written recursive descent parser with precedence climbing for operators. Each area of the grammar is an
/// extension in a file of its own; a method `parseX` expects an X at the current token and throws if there is none.
/// Nothing is parsed twice: where the grammar needs to know what comes, `peek` looks ahead a bounded distance.
/// Left-associative operators are read in loops, so recursion is bounded by `ParserLimits.nestingMax`.
///
/// The grammar is that of `zetasql/parser/zetasql.tm` in google/zetasql, with the features BigQuery has.
public struct Parser {
    let bytes: [UInt8]
    let limits: ParserLimits
    /// The tokens, and `Lexer.endMarkCount` end marks.
    var tokens: [Token]
    /// The current token; never beyond the first end mark.
    var index = 0
    var nesting = 0
    /// The dot of the last `.*` that was seen directly after an expression.
    var dotStarIndex = -1
    /// The first token that shows that MATCH_RECOGNIZE or GRAPH_TABLE before it is a keyword and not a name.
    private var contextualWord: Int?
    private let lexerFailure: (message: String, offset: Int)?

    /// Parses one statement; a `;` at its end is optional.
    public static func parse(
        statement sql: String,
        limits: ParserLimits = .standard
    ) throws(SyntaxError) -> ParsedStatement {
        var parser = try Parser(sql, limits: limits)
        let (hint, statement) = try parser.locatingErrors { parser throws(SyntaxError) in try parser.parseStatement() }
        return ParsedStatement(
            text: sql,
            bytes: parser.bytes,
            tokens: parser.takeTokens(),
            hint: hint,
            statement: statement
        )
    }

    /// Parses a script: statements with `;` between them.
    public static func parse(
        script sql: String,
        limits: ParserLimits = .standard
    ) throws(SyntaxError) -> ParsedScript {
        var parser = try Parser(sql, limits: limits)
        let statements = try parser.locatingErrors { parser throws(SyntaxError) in try parser.parseScript() }
        return ParsedScript(text: sql, bytes: parser.bytes, tokens: parser.takeTokens(), statements: statements)
    }

    /// Parses an expression that stands alone.
    public static func parse(
        expression sql: String,
        limits: ParserLimits = .standard
    ) throws(SyntaxError) -> ParsedExpression {
        var parser = try Parser(sql, limits: limits)
        let expression = try parser.locatingErrors { parser throws(SyntaxError) in
            let expression = try parser.parseExpression()
            try parser.expectEnd()
            return expression
        }
        return ParsedExpression(text: sql, bytes: parser.bytes, tokens: parser.takeTokens(), expression: expression)
    }

    /// Parses a type that stands alone.
    public static func parse(
        type sql: String,
        limits: ParserLimits = .standard
    ) throws(SyntaxError) -> ParsedType {
        var parser = try Parser(sql, limits: limits)
        let type = try parser.parseType()
        try parser.expectEnd()
        return ParsedType(text: sql, bytes: parser.bytes, tokens: parser.takeTokens(), type: type)
    }

    /// Parses one statement from bytes that may not be UTF-8; then the place of the first wrong byte is the error.
    public static func parse(
        utf8 bytes: [UInt8],
        limits: ParserLimits = .standard
    ) throws(SyntaxError) -> ParsedStatement {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            let offset = firstInvalidByte(bytes)
            let position = SourcePosition(of: offset, in: bytes)
            throw SyntaxError(code: .syntax, message: "the text is not UTF-8", offset: offset, position: position)
        }
        return try parse(statement: text, limits: limits)
    }

    init(bytes: [UInt8], limits: ParserLimits) throws(SyntaxError) {
        self.bytes = bytes
        self.limits = limits
        var lexer = Lexer(bytes, tokensMax: limits.tokensMax)
        let isComplete = lexer.run()
        tokens = lexer.tokens
        lexerFailure = lexer.failure
        guard isComplete else {
            let message = "the text has more than \(limits.tokensMax) tokens"
            throw SyntaxError(code: .limit, message: message, offset: 0, position: SourcePosition(line: 1, column: 1))
        }
    }

    private init(_ sql: String, limits: ParserLimits) throws(SyntaxError) {
        guard sql.utf8.count <= limits.queryBytesMax else {
            let message = "the text is longer than \(limits.queryBytesMax) bytes"
            throw SyntaxError(code: .limit, message: message, offset: 0, position: SourcePosition(line: 1, column: 1))
        }
        try self.init(bytes: Array(sql.utf8), limits: limits)
    }

    /// The tokens without the end marks. The parser is of no use after it.
    private mutating func takeTokens() -> [Token] {
        tokens.removeLast(Lexer.endMarkCount)
        return tokens
    }

    /// The index of the first end mark, which is the number of tokens.
    var endIndex: Int { tokens.count - Lexer.endMarkCount }

    private static func firstInvalidByte(_ bytes: [UInt8]) -> Int {
        var decoder = UTF8()
        var iterator = bytes.makeIterator()
        var offset = 0
        while case .scalarValue(let scalar) = decoder.decode(&iterator) {
            offset += String(Character(scalar)).utf8.count
        }
        return min(offset, bytes.count)
    }
}

// MARK: - Errors

extension Parser {
    /// Notes that a word that is not reserved was read as a keyword, which this token shows.
    mutating func noteContextualWord(at token: Int) {
        if contextualWord == nil { contextualWord = token }
    }

    /// Reads a whole text. In a text with MATCH_RECOGNIZE or GRAPH_TABLE an error is placed where the reference places
    /// it, for which both are names unless the text is right with both as keywords.
    private mutating func locatingErrors<Node>(
        _ body: (inout Parser) throws(SyntaxError) -> Node
    ) throws(SyntaxError) -> Node {
        do throws(SyntaxError) {
            let node = try body(&self)
            if contextualWord != nil { try checkContextualWords() }
            return node
        } catch {
            guard let contextualWord, error.code == .syntax || error.code == .unsupported else { throw error }
            throw failure("the query from here on is wrong at \(error)", at: contextualWord, code: error.code)
        }
    }

    /// Throws if MATCH_RECOGNIZE or GRAPH_TABLE is a name in a text where one of them is a keyword.
    private func checkContextualWords() throws(SyntaxError) {
        for (index, token) in tokens.enumerated() where token.role.isIdentifier && token.kind == .word {
            if token.keyword == .graphTable || token.keyword == .matchRecognize {
                throw failure("\(describe(index)) is a keyword here; as a name it needs backticks", at: index)
            }
        }
    }

    /// An error at a token.
    ///
    /// At the end of the text it stands before trailing white space, where people look for it, as in the reference.
    func failure(_ message: String, at token: Int, code: SyntaxError.Code = .syntax) -> SyntaxError {
        let offset = tokens[token].kind == .end ? endOffset : tokens[token].range.lowerBound
        return failure(message, offset: offset, code: code)
    }

    /// Where an error at the end of the text is: after the last token, or behind comments that follow it.
    private var endOffset: Int {
        let lastEnd = endIndex > 0 ? tokens[endIndex - 1].range.upperBound : 0
        let rest = bytes[lastEnd...]
        guard let first = rest.firstIndex(where: { !$0.isSpace }), bytes[first] < 0x80 else { return lastEnd }
        // All that is left is comments and spaces beyond ASCII; the reference looks at the last two bytes alone.
        guard let last = rest.lastIndex(where: { !$0.isSpace }), bytes[last] == UInt8(ascii: "/") else {
            return bytes.count
        }
        return bytes[last - 1] == UInt8(ascii: "*") ? last + 1 : bytes.count
    }

    /// An error at a byte.
    func failure(_ message: String, offset: Int, code: SyntaxError.Code = .syntax) -> SyntaxError {
        SyntaxError(code: code, message: message, offset: offset, position: SourcePosition(of: offset, in: bytes))
    }

    /// The error that the current token cannot stand here, or what the lexer found wrong at it.
    func unexpected(expected: String? = nil) -> SyntaxError {
        if kind == .invalid, let lexerFailure {
            return failure(lexerFailure.message, offset: lexerFailure.offset)
        }
        // `a.*` reads as far as the star where only an expression can stand.
        let place = index == dotStarIndex ? index + 1 : index
        let found = describe(place)
        return failure(expected.map { "expected \($0) but found \(found)" } ?? "unexpected \(found)", at: place)
    }

    /// A token in words for a message.
    func describe(_ token: Int) -> String {
        switch tokens[token].kind {
        case .end, .invalid: return "the end of the text"
        case .string: return "a string literal"
        case .bytes: return "a bytes literal"
        case .integer: return "an integer literal"
        case .floatingPoint: return "a floating point literal"
        case .attachedWord: return "a word without white space after a number"
        default:
            let range = tokens[token].range
            guard range.count <= 64 else { return "a long name" }
            let text = String(decoding: bytes[range], as: UTF8.self)
            return tokens[token].keyword == .none ? "`\(text)`" : "`\(tokens[token].keyword.spelling)`"
        }
    }

    /// Counts levels of nesting; `leave` takes them back.
    mutating func enter(_ levels: Int = 1) throws(SyntaxError) {
        nesting += levels
        if nesting > limits.nestingMax {
            throw failure("nested deeper than \(limits.nestingMax) levels", at: index, code: .limit)
        }
    }

    /// Takes back what `enter` counted.
    mutating func leave(_ levels: Int = 1) {
        nesting -= levels
    }
}

extension SourcePosition {
    /// The width of a tab stop.
    private static let tabWidth = 8

    /// The position of a byte of a text.
    init(of offset: Int, in bytes: [UInt8]) {
        var line = 1
        var column = 1
        var index = 0
        let end = min(offset, bytes.count)
        while index < end {
            let byte = bytes[index]
            index += 1
            switch byte {
            case 0x0A:
                line += 1
                column = 1
            case 0x0D:
                if index < bytes.count, bytes[index] == 0x0A {
                    guard index < end else { break }
                    index += 1
                }
                line += 1
                column = 1
            case 0x09:
                column += Self.tabWidth - (column - 1) % Self.tabWidth
            case 0x80...0xBF:
                break
            default:
                column += 1
            }
        }
        self.init(line: line, column: column)
    }
}
