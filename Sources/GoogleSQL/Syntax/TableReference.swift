/// A name in the text that stands for a table or another object outside the statement.
public struct TableReference: Sendable, Hashable {
    /// What is done with the object.
    public enum Role: String, Sendable, Hashable, CaseIterable {
        /// A table whose rows are read.
        case read
        /// A table that INSERT, UPDATE, DELETE, MERGE, TRUNCATE or LOAD DATA changes.
        case manipulated = "dml"
        /// A table that a definition copies rows or a schema from: CLONE, COPY, LIKE, AS REPLICA OF.
        case source
        /// A table that a foreign key refers to.
        case foreignKey = "fk"
        /// A table that an index, a row access policy or a restriction is on.
        case on
        /// A table that a property graph has nodes or edges in.
        case graphElement = "graph_element"
        /// A property graph that is read.
        case graph
        /// A model.
        case model
        /// A table function that is called.
        case tableFunction = "tvf"
        /// A procedure that is called.
        case procedure
        /// An object that is made.
        case created = "create"
        /// An object that is altered.
        case altered = "alter"
        /// An object that is dropped.
        case dropped = "drop"
        /// An object that privileges are given on or taken from.
        case granted = "grant"
        /// An object that is described.
        case described = "describe"
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
