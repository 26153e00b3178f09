/// A place in a text for people.
public struct SourcePosition: Sendable, Hashable {
    /// The line, from 1. `\n`, `\r` and `\r\n` each end a line.
    public let line: Int
    /// The column, from 1, in code points; a TAB goes to the next multiple of 8, plus 1.
    public let column: Int

    /// Creates a position.
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Why a text is no statement that can be parsed.
public struct SyntaxError: Error, Sendable, Hashable {
    /// What kind of error.
    public enum Code: Sendable, Hashable, CaseIterable {
        /// The text does not follow the grammar.
        case syntax
        /// A limit of `ParserLimits` is exceeded.
        case limit
        /// The text holds more than one statement.
        case severalStatements
        /// The text starts with a statement that can only stand in a script.
        case script
        /// The text asks for legacy SQL.
        case legacySQL
        /// The grammar of GoogleSQL allows it, this parser does not (yet).
        case unsupported
    }

    /// What kind of error.
    public var code: Code { content.code }
    /// One line: what was found and what was expected.
    public var message: String { content.message }
    /// Where, in UTF-8 bytes from the start of the text.
    public var offset: Int { content.offset }
    /// Where, for people.
    public var position: SourcePosition { content.position }

    /// One word in size, because every frame of the parser has room for an error.
    private let content: Content

    private final class Content: Sendable {
        let code: Code
        let message: String
        let offset: Int
        let position: SourcePosition

        init(code: Code, message: String, offset: Int, position: SourcePosition) {
            self.code = code
            self.message = message
            self.offset = offset
            self.position = position
        }
    }

    /// Creates an error; the parser fills in the position.
    init(code: Code, message: String, offset: Int, position: SourcePosition) {
        content = Content(code: code, message: message, offset: offset, position: position)
    }

    /// Whether two errors say the same about the same place.
    public static func == (left: SyntaxError, right: SyntaxError) -> Bool {
        left.code == right.code && left.message == right.message && left.offset == right.offset
            && left.position == right.position
    }

    /// Feeds what `==` compares to a hasher.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(message)
        hasher.combine(offset)
        hasher.combine(position)
    }
}

extension SyntaxError: CustomStringConvertible {
    /// `line:column: message`.
    public var description: String { "\(position.line):\(position.column): \(message)" }
}
