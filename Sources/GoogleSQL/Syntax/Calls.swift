/// A call of a function, with all modifiers of its argument list and its window.
public struct FunctionCall: Sendable {
    /// The name: `COUNT`, `SAFE.SUBSTR`, `NET.HOST`, `p.d.f`. Functions named by a keyword (IF, LEFT) have it as a
    /// part.
    ///
    /// CURRENT_DATE and its kin without parentheses are calls too.
    public let name: PathExpression
    /// Whether DISTINCT stands before the arguments.
    public let isDistinct: Bool
    /// The arguments.
    public let arguments: [FunctionArgument]
    /// What stands after the arguments and before `)`, in the order of the text.
    public let modifiers: [FunctionModifier]
    /// A hint after `)`.
    public let hint: Hint?
    /// The window after OVER.
    public let over: WindowReference?
    /// The tokens it covers, OVER included.
    @TokenRange public var tokens: Range<Int>
}

/// One argument of a function.
public indirect enum FunctionArgument: Sendable {
    /// `expression` or `expression AS name`.
    case expression(AliasedExpression)
    /// The `*` of `COUNT(*)`.
    case star(tokens: Range<Int>)
    /// `name => value`.
    case named(NamedArgument)
    /// `e -> e + 1`.
    case lambda(Lambda)
    /// `SEQUENCE path`.
    case sequence(PathExpression)
}

/// `name => value`.
public struct NamedArgument: Sendable {
    /// What a named argument may be.
    public indirect enum Value: Sendable {
        case expression(Expression)
        case lambda(Lambda)
        /// `INPUT TABLE`
        case inputTable(tokens: Range<Int>)
        /// `TABLE t`, `MODEL m` and the like, in the parentheses of a table function.
        case table(TableArgument)
    }

    /// The name.
    public let name: Identifier
    /// The value.
    public let value: Value
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `(a, b) -> body`.
public struct Lambda: Sendable {
    /// The parameters; none if `pattern` stands in their place.
    public let parameters: [Identifier]
    /// What stands in place of parameters and is no list of names. The grammar lets any path and any struct without
    /// keyword through; no query with one is valid.
    public let pattern: Expression?
    /// The body, in which the parameters are visible.
    public let body: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A clause between the last argument and `)`.
public indirect enum FunctionModifier: Sendable {
    /// `IGNORE NULLS`
    case ignoreNulls(tokens: Range<Int>)
    /// `RESPECT NULLS`
    case respectNulls(tokens: Range<Int>)
    /// `WHERE condition`
    case filter(Expression)
    /// `HAVING MAX expression`
    case havingMax(Expression)
    /// `HAVING MIN expression`
    case havingMin(Expression)
    /// `GROUP BY …`: aggregation on several levels.
    case groupBy(GroupBy)
    /// `HAVING condition` after GROUP BY.
    case having(Expression)
    /// `CLAMPED BETWEEN lower AND upper`
    case clamped(lower: Expression, upper: Expression)
    /// `WITH REPORT(format = 'json')`
    case withReport([HintEntry])
    case orderBy(OrderBy)
    case limit(Limit)
}

/// What stands after OVER or in a WINDOW clause after AS.
public indirect enum WindowReference: Sendable {
    /// `OVER w`
    case named(Identifier)
    /// `OVER (…)`
    case inline(WindowSpecification)
}

/// `(base PARTITION BY … ORDER BY … ROWS …)`.
public struct WindowSpecification: Sendable {
    /// The window that this one extends.
    public let base: Identifier?
    /// A hint after PARTITION.
    public let partitionHint: Hint?
    /// The expressions after PARTITION BY.
    public let partitionBy: [Expression]
    /// ORDER BY.
    public let orderBy: OrderBy?
    /// The frame.
    public let frame: WindowFrame?
    /// The tokens it covers, parentheses included.
    @TokenRange public var tokens: Range<Int>
}

/// `ROWS BETWEEN start AND end`, `RANGE start`.
public struct WindowFrame: Sendable {
    /// What a frame counts.
    public enum Unit: Sendable, Hashable, CaseIterable {
        case rows
        case range
    }

    /// One end of a frame.
    public enum Bound: Sendable {
        case unboundedPreceding
        case unboundedFollowing
        case currentRow
        case preceding(Expression)
        case following(Expression)
    }

    /// What it counts.
    public let unit: Unit
    /// The first bound.
    public let start: Bound
    /// The second bound, present with BETWEEN.
    public let end: Bound?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
