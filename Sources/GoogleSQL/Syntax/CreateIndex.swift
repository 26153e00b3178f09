/// `CREATE [UNIQUE] [SEARCH|VECTOR] INDEX name ON table(…) STORING(…) …`.
public struct CreateIndex: Sendable {
    /// What an index is for.
    public enum Purpose: Sendable, Hashable, CaseIterable {
        case search
        case vector
    }

    /// What is indexed.
    public enum Keys: Sendable {
        /// `(a DESC, b)`
        case items([IndexItem])
        /// `(ALL COLUMNS WITH COLUMN OPTIONS(…))`, with the columns that have options.
        case allColumns(options: [IndexItem])
    }

    /// OR REPLACE.
    public let header: CreateHeader
    /// Whether UNIQUE is there.
    public let isUnique: Bool
    /// SEARCH or VECTOR.
    public let purpose: Purpose?
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// The table.
    public let table: PathExpression
    /// The alias of the table.
    public let alias: Alias?
    /// The arrays whose elements are indexed.
    public let arrays: [IndexArray]
    /// What is indexed.
    public let keys: Keys
    /// STORING.
    public let storing: [Expression]
    /// PARTITION BY.
    public let partitionBy: [Expression]
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `UNNEST(array) AS name WITH OFFSET AS position` after the table of an index.
public struct IndexArray: Sendable {
    /// The array.
    public let array: UnnestExpression
    /// The name of an element.
    public let alias: Alias?
    /// WITH OFFSET.
    public let offset: WithOffset?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `column DESC OPTIONS(…)` in an index.
public struct IndexItem: Sendable {
    /// The value that is indexed.
    public let expression: Expression
    /// COLLATE.
    public let collation: Collation?
    /// Direction and NULLs.
    public let order: SortOrder
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
