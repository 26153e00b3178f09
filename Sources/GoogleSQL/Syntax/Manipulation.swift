/// A statement that changes the rows of a table.
public indirect enum ManipulationStatement: Sendable {
    case insert(InsertStatement)
    case update(UpdateStatement)
    case delete(DeleteStatement)
    case merge(MergeStatement)
    case truncate(TruncateStatement)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .insert: .insert
        case .update: .update
        case .delete: .delete
        case .merge: .merge
        case .truncate: .truncate
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .insert(let node): node.tokens
        case .update(let node): node.tokens
        case .delete(let node): node.tokens
        case .merge(let node): node.tokens
        case .truncate(let node): node.tokens
        }
    }
}

/// `TRUNCATE TABLE t WHERE …`.
public struct TruncateStatement: Sendable {
    /// The table.
    public let target: PathExpression
    /// WHERE.
    public let filter: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `THEN RETURN WITH ACTION AS a …`: the changed rows as a result.
public struct ReturningClause: Sendable {
    /// Whether WITH ACTION asks for a column that says what was done to the row.
    public let hasAction: Bool
    /// The name of that column; ACTION if none is written.
    public let actionName: Identifier?
    /// The columns, at least one.
    public let items: [SelectItem]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
