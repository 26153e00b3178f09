/// `MERGE INTO t USING s ON … WHEN MATCHED THEN …`.
public struct MergeStatement: Sendable {
    /// The table that is changed.
    public let target: PathExpression
    /// Its alias.
    public let alias: Alias?
    /// A table, a subquery or UNNEST.
    public let source: FromItem
    /// The expression after ON.
    public let condition: Expression
    /// The WHEN clauses, at least one.
    public let clauses: [MergeClause]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `WHEN NOT MATCHED BY TARGET AND … THEN …`.
public struct MergeClause: Sendable {
    /// Which rows it is for.
    public enum Match: Sendable, Hashable, CaseIterable {
        case matched
        /// NOT MATCHED, with or without BY TARGET.
        case notMatchedByTarget
        case notMatchedBySource
    }

    /// What is done.
    public indirect enum Action: Sendable {
        /// `INSERT (a, b) VALUES (…)` or `INSERT (a, b) ROW`; no columns if no list is written.
        case insert(columns: [Identifier], MergedRow)
        case update([UpdateItem])
        case delete
    }

    /// Which rows it is for.
    public let match: Match
    /// The expression after AND.
    public let condition: Expression?
    /// What is done.
    public let action: Action
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// The row that INSERT in MERGE adds.
public enum MergedRow: Sendable {
    case values(ValuesRow)
    /// `ROW`: all columns of the source.
    case source(tokens: Range<Int>)
}
