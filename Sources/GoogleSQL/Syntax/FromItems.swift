/// `FROM …`.
public struct FromClause: Sendable {
    /// The tables.
    public let tables: JoinChain
    /// The tokens it covers, FROM included.
    @TokenRange public var tokens: Range<Int>
}

/// Tables joined by commas and JOINs, in the order of the text.
public struct JoinChain: Sendable {
    /// The first table.
    public let first: FromItem
    /// The further tables with the join before each.
    public let joins: [Join]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A comma or a JOIN, the table after it, and its conditions.
public struct Join: Sendable {
    /// Which join.
    public enum Kind: Sendable, Hashable, CaseIterable {
        case comma
        /// JOIN without a word before it.
        case plain
        case cross
        case inner
        case left
        case right
        case full
    }

    /// The conditions after a table. Several follow one another where joins nest without parentheses.
    public enum Condition: Sendable {
        case on(Expression)
        case using([Identifier])
    }

    /// HASH JOIN or LOOKUP JOIN.
    public enum Strategy: Sendable, Hashable, CaseIterable {
        case hash
        case lookup
    }

    /// Which join.
    public let kind: Kind
    /// Whether NATURAL is written.
    public let isNatural: Bool
    /// HASH or LOOKUP.
    public let strategy: Strategy?
    /// A hint after JOIN.
    public let hint: Hint?
    /// The table.
    public let item: FromItem
    /// ON and USING.
    public let conditions: [Condition]
    /// The tokens it covers, from the comma or the first word of the join.
    @TokenRange public var tokens: Range<Int>
}

/// One table of a FROM clause with all that follows it.
public struct FromItem: Sendable {
    /// Where the rows come from.
    public let source: FromSource
    /// Whether LATERAL stands before it.
    public let isLateral: Bool
    /// A hint after a path, UNNEST or a table function.
    public let hint: Hint?
    /// The alias directly after the source.
    public let alias: Alias?
    /// WITH OFFSET after an array.
    public let offset: WithOffset?
    /// PIVOT, TABLESAMPLE and the like, in the order of the text.
    public let suffixes: [TableSuffix]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// Where the rows of a table come from.
public indirect enum FromSource: Sendable {
    /// A table, a CTE or a correlated array: scope decides, see `ParsedStatement.tableReferences()`.
    case path(PathExpression)
    case unnest(UnnestExpression)
    case subquery(Query)
    /// `(a JOIN b …)`
    case parenthesized(JoinChain)
    case function(TableFunctionCall)
    /// `GRAPH_TABLE(…)`
    case graph(GraphTable)
}

/// `UNNEST(array AS a, other, mode => 'PAD')`.
public struct UnnestExpression: Sendable {
    /// The arrays, at least one.
    public let arrays: [AliasedExpression]
    /// The named argument after them.
    public let mode: NamedArgument?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `WITH OFFSET [AS name]`.
public struct WithOffset: Sendable {
    /// The name; `offset` if there is none.
    public let alias: Alias?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A table function in FROM, in CALL of pipe syntax, or after TABLE.
public struct TableFunctionCall: Sendable {
    /// The name.
    public let name: PathExpression
    /// The arguments.
    public let arguments: [TableFunctionArgument]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// One argument of a table function.
public indirect enum TableFunctionArgument: Sendable {
    /// An expression, which may be a subquery in parentheses: then it is a table.
    case expression(Expression)
    case named(NamedArgument)
    /// TABLE, MODEL, CONNECTION, DESCRIPTOR, INPUT TABLE.
    case table(TableArgument)
}

/// An argument that is no value.
public indirect enum TableArgument: Sendable {
    /// `TABLE t`
    case table(TableClause)
    /// `MODEL m`
    case model(PathExpression)
    /// `CONNECTION c`, or nil for `CONNECTION DEFAULT`.
    case connection(PathExpression?)
    /// `DESCRIPTOR(a, b)`
    case descriptor([Identifier])
    /// `INPUT TABLE`
    case inputTable(tokens: Range<Int>)
}
