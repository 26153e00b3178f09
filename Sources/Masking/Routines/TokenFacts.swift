import GoogleSQL

/// What the tokens of an expression tell of it, whatever its tree is. Where that is not certain they tell the worse.
struct TokenFacts {
    /// Functions that give another value each time.
    private static let volatile: Set<String> = ["RAND", "GENERATE_UUID", "NEW_UUID"]

    /// Whether it gives another value each time it is computed.
    private(set) var isVolatile = false
    /// Whether it holds a query.
    private(set) var hasQuery = false
    /// Whether it gives names of its own to values: a query, a lambda, WITH(…).
    private(set) var bindsNames = false
    /// The first call of an aggregate function or of one over a window that is in no query inside of it.
    private(set) var aggregate: Int?
    /// Whether something in it has a window.
    private(set) var hasWindow = false

    init(_ parsed: some ParsedText, _ range: Range<Int>) {
        // For each open parenthesis whether it opens a query.
        var open: [Bool] = []
        var depthOfQueries = 0
        for index in range.clamped(to: parsed.tokens.indices) {
            let token = parsed.tokens[index]
            if token.kind == .leftParenthesis {
                let next = index + 1 < parsed.tokens.count ? parsed.tokens[index + 1].keyword : .none
                let before = index > 0 ? parsed.tokens[index - 1].keyword : .none
                let isQuery = next == .select || next == .from || (next == .with && before != .with)
                open.append(isQuery)
                if isQuery { depthOfQueries += 1 }
            }
            if token.kind == .rightParenthesis, open.popLast() == true { depthOfQueries -= 1 }
            if token.kind == .arrow { bindsNames = true }
            if token.keyword == .select { hasQuery = true }
            if token.keyword == .with { bindsNames = true }
            if token.keyword == .tablesample { isVolatile = true }
            if token.keyword == .over { hasWindow = true }
            if token.keyword == .over, depthOfQueries == 0, aggregate == nil { aggregate = index }
            guard token.role == .functionName else { continue }
            let name = Self.functionName(endingAt: index, of: parsed)
            if Self.volatile.contains(name) { isVolatile = true }
            if depthOfQueries == 0, aggregate == nil, PassingFunctions.ofManyRows.contains(name) {
                aggregate = index
            }
        }
        if depthOfQueries > 0 || !open.isEmpty { hasQuery = true }
        hasQuery = hasQuery || Self.beginsQuery(parsed, range)
        bindsNames = bindsNames || hasQuery
    }

    /// The name of a function up to one of its parts, upper case: `HLL_COUNT.INIT`. `SAFE.` before it says nothing.
    private static func functionName(endingAt index: Int, of parsed: some ParsedText) -> String {
        var first = index
        while first > 1, parsed.tokens[first - 1].kind == .dot, parsed.tokens[first - 2].role == .functionName {
            first -= 2
        }
        var parts = stride(from: first, through: index, by: 2).map { parsed.name(of: $0).uppercased() }
        if parts.count > 1, parts.first == "SAFE" { parts.removeFirst() }
        return parts.joined(separator: ".")
    }

    /// A query in pipe syntax has no SELECT: `(FROM t |> …)`.
    private static func beginsQuery(_ parsed: some ParsedText, _ range: Range<Int>) -> Bool {
        range.dropLast().contains { index in
            parsed.tokens[index].kind == .leftParenthesis && parsed.tokens[index + 1].keyword == .from
        }
    }
}
