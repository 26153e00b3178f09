/// One part of a name, decoded: the only leaf of the tree that holds a name.
///
/// Every identifier the parser consumes is in exactly one `Identifier`, except inside hints.
public struct Identifier: Sendable, Hashable {
    /// The name without backticks and with its escapes decoded. A dashed project name is one part, dashes included.
    public let name: String
    /// Whether it was written in backticks.
    public let isQuoted: Bool
    /// The tokens it covers: one, or several for a dashed project name such as `my-project-1`.
    @TokenRange public var tokens: Range<Int>
}

/// Identifiers joined by dots: a column, a field, a table, a function or a type, depending on where it stands.
public struct PathExpression: Sendable, Hashable {
    /// The parts, at least one. A quoted `` `p.d.t` `` is one part with dots inside.
    public let parts: [Identifier]
    /// The tokens it covers, dots included.
    @TokenRange public var tokens: Range<Int>

    /// The decoded names of the parts.
    public var names: [String] { parts.map(\.name) }
}

/// A name given to an expression, a table or a query: `AS x`, or `x` alone where the grammar lets `AS` be left out.
public struct Alias: Sendable, Hashable {
    /// The name.
    public let name: Identifier
    /// Whether `AS` was written.
    public let hasKeyword: Bool
    /// The tokens it covers, `AS` included.
    @TokenRange public var tokens: Range<Int>
}

/// A query parameter: `@name`, or `?` where `name` is nil.
public struct Parameter: Sendable, Hashable {
    /// The name as written, without `@`; nil for a positional parameter. Parameters compare without case.
    public let name: Identifier?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A system variable: `@@time_zone`, `@@error.message`.
public struct SystemVariable: Sendable, Hashable {
    /// The path after `@@`.
    public let path: PathExpression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A hint: `@5`, `@{a = 1, b.c = 2}` or `@5 @{…}`.
///
/// Hints are never printed. Identifiers and tables inside do not count in `ParsedStatement.identifierTokens`.
public struct Hint: Sendable {
    /// The token of the number after `@`.
    public var shards: Int? { content.shards }
    /// The entries between braces.
    public var entries: [HintEntry] { content.entries }
    /// The tokens it covers.
    public var tokens: Range<Int> { content.tokens }

    /// One word in size, because hints are rare and many nodes have room for one.
    private let content: Content

    private final class Content: Sendable {
        let shards: Int?
        let entries: [HintEntry]
        let tokens: Range<Int>

        init(shards: Int?, entries: [HintEntry], tokens: Range<Int>) {
            self.shards = shards
            self.entries = entries
            self.tokens = tokens
        }
    }

    init(shards: Int?, entries: [HintEntry], tokens: Range<Int>) {
        content = Content(shards: shards, entries: entries, tokens: tokens)
    }
}

/// `name = value` or `engine.name = value` inside a hint or an OPTIONS list.
public struct HintEntry: Sendable {
    /// The engine before the dot.
    public let qualifier: Identifier?
    /// The name of the entry.
    public let name: Identifier
    /// The value.
    public let value: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
