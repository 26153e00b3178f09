/// A statement that makes a function, a procedure, a model, an index, a policy, a graph or an entity.
public indirect enum CreateRoutine: Sendable {
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
