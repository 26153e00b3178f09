/// `INSERT [OR UPDATE] INTO t (a, b) …`. Also the INSERT of pipe syntax, which has no source.
public struct InsertStatement: Sendable {
    /// What happens to a row whose key is there already.
    public enum Mode: Sendable, Hashable, CaseIterable {
        case ignore
        case replace
        case update
    }

    /// Where the new rows come from.
    public indirect enum Source: Sendable {
        case query(Query)
        /// `VALUES (…), (…)`, at least one row.
        case values([ValuesRow])
    }

    /// `OR IGNORE`, `OR REPLACE`, `OR UPDATE`, also without OR.
    public let mode: Mode?
    /// The table. In a nested statement an array, and as such perhaps no path: `a[0].b`.
    public let target: Expression
    /// A hint after the table.
    public let hint: Hint?
    /// The columns; none if no list is written.
    public let columns: [Identifier]
    /// Where the new rows come from; nil in pipe syntax, where it is the rows before the operator.
    public let source: Source?
    /// ON CONFLICT.
    public let onConflict: OnConflictClause?
    /// The number after ASSERT_ROWS_MODIFIED.
    public let assertedRows: Expression?
    /// THEN RETURN.
    public let returning: ReturningClause?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `(1, DEFAULT, 'x')` after VALUES.
public struct ValuesRow: Sendable {
    /// The values, at least one.
    public let values: [AssignedValue]
    /// The tokens it covers, parentheses included.
    @TokenRange public var tokens: Range<Int>
}

/// What a column gets.
public indirect enum AssignedValue: Sendable {
    case expression(Expression)
    /// `DEFAULT`
    case `default`(tokens: Range<Int>)
}

/// `ON CONFLICT (a) DO UPDATE SET b = 1 WHERE c`.
public struct OnConflictClause: Sendable {
    /// Which conflict is meant.
    public enum Target: Sendable {
        /// One in these columns.
        case columns([Identifier])
        /// `ON UNIQUE CONSTRAINT name`
        case constraint(Identifier)
    }

    /// What is done to the row that is there.
    public indirect enum Action: Sendable {
        case nothing
        case update([UpdateItem], filter: Expression?)
    }

    /// Which conflict is meant; nil for any.
    public let target: Target?
    /// What is done to the row that is there.
    public let action: Action
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
