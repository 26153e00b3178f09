/// `CREATE VIEW name (…) … AS query`, also MATERIALIZED and APPROX.
public struct CreateView: Sendable {
    /// Which kind of view.
    public enum Variant: Sendable, Hashable, CaseIterable {
        case plain
        case materialized
        case approximate
    }

    /// What the rows come from.
    public indirect enum Source: Sendable {
        case query(Query)
        /// `REPLICA OF view`, of materialized views alone.
        case replica(PathExpression)
    }

    /// OR REPLACE and TEMP.
    public let header: CreateHeader
    /// Which kind of view.
    public let variant: Variant
    /// Whether RECURSIVE is there: then the query may read the view itself.
    public let isRecursive: Bool
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// The names of the columns.
    public let columns: [ColumnWithOptions]?
    /// SQL SECURITY.
    public let security: SQLSecurity?
    /// PARTITION BY, of materialized views alone.
    public let partitionBy: [Expression]
    /// CLUSTER BY, of materialized views alone.
    public let clusterBy: [Expression]
    /// OPTIONS.
    public let options: [HintEntry]?
    /// What the rows come from.
    public let source: Source
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// With whose rights a view or a function runs.
public enum SQLSecurity: Sendable, Hashable, CaseIterable {
    case invoker
    case definer
}
