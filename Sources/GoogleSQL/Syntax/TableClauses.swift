/// `CONNECTION path` or `CONNECTION DEFAULT`, mostly after WITH.
public struct ConnectionClause: Sendable, Hashable {
    /// The connection; nil for DEFAULT.
    public let path: PathExpression?
    /// The tokens it covers, a WITH before it included.
    @TokenRange public var tokens: Range<Int>
}

/// `WITH PARTITION COLUMNS (…)`.
public struct PartitionColumns: Sendable {
    /// The columns; nil where they are to be detected.
    public let columns: TableElementList?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `table FOR SYSTEM_TIME AS OF … WHERE …` after CLONE or COPY.
public struct DataSource: Sendable {
    /// The table, or another object such as a schema.
    public let path: PathExpression
    /// The time.
    public let systemTime: SystemTime?
    /// The condition after WHERE.
    public let filter: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `name OPTIONS(…)` in the list of columns of a view.
public struct ColumnWithOptions: Sendable {
    /// The name.
    public let name: Identifier
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `TABLE<a INT64, STRING>` as the type of a table that a function takes or returns.
public struct TableTypeName: Sendable {
    /// The columns, each with a name or without.
    public let columns: [StructTypeField]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
