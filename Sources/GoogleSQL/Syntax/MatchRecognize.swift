/// `MATCH_RECOGNIZE(PARTITION BY … ORDER BY … MEASURES … AFTER MATCH SKIP … PATTERN (…) DEFINE …)`.
public struct MatchRecognize: Sendable {
    /// Where the search goes on after a match.
    public enum Skip: Sendable, Hashable, CaseIterable {
        /// `PAST LAST ROW`
        case pastLastRow
        /// `TO NEXT ROW`
        case toNextRow
    }

    /// A hint after PARTITION.
    public let partitionHint: Hint?
    /// The expressions after PARTITION BY.
    public let partitionBy: [Expression]
    /// ORDER BY.
    public let orderBy: OrderBy
    /// `expression AS name` after MEASURES, at least one.
    public let measures: [AliasedExpression]
    /// AFTER MATCH SKIP.
    public let skip: Skip?
    /// The pattern.
    public let pattern: RowPattern
    /// The conditions of the pattern's variables after DEFINE, at least one.
    public let definitions: [RowDefinition]
    /// OPTIONS, nil if there is none.
    public let options: [HintEntry]?
    /// The alias after `)`.
    public let alias: Alias?
    /// The tokens it covers, the alias included.
    @TokenRange public var tokens: Range<Int>
}

/// `name AS condition` in DEFINE.
public struct RowDefinition: Sendable {
    /// The variable.
    public let name: Identifier
    /// The condition.
    public let condition: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A regular expression over rows. Chains are flat.
public indirect enum RowPattern: Sendable {
    /// Nothing, as in `()` and to the left of `|` in `(|a)`.
    case empty
    case variable(Identifier)
    /// `^`: the start of the partition.
    case start(tokens: Range<Int>)
    /// `$`: the end of the partition.
    case end(tokens: Range<Int>)
    case parenthesized(RowPattern)
    case quantified(RowPattern, PatternQuantifier)
    /// `a b`
    case concatenation([RowPattern])
    /// `a | b`
    case alternation([RowPattern])
}
