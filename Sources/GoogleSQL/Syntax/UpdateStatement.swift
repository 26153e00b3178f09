/// `UPDATE t AS x SET a = 1, b.c = DEFAULT FROM u WHERE …`.
public struct UpdateStatement: Sendable {
    /// The table. In a nested statement an array, and as such perhaps no path: `a[0].b`.
    public let target: Expression
    /// A hint after the table.
    public let hint: Hint?
    /// The alias.
    public let alias: Alias?
    /// WITH OFFSET, in a nested statement.
    public let offset: WithOffset?
    /// What is set, at least one item.
    public let items: [UpdateItem]
    /// FROM.
    public let from: FromClause?
    /// WHERE.
    public let filter: Expression?
    /// The number after ASSERT_ROWS_MODIFIED.
    public let assertedRows: Expression?
    /// THEN RETURN.
    public let returning: ReturningClause?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// One item after SET.
public indirect enum UpdateItem: Sendable {
    case assignment(UpdateAssignment)
    /// `(DELETE a WHERE …)`: a statement on an array of the row.
    case nested(NestedStatement)
}

/// `a.b = 1`, `a[0].(ext) = DEFAULT`.
public struct UpdateAssignment: Sendable {
    /// What is set: a path, or one with subscripts and extension fields.
    public let target: Expression
    /// Its new value.
    public let value: AssignedValue
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `(INSERT a VALUES (1))`, `(UPDATE …)`, `(DELETE …)` in a list after SET.
public struct NestedStatement: Sendable {
    /// The statement: INSERT, UPDATE or DELETE.
    public let statement: ManipulationStatement
    /// The tokens it covers, parentheses included.
    @TokenRange public var tokens: Range<Int>
}

/// `DELETE FROM t AS x WHERE …`.
public struct DeleteStatement: Sendable {
    /// The table. In a nested statement an array, and as such perhaps no path: `a[0].b`.
    public let target: Expression
    /// A hint after the table.
    public let hint: Hint?
    /// The alias.
    public let alias: Alias?
    /// WITH OFFSET, in a nested statement.
    public let offset: WithOffset?
    /// WHERE.
    public let filter: Expression?
    /// The number after ASSERT_ROWS_MODIFIED.
    public let assertedRows: Expression?
    /// THEN RETURN.
    public let returning: ReturningClause?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
