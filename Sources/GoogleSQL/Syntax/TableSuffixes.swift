/// What may follow a table in FROM.
public indirect enum TableSuffix: Sendable {
    case pivot(Pivot)
    case unpivot(Unpivot)
    case systemTime(SystemTime)
    case sample(TableSample)
    case matchRecognize(MatchRecognize)
}

/// `PIVOT(SUM(a) AS s FOR b IN ('x' AS x, 'y'))`.
public struct Pivot: Sendable {
    /// The aggregations.
    public let aggregates: [AliasedExpression]
    /// The expression after FOR.
    public let input: Expression
    /// The values after IN.
    public let values: [AliasedExpression]
    /// The alias after `)`.
    public let alias: Alias?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `UNPIVOT(value FOR name IN (a, b AS 'b'))`.
public struct Unpivot: Sendable {
    /// INCLUDE NULLS or EXCLUDE NULLS.
    public enum Nulls: Sendable, Hashable, CaseIterable {
        case include
        case exclude
    }

    /// Columns that are turned into one row, with an optional label.
    public struct Item: Sendable {
        /// The columns.
        public let columns: [PathExpression]
        /// A string or integer.
        public let label: Literal?
        /// The tokens it covers.
        @TokenRange public var tokens: Range<Int>
    }

    /// INCLUDE NULLS or EXCLUDE NULLS.
    public let nulls: Nulls?
    /// The new columns for values.
    public let values: [PathExpression]
    /// The new column for names.
    public let name: PathExpression
    /// The columns that are turned into rows.
    public let items: [Item]
    /// The alias after `)`.
    public let alias: Alias?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `FOR SYSTEM_TIME AS OF expression`.
public struct SystemTime: Sendable {
    /// The time.
    public let expression: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `TABLESAMPLE SYSTEM (10 PERCENT) REPEATABLE(1)`.
public struct TableSample: Sendable {
    /// ROWS or PERCENT.
    public enum Unit: Sendable, Hashable, CaseIterable {
        case rows
        case percent
    }

    /// The method: SYSTEM, BERNOULLI, RESERVOIR.
    public let method: Identifier
    /// The size.
    public let size: Expression
    /// What the size counts.
    public let unit: Unit
    /// PARTITION BY inside the parentheses.
    public let partitionBy: [Expression]
    /// Whether WITH WEIGHT is written.
    public let hasWeight: Bool
    /// The alias of the weight.
    public let weightAlias: Alias?
    /// The seed in REPEATABLE.
    public let seed: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
