/// A statement, by the area of the grammar it belongs to. What may run is decided above this module.
public indirect enum Statement: Sendable {
    case query(Query)
    /// INSERT, UPDATE, DELETE, MERGE, TRUNCATE.
    case manipulation(ManipulationStatement)
    /// EXPORT DATA, EXPORT MODEL, LOAD DATA and the like.
    case transfer(TransferStatement)
    /// CREATE …
    case creation(CreateStatement)
    /// ALTER …, RENAME …
    case alteration(AlterStatement)
    /// DROP …, UNDROP …
    case removal(DropStatement)
    /// GRANT, REVOKE.
    case permission(PermissionStatement)
    /// CALL, EXECUTE IMMEDIATE, ASSERT, SET, transactions; in scripts also DECLARE, blocks, branches and loops.
    case procedural(ProceduralStatement)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .query: .query
        case .manipulation(let node): node.kind
        case .transfer(let node): node.kind
        case .creation(let node): node.kind
        case .alteration(let node): node.kind
        case .removal(let node): node.kind
        case .permission(let node): node.kind
        case .procedural(let node): node.kind
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .query(let node): node.tokens
        case .manipulation(let node): node.tokens
        case .transfer(let node): node.tokens
        case .creation(let node): node.tokens
        case .alteration(let node): node.tokens
        case .removal(let node): node.tokens
        case .permission(let node): node.tokens
        case .procedural(let node): node.tokens
        }
    }
}

/// A list of statements, each followed by `;` except perhaps the last: a script, or the body of a block.
public struct StatementList: Sendable {
    /// One of the statements.
    public struct Item: Sendable {
        /// A hint before the statement. It is never printed.
        public let hint: Hint?
        /// The statement.
        public let statement: Statement
    }

    /// The statements in order.
    public let items: [Item]
    /// The tokens it covers, every `;` included.
    @TokenRange public var tokens: Range<Int>
}
