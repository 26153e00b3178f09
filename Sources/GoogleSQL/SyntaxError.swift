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
        /// The text asks for legacy SQL.
        case legacySQL
        /// The grammar of GoogleSQL allows it, this parser does not (yet).
        case unsupported
    }

    /// What kind of error.
    public let code: Code
    /// One line: what was found and what was expected.
    public let message: String
    /// Where, in UTF-8 bytes from the start of the text.
    public let offset: Int
    /// Where, for people.
    public let position: SourcePosition
}
