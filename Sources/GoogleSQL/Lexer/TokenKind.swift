/// What the lexer saw.
public enum TokenKind: UInt8, Sendable, Hashable, CaseIterable {
    /// An unquoted word, keyword or not.
    case word
    /// A name in backticks.
    case quotedIdentifier
    /// Digits, or `0x` and hexadecimal digits.
    case integer
    /// Digits with a point or an exponent.
    case floatingPoint
    case string
    case bytes

    case star
    case comma
    case semicolon
    case leftParenthesis
    case rightParenthesis
    case leftBracket
    case rightBracket
    case leftBrace
    case rightBrace
    case equal
    /// `+=`
    case plusEqual
    /// `-=`
    case minusEqual
    /// `!=`
    case bangEqual
    case less
    case lessOrEqual
    case greater
    case greaterOrEqual
    case shiftLeft
    case bar
    /// `||`
    case concatenate
    /// `|>`
    case pipe
    case caret
    case ampersand
    case bang
    case percent
    case plus
    case minus
    case slash
    case tilde
    case dot
    case colon
    case question
    case at
    /// `@@`
    case doubleAt
    case dollar
    /// `=>`
    case namedArgument
    /// `->`
    case arrow
    /// Not a token of the grammar: a word directly after a number, as in `123abc`.
    case attachedWord
    /// Not a token: the parser sees it where the lexer cannot go on.
    case invalid
    /// Not a token: the parser sees it where the text ends.
    case end
}
