/// A statement.
public enum Statement: Sendable {
    case query(Query)
    /// Any other statement, told by its leading keywords.
    case other(OtherStatement)
}

/// A statement that is no query and is not taken apart.
public struct OtherStatement: Sendable, Hashable {
    /// The kind as ZetaSQL names it, for instance `InsertStatement`; `ScriptStatement` for scripting.
    public let kind: String
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// One statement: its text, its tokens and its tree.
public struct ParsedStatement: Sendable {
    /// The text that was parsed.
    public let text: String
    /// The tokens in order, without comments and without an end marker.
    public let tokens: [Token]
    /// A hint before the statement. It is never printed.
    public let hint: Hint?
    /// The tree.
    public let statement: Statement
}

/// A name in the text that stands for a table or another object outside the statement.
public struct TableReference: Sendable, Hashable {
    /// What is done with the object.
    public enum Role: Sendable, Hashable, CaseIterable {
        /// A table whose rows are read.
        case read
        /// A table function that is called.
        case tableFunction
        /// A model.
        case model
        /// A property graph.
        case graph
    }

    /// The decoded parts. A quoted `` `p.d.t` `` is one part.
    public let path: [String]
    /// What is done with it.
    public let role: Role
    /// Whether it stands in a hint, which is never printed.
    public let isInHint: Bool
    /// The tokens of the path.
    public let tokens: Range<Int>
    /// The place of the path in the text, in UTF-8 bytes.
    public let bytes: Range<Int>
}
