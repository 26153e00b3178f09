/// The smallest piece of a text that the grammar knows.
public struct Token: Sendable, Hashable {
    /// What the lexer saw.
    public let kind: TokenKind
    /// Which keyword an unquoted word is, reserved or not.
    public let keyword: Keyword
    /// What the parser took it for.
    public internal(set) var role: TokenRole
    let lowerBound: Int32
    let upperBound: Int32

    /// Its place in the text, in UTF-8 bytes.
    public var range: Range<Int> { Int(lowerBound)..<Int(upperBound) }
}

/// What the parser took a token for. It decides how the token is printed.
public enum TokenRole: UInt8, Sendable, Hashable, CaseIterable {
    /// A keyword of the grammar, an operator, punctuation or a literal.
    case syntax
    /// Part of the name of a column, table, alias, parameter and so on.
    case identifier
    /// A further token of a dashed project name, after one with the role `identifier`.
    case identifierContinuation
    /// A further string or bytes literal that is concatenated with the one before.
    case literalContinuation
    /// An angle bracket around the arguments of a type.
    case typeBracket
    /// Part of the name of a function.
    case functionName
    /// Part of the name of a type.
    case typeName
    /// A word that the grammar takes for a name but that names nothing: a date part, a sampling method.
    case datePart
    /// Inside a hint: never printed.
    case hint
    /// Part of the arrow of a graph pattern that must touch the token before it: the `[` and the last `-` of `-[e]-`.
    case edgeContinuation
}
