/// A statement that makes an object.
public indirect enum CreateStatement: Sendable {
    /// A table, a view or another thing that is read like a table, or a container of such.
    case relation(CreateRelation)
    /// A routine, a model, an index, a policy or anything else.
    case routine(CreateRoutine)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .relation(let node): node.kind
        case .routine(let node): node.kind
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .relation(let node): node.tokens
        case .routine(let node): node.tokens
        }
    }
}

/// What stands between CREATE and the kind of object.
public struct CreateHeader: Sendable, Hashable {
    /// How long the object lives, or who sees it.
    public enum Scope: Sendable, Hashable, CaseIterable {
        case temporary
        case `public`
        case `private`
    }

    /// Whether OR REPLACE is there.
    public let replaces: Bool
    /// TEMP, TEMPORARY, PUBLIC or PRIVATE.
    public let scope: Scope?
    /// The tokens it covers, CREATE included.
    @TokenRange public var tokens: Range<Int>
}
