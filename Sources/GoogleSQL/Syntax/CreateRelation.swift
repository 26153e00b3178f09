/// A statement that makes a table, a view, a schema or a connection.
public indirect enum CreateRelation: Sendable {
    case unread(OtherStatement)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .unread(let node): node.kind
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .unread(let node): node.tokens
        }
    }
}
