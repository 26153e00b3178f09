/// A statement that moves data into or out of BigQuery.
public indirect enum TransferStatement: Sendable {
    case exportData(ExportDataStatement)
    case exportModel(ExportModelStatement)
    case exportMetadata(ExportMetadataStatement)
    case loadData(LoadDataStatement)
    case cloneData(CloneDataStatement)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .exportData: .exportData
        case .exportModel: .exportModel
        case .exportMetadata: .exportMetadata
        case .loadData: .loadData
        case .cloneData: .cloneData
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .exportData(let node): node.tokens
        case .exportModel(let node): node.tokens
        case .exportMetadata(let node): node.tokens
        case .loadData(let node): node.tokens
        case .cloneData(let node): node.tokens
        }
    }
}

/// `EXPORT DATA WITH CONNECTION c OPTIONS(…) AS …`. Also the EXPORT DATA of pipe syntax, which has no query.
public struct ExportDataStatement: Sendable {
    /// WITH CONNECTION.
    public let connection: ConnectionClause?
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The query after AS; nil in pipe syntax, where the rows are those before the operator.
    public let query: Query?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `EXPORT MODEL m OPTIONS(…)`.
public struct ExportModelStatement: Sendable {
    /// The model.
    public let model: PathExpression
    /// WITH CONNECTION.
    public let connection: ConnectionClause?
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `EXPORT TABLE METADATA FROM t OPTIONS(…)`.
public struct ExportMetadataStatement: Sendable {
    /// The table.
    public let table: PathExpression
    /// WITH CONNECTION.
    public let connection: ConnectionClause?
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `LOAD DATA INTO t (a INT64) PARTITION BY a OPTIONS(…) FROM FILES (…)`.
public struct LoadDataStatement: Sendable {
    /// INTO or OVERWRITE.
    public enum Mode: Sendable, Hashable, CaseIterable {
        case append
        case overwrite
    }

    /// `OVERWRITE PARTITIONS (condition)`.
    public struct Partitions: Sendable {
        /// Whether OVERWRITE is there.
        public let overwrites: Bool
        /// Which partitions.
        public let condition: Expression
        /// The tokens it covers.
        @TokenRange public var tokens: Range<Int>
    }

    /// INTO or OVERWRITE.
    public let mode: Mode
    /// Whether TEMP TABLE or TEMPORARY TABLE stands before the name.
    public let isTemporary: Bool
    /// The table.
    public let target: PathExpression
    /// The columns and constraints.
    public let elements: TableElementList?
    /// PARTITIONS.
    public let partitions: Partitions?
    /// COLLATE.
    public let collation: Collation?
    /// PARTITION BY.
    public let partitionBy: [Expression]
    /// CLUSTER BY.
    public let clusterBy: [Expression]
    /// OPTIONS of the table.
    public let options: [HintEntry]?
    /// FROM FILES.
    public let files: [HintEntry]
    /// WITH PARTITION COLUMNS.
    public let partitionColumns: PartitionColumns?
    /// WITH CONNECTION.
    public let connection: ConnectionClause?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CLONE DATA INTO t FROM s WHERE … UNION ALL u`.
public struct CloneDataStatement: Sendable {
    /// The table that gets the rows.
    public let target: PathExpression
    /// The tables they come from, at least one.
    public let sources: [DataSource]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
