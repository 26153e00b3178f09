extension Lexer {
    /// The operator or punctuation that starts at the position, the longest that fits.
    ///
    /// `<>`, `<<` and `>>` are left to the parser where they could also belong to a type: `>` is always one token.
    func symbol(_ first: UInt8) -> (kind: TokenKind, length: Int)? {
        let second = byte(1)
        switch first {
        case UInt8(ascii: "*"): return (.star, 1)
        case UInt8(ascii: ","): return (.comma, 1)
        case UInt8(ascii: ";"): return (.semicolon, 1)
        case UInt8(ascii: "("): return (.leftParenthesis, 1)
        case UInt8(ascii: ")"): return (.rightParenthesis, 1)
        case UInt8(ascii: "["): return (.leftBracket, 1)
        case UInt8(ascii: "]"): return (.rightBracket, 1)
        case UInt8(ascii: "{"): return (.leftBrace, 1)
        case UInt8(ascii: "}"): return (.rightBrace, 1)
        case UInt8(ascii: "="): return second == UInt8(ascii: ">") ? (.namedArgument, 2) : (.equal, 1)
        case UInt8(ascii: "+"): return second == UInt8(ascii: "=") ? (.plusEqual, 2) : (.plus, 1)
        case UInt8(ascii: "-"):
            if second == UInt8(ascii: "=") { return (.minusEqual, 2) }
            return second == UInt8(ascii: ">") ? (.arrow, 2) : (.minus, 1)
        case UInt8(ascii: "!"): return second == UInt8(ascii: "=") ? (.bangEqual, 2) : (.bang, 1)
        case UInt8(ascii: "<"):
            if second == UInt8(ascii: "=") { return (.lessOrEqual, 2) }
            return second == UInt8(ascii: "<") ? (.shiftLeft, 2) : (.less, 1)
        case UInt8(ascii: ">"): return second == UInt8(ascii: "=") ? (.greaterOrEqual, 2) : (.greater, 1)
        case UInt8(ascii: "|"):
            if second == UInt8(ascii: ">") { return (.pipe, 2) }
            return second == UInt8(ascii: "|") ? (.concatenate, 2) : (.bar, 1)
        case UInt8(ascii: "^"): return (.caret, 1)
        case UInt8(ascii: "&"): return (.ampersand, 1)
        case UInt8(ascii: "%"): return (.percent, 1)
        case UInt8(ascii: "/"): return (.slash, 1)
        case UInt8(ascii: "~"): return (.tilde, 1)
        case UInt8(ascii: ":"): return (.colon, 1)
        case UInt8(ascii: "?"): return (.question, 1)
        case UInt8(ascii: "@"): return second == UInt8(ascii: "@") ? (.doubleAt, 2) : (.at, 1)
        case UInt8(ascii: "$"): return (.dollar, 1)
        default: return nil
        }
    }
}
