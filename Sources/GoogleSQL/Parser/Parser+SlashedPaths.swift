/// Paths with slashes, as other systems than BigQuery have them: `/span/global/x:y.t`.
extension Parser {
    /// Throws if a path with slashes starts at the current token. It is read to its end, because what is wrong inside
    /// comes first.
    mutating func refuseSlashedPath() throws(SyntaxError) {
        guard kind == .slash else { return }
        let start = index
        repeat {
            let separator = index
            let isJoined = separator == start || isAdjacent(separator - 1)
            advance()
            var next = separator + 1
            if kind == .floatingPoint, separator > start {
                advance()
                let endsName = isIdentifier()
                guard endsName || isPathSeparator else { throw unexpected(expected: "an identifier") }
                if !endsName { advance() }
                next = index
                let point = bytes[tokens[separator + 1].range].lastIndex(of: UInt8(ascii: "."))
                let isWrong = endsName ? point != tokens[separator + 1].range.upperBound - 1 : point != nil
                if isWrong { throw failure("unexpected a floating point literal", at: separator + (endsName ? 0 : 1)) }
            }
            guard isIdentifier() || kind == .integer else { throw unexpected(expected: "an identifier") }
            guard isJoined, isAdjacent(separator), tokens[next].kind != .quotedIdentifier else {
                throw failure("unexpected \(describe(separator))", at: separator)
            }
            advance()
        } while isPathSeparator
        while accept(.dot) { _ = try parseIdentifier() }
        throw failure("a table name with `/` needs backticks", at: start)
    }

    private var isPathSeparator: Bool { kind == .slash || kind == .minus || kind == .colon }
}
