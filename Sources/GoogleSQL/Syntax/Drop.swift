/// A statement that removes an object, or brings one back.
public indirect enum DropStatement: Sendable {
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
