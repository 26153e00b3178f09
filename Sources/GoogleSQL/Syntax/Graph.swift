/// `GRAPH g MATCH … RETURN …` as a whole query, which no query in parentheses can be.
public struct GraphQuery: Sendable {
    /// The graph.
    public let graph: PathExpression
    /// What is done with it.
    public let block: GraphBlock
    /// The tokens it covers, GRAPH included.
    @TokenRange public var tokens: Range<Int>
}

/// `GRAPH_TABLE(g MATCH … RETURN …)` or `GRAPH_TABLE(g MATCH … COLUMNS (…))`.
public struct GraphTable: Sendable {
    /// What stands after the name of the graph.
    public indirect enum Content: Sendable {
        /// A single MATCH, and the items in COLUMNS, of which there are none where COLUMNS is left out.
        case match(GraphMatch, columns: [SelectItem])
        case block(GraphBlock)
    }

    /// The graph.
    public let graph: PathExpression
    /// What is done with it.
    public let content: Content
    /// The tokens it covers, without an alias.
    @TokenRange public var tokens: Range<Int>
}

/// `{…}` with graph syntax inside, in an expression or after CALL.
public struct GraphSubquery: Sendable {
    /// What stands between the braces.
    public indirect enum Content: Sendable {
        case block(GraphBlock)
        /// A pattern alone, which only EXISTS can have.
        case pattern(GraphPattern)
        /// Operators without RETURN at the end, which only EXISTS can have.
        case operators([GraphOperator])
    }

    /// The graph after GRAPH; without it the graph is that of the query around it.
    public let graph: PathExpression?
    /// What stands between the braces.
    public let content: Content
    /// The tokens it covers, braces included.
    @TokenRange public var tokens: Range<Int>
}

/// Graph queries with NEXT between them: each works on the rows of the one before.
public struct GraphBlock: Sendable {
    /// The queries, at least one.
    public let queries: [GraphSetOperation]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A linear query, or several joined by UNION, INTERSECT or EXCEPT.
public struct GraphSetOperation: Sendable {
    /// A set operator and the linear query to its right.
    public struct Operand: Sendable {
        /// The operator before it.
        public let `operator`: SetOperator
        /// The query.
        public let query: GraphLinearQuery
    }

    /// The first query.
    public let first: GraphLinearQuery
    /// The further queries, possibly none.
    public let rest: [Operand]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// Operators one after another, of which RETURN is the last.
public struct GraphLinearQuery: Sendable {
    /// The operators before RETURN, possibly none.
    public let operators: [GraphOperator]
    /// RETURN.
    public let result: GraphReturn
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// One operator of a linear query.
public indirect enum GraphOperator: Sendable {
    case match(GraphMatch)
    /// `LET a = 1, b = 2`
    case `let`([GraphVariable])
    case filter(GraphFilter)
    case orderBy(OrderBy)
    /// `OFFSET count` or `SKIP count`
    case offset(Expression)
    /// `LIMIT count`
    case limit(Expression)
    /// `WITH …`
    case with(GraphProjection)
    case `for`(GraphFor)
    case sample(TableSample)
    case call(GraphCall)
}

/// `[OPTIONAL] MATCH pattern`.
public struct GraphMatch: Sendable {
    /// Whether OPTIONAL is written.
    public let isOptional: Bool
    /// A hint after MATCH.
    public let hint: Hint?
    /// The pattern.
    public let pattern: GraphPattern
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `name = value` in LET.
public struct GraphVariable: Sendable {
    /// The name.
    public let name: Identifier
    /// The value.
    public let value: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `FILTER condition` or `FILTER WHERE condition`.
public struct GraphFilter: Sendable {
    /// Whether WHERE is written.
    public let hasWhere: Bool
    /// The condition.
    public let condition: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// The items of RETURN or WITH, with their grouping.
public struct GraphProjection: Sendable {
    /// A hint.
    public let hint: Hint?
    /// ALL or DISTINCT.
    public let quantifier: Select.Quantifier?
    /// The items, at least one: expressions and `*` without modifiers.
    public let items: [SelectItem]
    /// GROUP BY.
    public let groupBy: GroupBy?
    /// The tokens it covers, from RETURN or WITH.
    @TokenRange public var tokens: Range<Int>
}

/// `RETURN … ORDER BY … OFFSET … LIMIT …`.
public struct GraphReturn: Sendable {
    /// The items and their grouping.
    public let projection: GraphProjection
    /// ORDER BY.
    public let orderBy: OrderBy?
    /// The count after OFFSET or SKIP.
    public let offset: Expression?
    /// The count after LIMIT.
    public let limit: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `FOR name IN array WITH OFFSET AS place`.
public struct GraphFor: Sendable {
    /// The name of the element.
    public let name: Identifier
    /// The array.
    public let array: Expression
    /// WITH OFFSET.
    public let offset: WithOffset?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `[OPTIONAL] CALL …`.
public struct GraphCall: Sendable {
    /// What is called.
    public indirect enum Target: Sendable {
        /// `f(…) YIELD a AS b`
        case function(TableFunctionCall, hint: Hint?, yield: [GraphYield])
        /// `(a, b) {…}`; the names in parentheses are those that the subquery sees, nil without parentheses.
        case subquery(visible: [Identifier]?, GraphSubquery)
    }

    /// Whether OPTIONAL is written.
    public let isOptional: Bool
    /// The columns after PER, nil without PER.
    public let partitionBy: [Identifier]?
    /// What is called.
    public let target: Target
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `name` or `name AS alias` in YIELD.
public struct GraphYield: Sendable {
    /// The column.
    public let name: Identifier
    /// Its new name.
    public let alias: Alias?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// An expression that knows graphs. `IN {…}` is an `InExpression`.
public indirect enum GraphExpression: Sendable {
    case subquery(GraphSubqueryExpression)
    case endpoint(GraphEndpointTest)
    case labeled(GraphLabelTest)

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .subquery(let node): node.tokens
        case .endpoint(let node): node.tokens
        case .labeled(let node): node.tokens
        }
    }
}

/// `EXISTS {…}`, `ARRAY {…}` or `VALUE {…}`.
public struct GraphSubqueryExpression: Sendable {
    /// How the rows become a value.
    public enum Kind: Sendable, Hashable, CaseIterable {
        case exists
        case array
        case value
    }

    /// How the rows become a value.
    public let kind: Kind
    /// A hint after EXISTS or VALUE.
    public let hint: Hint?
    /// What stands in the braces.
    public let subquery: GraphSubquery
    /// The tokens it covers, from the keyword.
    @TokenRange public var tokens: Range<Int>
}

/// `node IS [NOT] SOURCE [OF] edge` or `node IS [NOT] DESTINATION [OF] edge`.
public struct GraphEndpointTest: Sendable {
    /// One end of an edge.
    public enum Endpoint: Sendable, Hashable, CaseIterable {
        case source
        case destination
    }

    /// The node.
    public let node: Expression
    /// Whether NOT is written.
    public let isNegated: Bool
    /// Which end.
    public let endpoint: Endpoint
    /// The edge.
    public let edge: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `element IS [NOT] LABELED label`.
public struct GraphLabelTest: Sendable {
    /// The node or edge.
    public let element: Expression
    /// Whether NOT is written.
    public let isNegated: Bool
    /// The label.
    public let label: GraphLabelExpression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
