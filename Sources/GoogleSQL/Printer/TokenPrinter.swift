/// Prints a statement from its tokens in one canonical form.
///
/// Comments and hints are left out; keywords are in upper case, names and literals quoted in one way. What is printed
/// reads back as the same tokens, and prints the same again.
public struct TokenPrinter {
    private let parsed: any ParsedText
    // Those of `parsed`, which would cost a call for each token.
    private let tokens: [Token]
    private let bytes: [UInt8]
    private var output = TextBuffer()
    /// Whether what comes next follows without a space.
    private var isGlued = true
    /// The token printed last, if it was no edit.
    private var previous: Int?

    /// Prints a statement with some of its tokens replaced.
    ///
    /// Edits that overlap an edit before them, in the order of their first tokens, are left out.
    public static func print(_ parsed: some ParsedText, edits: [TokenEdit] = []) -> String {
        print(parsed, tokens: parsed.tokens.indices, edits: edits)
    }

    /// Prints some of the tokens, such as those of one expression. Edits outside the range are left out.
    public static func print(_ parsed: some ParsedText, tokens range: Range<Int>, edits: [TokenEdit] = []) -> String {
        print(parts: [range], of: parsed, edits: edits)[0]
    }

    /// Prints some parts of a statement, each on its own and with those edits that lie inside of it.
    public static func print(
        parts: [Range<Int>],
        of parsed: some ParsedText,
        edits: [TokenEdit] = []
    ) -> [String] {
        let sorted = TokenEdit.inOrder(edits)
        var printer = TokenPrinter(parsed)
        return parts.map { part in
            let part = part.clamped(to: parsed.tokens.indices)
            printer.begin(byteCount: parsed.byteRange(of: part).count)
            let first = sorted.partitioningIndex { $0.tokens.lowerBound >= part.lowerBound }
            let inside = sorted[first...].prefix { $0.tokens.lowerBound <= part.upperBound }
                .filter { $0.tokens.upperBound <= part.upperBound }
            printer.run(inside[...], over: part)
            return printer.output.text
        }
    }

    private init(_ parsed: some ParsedText) {
        self.parsed = parsed
        tokens = parsed.tokens
        bytes = parsed.bytes
    }

    private mutating func begin(byteCount: Int) {
        output = TextBuffer(capacity: byteCount + byteCount / 4 + 64)
        isGlued = true
        previous = nil
    }

    /// - Parameter edits: by their first tokens.
    private mutating func run(_ edits: ArraySlice<TokenEdit>, over range: Range<Int>) {
        var next = edits.startIndex
        var index = range.lowerBound
        while index < range.upperBound {
            var isReplaced = false
            while next < edits.endIndex, edits[next].tokens.lowerBound <= index, !isReplaced {
                let edit = edits[next]
                next += 1
                guard edit.tokens.lowerBound == index else { continue }
                append(edit.text)
                if !edit.tokens.isEmpty {
                    index = min(edit.tokens.upperBound, range.upperBound)
                    isReplaced = true
                }
            }
            if !isReplaced { index = printToken(index) }
        }
        for edit in edits[next...] where edit.tokens.lowerBound >= index { append(edit.text) }
    }

    /// Prints a token with those that belong to it, and returns the token after them.
    private mutating func printToken(_ index: Int) -> Int {
        let token = tokens[index]
        var next = index + 1
        switch token.role {
        case .hint:
            return next
        case .identifier, .typeName, .functionName, .datePart:
            while next < tokens.count, tokens[next].role == .identifierContinuation { next += 1 }
            printName(index, next)
        case .identifierContinuation, .literalContinuation:
            break  // Printed with the token before.
        case .syntax, .typeBracket, .edgeContinuation:
            while next < tokens.count, tokens[next].role == .literalContinuation { next += 1 }
            printSyntax(token, index..<next)
        }
        return next
    }

    // MARK: Names

    private mutating func printName(_ index: Int, _ next: Int) {
        let token = tokens[index]
        if next > index + 1 {
            printDashedName(index, next)
            return
        }
        let isWord = token.kind == .word && bytes[token.range.lowerBound].isWordStart
        switch token.role {
        case .functionName, .typeName:
            if isWord { return append(token.range, before: .word, index) }
        case .datePart:
            if isWord { return append(token.range, before: .word, index, inUpperCase: true) }
        case .identifier:
            if isWord, isPlainWord(token, index) { return append(token.range, before: .word, index) }
        case .syntax, .typeBracket, .identifierContinuation, .literalContinuation, .hint, .edgeContinuation:
            break
        }
        var name = quotedIdentifier(parsed.name(of: index))
        if token.role == .datePart, name.utf8.first != UInt8(ascii: "`") { name = name.uppercased() }
        append(name, before: token.kind, index: index)
    }

    /// Whether a word needs no backticks anywhere.
    private func isPlainWord(_ token: Token, _ index: Int) -> Bool {
        let first = bytes[token.range.lowerBound].lowerCased
        let mayBeCurrent = first == UInt8(ascii: "c") && token.range.count >= 12
        // After these the lexer does not say which keyword a word is.
        let before = index > 0 ? tokens[index - 1].kind : .end
        guard mayBeCurrent || before == .dot || before == .at || before == .doubleAt else {
            return token.keyword == .none
        }
        return isPlainName(bytes, token.range)
    }

    /// Prints `a-b-1` in backticks, and the dot that is part of a number at its end or left out after one.
    private mutating func printDashedName(_ index: Int, _ next: Int) {
        var end = tokens[next - 1].range.upperBound
        if bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
        let name = String(decoding: bytes[tokens[index].range.lowerBound..<end], as: UTF8.self)
        append(quotedIdentifier(name), before: .quotedIdentifier, index: index)
        if tokens[next - 1].kind == .floatingPoint {
            output.append(UInt8(ascii: "."))
            isGlued = true
        }
    }

    // MARK: Keywords, symbols and literals

    private mutating func printSyntax(_ token: Token, _ range: Range<Int>) {
        let index = range.lowerBound
        switch token.kind {
        case .word: append(token.range, before: .word, index, inUpperCase: token.keyword != .none)
        case .quotedIdentifier: append(quotedIdentifier(parsed.name(of: index)), before: token.kind, index: index)
        case .string where range.count == 1 && isCanonicalString(token): append(token.range, before: .string, index)
        case .string: append(quotedString(parsed.decodedString(of: range)), before: token.kind, index: index)
        case .bytes: append(quotedBytes(parsed.decodedBytes(of: range)), before: token.kind, index: index)
        case .bangEqual: append("<>", before: token.kind, index: index)
        case .floatingPoint where bytes[token.range.lowerBound] == UInt8(ascii: "."):
            // With the hint before it gone, a number may follow a word after which its dot would be read alone.
            append("0", before: token.kind, index: index)
            output.append(bytes, token.range)
        default: append(token.range, before: token.kind, index)
        }
    }

    /// Whether a literal is written as it is printed: in single quotes, of plain characters.
    private func isCanonicalString(_ token: Token) -> Bool {
        let range = token.range
        guard bytes[range.lowerBound] == UInt8(ascii: "'") else { return false }
        return bytes[range.lowerBound + 1..<range.upperBound - 1].allSatisfy { byte in
            byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "'") && byte != UInt8(ascii: "\\")
        }
    }

    /// Appends the text of an edit, with a space before it unless the token before asks for none.
    private mutating func append(_ piece: String) {
        guard !piece.isEmpty else { return }
        if !isGlued { output.append(UInt8(ascii: " ")) }
        output.append(piece)
        isGlued = false
        previous = nil
    }

    /// Appends text in place of a token, with a space before it unless the tokens around belong together.
    private mutating func append(_ piece: String, before kind: TokenKind, index: Int) {
        guard !piece.isEmpty else { return }
        separate(kind, index)
        output.append(piece)
        isGlued = gluesToNext(kind, index)
        previous = index
    }

    /// Appends bytes of the source.
    private mutating func append(
        _ range: Range<Int>,
        before kind: TokenKind,
        _ index: Int,
        inUpperCase: Bool = false
    ) {
        separate(kind, index)
        if inUpperCase {
            output.append(upperCased: bytes, range)
        } else {
            output.append(bytes, range)
        }
        isGlued = gluesToNext(kind, index)
        previous = index
    }

    private mutating func separate(_ kind: TokenKind, _ index: Int) {
        if !isGlued && !gluesToPrevious(kind, index) { output.append(UInt8(ascii: " ")) }
    }

    private func gluesToPrevious(_ kind: TokenKind, _ index: Int) -> Bool {
        switch kind {
        case .comma, .semicolon, .colon, .rightParenthesis, .rightBracket: return true
        case .dot: return isPathDot
        case .leftParenthesis: return previous.map { bindsParenthesis(tokens[$0]) } ?? false
        case .leftBracket:
            if tokens[index].role == .edgeContinuation { return true }
            return previous.map { bindsBracket(tokens[$0]) } ?? false
        case .minus, .arrow: return tokens[index].role == .edgeContinuation
        case .less: return tokens[index].role == .typeBracket
        case .greater:
            if tokens[index].role == .typeBracket { return true }
            // `>>` and `<>` are two tokens that must touch, or must not, as they did.
            guard let previous else { return false }
            let token = tokens[previous]
            let touches = token.upperBound == tokens[index].lowerBound
            return touches && (token.kind == .greater || token.kind == .less)
        default: return false
        }
    }

    private func gluesToNext(_ kind: TokenKind, _ index: Int) -> Bool {
        switch kind {
        case .leftParenthesis, .leftBracket: return true
        case .at, .doubleAt: return true
        case .dot: return isPathDot
        case .less: return tokens[index].role == .typeBracket
        default: return false
        }
    }

    /// Whether the token before a dot is one after which the lexer takes it for part of a path, and not of a number.
    private var isPathDot: Bool {
        guard let previous else { return false }
        let token = tokens[previous]
        switch token.kind {
        case .quotedIdentifier, .rightParenthesis, .rightBracket, .question: return true
        case .word: return token.role != .syntax || !token.keyword.isReserved
        default: return false
        }
    }

    /// Whether `(` belongs to the token before it: a call, a type with parameters.
    private func bindsParenthesis(_ token: Token) -> Bool {
        switch token.role {
        case .functionName, .typeName: return true
        case .identifier, .identifierContinuation, .literalContinuation, .hint, .datePart: return false
        case .typeBracket: return token.kind == .greater
        case .syntax, .edgeContinuation: break
        }
        switch token.keyword {
        case .cast, .safeCast, .extract, .unnest, .array, .struct, .replaceFields, .options, .exists: return true
        default: return false
        }
    }

    /// Whether `[` belongs to the token before it: an element, a typed array.
    private func bindsBracket(_ token: Token) -> Bool {
        switch token.role {
        case .identifier, .functionName: return true
        case .identifierContinuation, .literalContinuation, .hint, .datePart, .typeName: return false
        case .typeBracket: return token.kind == .greater
        case .syntax, .edgeContinuation: break
        }
        switch token.kind {
        case .rightParenthesis, .rightBracket: return true
        default: return token.keyword == .array
        }
    }
}
