/// A statement that makes a table, a view, a schema or a connection.
public indirect enum CreateRelation: Sendable {
    case table(CreateTable)
    case externalTable(CreateExternalTable)
    case snapshot(CreateSnapshot)
    case view(CreateView)
    case schema(CreateSchema)
    case externalSchema(CreateExternalSchema)
    case connection(CreateConnection)
    case database(CreateDatabase)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .table: .createTable
        case .externalTable: .createExternalTable
        case .snapshot(let node): node.isOfSchema ? .createSnapshot : .createSnapshotTable
        case .view(let node):
            switch node.variant {
            case .plain: .createView
            case .materialized: .createMaterializedView
            case .approximate: .createApproxView
            }
        case .schema: .createSchema
        case .externalSchema: .createExternalSchema
        case .connection: .createConnection
        case .database: .createDatabase
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .table(let node): node.tokens
        case .externalTable(let node): node.tokens
        case .snapshot(let node): node.tokens
        case .view(let node): node.tokens
        case .schema(let node): node.tokens
        case .externalSchema(let node): node.tokens
        case .connection(let node): node.tokens
        case .database(let node): node.tokens
        }
    }
}

/// `CREATE TABLE name (…) …`.
public struct CreateTable: Sendable {
    /// OR REPLACE and TEMP.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// The columns and constraints.
    public let elements: TableElementList?
    /// The table after LIKE, whose columns the new one gets.
    public let like: PathExpression?
    /// The table after CLONE.
    public let clone: DataSource?
    /// The table after COPY.
    public let copy: DataSource?
    /// DEFAULT COLLATE.
    public let defaultCollation: Collation?
    /// PARTITION BY.
    public let partitionBy: [Expression]
    /// CLUSTER BY.
    public let clusterBy: [Expression]
    /// WITH CONNECTION.
    public let connection: ConnectionClause?
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The query after AS.
    public let query: Query?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CREATE EXTERNAL TABLE name (…) … OPTIONS(…)`.
public struct CreateExternalTable: Sendable {
    /// OR REPLACE and TEMP.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// The columns and constraints.
    public let elements: TableElementList?
    /// The table after LIKE, whose columns the new one gets.
    public let like: PathExpression?
    /// DEFAULT COLLATE.
    public let defaultCollation: Collation?
    /// WITH PARTITION COLUMNS.
    public let partitionColumns: PartitionColumns?
    /// WITH CONNECTION.
    public let connection: ConnectionClause?
    /// OPTIONS.
    public let options: [HintEntry]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CREATE SNAPSHOT TABLE name CLONE source`, `CREATE SNAPSHOT SCHEMA …`.
public struct CreateSnapshot: Sendable {
    /// OR REPLACE.
    public let header: CreateHeader
    /// Whether it is of a schema and not of a table.
    public let isOfSchema: Bool
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// What it is a snapshot of.
    public let source: DataSource
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
