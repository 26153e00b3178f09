/// A text without its literals, for telling whether two texts are alike but for the values in them.
public enum LiteralFreeText {
    /// The tokens of a text as they are written, with `?` for each literal of text, bytes or a number, and one space
    /// between them; comments and white space are no tokens. `nil` for what is no GoogleSQL, or too long.
    public static func of(_ text: String, limits: ParserLimits = .standard) -> String? {
        var lexer = Lexer(Array(text.utf8), tokensMax: limits.tokensMax)
        guard lexer.run(), lexer.failure == nil else { return nil }
        var written: [UInt8] = []
        written.reserveCapacity(lexer.bytes.count)
        for token in lexer.tokens.dropLast(Lexer.endMarkCount) {
            if !written.isEmpty { written.append(UInt8(ascii: " ")) }
            switch token.kind {
            case .string, .bytes, .integer, .floatingPoint: written.append(UInt8(ascii: "?"))
            default: written += lexer.bytes[token.range]
            }
        }
        return String(decoding: written, as: UTF8.self)
    }
}
