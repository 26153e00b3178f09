/// A text with its tokens, whatever tree stands above them.
public protocol ParsedText: Sendable {
    /// The text that was parsed.
    var text: String { get }
    /// The same text as bytes, which tokens point into.
    var bytes: [UInt8] { get }
    /// The tokens in order, without comments and without an end marker.
    var tokens: [Token] { get }
}

/// One statement: its text, its tokens and its tree.
public struct ParsedStatement: ParsedText {
    /// The text that was parsed.
    public let text: String
    /// The same text as bytes, which tokens point into.
    public let bytes: [UInt8]
    /// The tokens in order.
    public let tokens: [Token]
    /// A hint before the statement. It is never printed.
    public let hint: Hint?
    /// The tree.
    public let statement: Statement
}

/// A script: statements with `;` between them, with variables, blocks, branches and loops.
public struct ParsedScript: ParsedText {
    /// The text that was parsed.
    public let text: String
    /// The same text as bytes, which tokens point into.
    public let bytes: [UInt8]
    /// The tokens in order.
    public let tokens: [Token]
    /// The statements of the outermost level.
    public let statements: StatementList
}

/// An expression that stands alone.
public struct ParsedExpression: ParsedText {
    /// The text that was parsed.
    public let text: String
    /// The same text as bytes, which tokens point into.
    public let bytes: [UInt8]
    /// The tokens in order.
    public let tokens: [Token]
    /// The tree.
    public let expression: Expression
}

/// A type that stands alone.
public struct ParsedType: ParsedText {
    /// The text that was parsed.
    public let text: String
    /// The same text as bytes, which tokens point into.
    public let bytes: [UInt8]
    /// The tokens in order.
    public let tokens: [Token]
    /// The tree.
    public let type: TypeName
}
