/// A query: WITH, a body, ORDER BY and LIMIT, and pipe operators.
public struct Query: Sendable {
    /// The common table expressions before the body.
    public let with: WithClause?
    /// What produces the rows.
    public let body: QueryBody
    /// ORDER BY after the body.
    public let orderBy: OrderBy?
    /// LIMIT after the body.
    public let limit: Limit?
    /// The pipe operators after all of it, applied from left to right.
    public let pipes: [PipeOperator]
    /// The tokens it covers, without parentheses around it.
    @TokenRange public var tokens: Range<Int>
}

/// What produces the rows of a query.
public indirect enum QueryBody: Sendable {
    case select(Select)
    /// `FROM t` as a whole query, as pipe syntax allows.
    case from(FromClause)
    /// `TABLE t`
    case table(TableClause)
    /// `(query)` with an optional `AS alias`.
    case parenthesized(ParenthesizedQuery)
    case setOperation(SetOperation)
    /// `GRAPH g …`, always alone in its query.
    case graph(GraphQuery)

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .select(let node): node.tokens
        case .from(let node): node.tokens
        case .table(let node): node.tokens
        case .parenthesized(let node): node.tokens
        case .setOperation(let node): node.tokens
        case .graph(let node): node.tokens
        }
    }
}

/// `(query)`, or `(query) AS alias`.
public struct ParenthesizedQuery: Sendable {
    /// The query inside.
    public let query: Query
    /// The alias that pipe syntax allows.
    public let alias: Alias?
    /// The tokens it covers, parentheses included.
    @TokenRange public var tokens: Range<Int>
}

/// `WITH [RECURSIVE] a AS (…), b AS (…)`.
public struct WithClause: Sendable {
    /// Whether RECURSIVE is written: then every name is visible in every query of the clause.
    public let isRecursive: Bool
    /// The common table expressions in order, at least one.
    public let expressions: [CommonTableExpression]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `name AS (query)`.
public struct CommonTableExpression: Sendable {
    /// The name.
    public let name: Identifier
    /// The query.
    public let query: Query
    /// `WITH DEPTH …`
    public let depth: RecursionDepth?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `WITH DEPTH AS d BETWEEN 1 AND 10`, `WITH DEPTH MAX 10`.
public struct RecursionDepth: Sendable {
    /// The name of the column that counts.
    public let alias: Alias?
    /// The bounds that are numbers or parameters; UNBOUNDED is left out.
    public let bounds: [Expression]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// Query bodies joined by UNION, INTERSECT or EXCEPT.
public struct SetOperation: Sendable {
    /// A set operator and the body to its right.
    public struct Operand: Sendable {
        /// The operator before it.
        public let `operator`: SetOperator
        /// The body.
        public let body: QueryBody
    }

    /// The first body.
    public let first: QueryBody
    /// The further bodies, at least one.
    public let rest: [Operand]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `UNION ALL`, `FULL OUTER UNION ALL BY NAME ON (a)`, `EXCEPT DISTINCT STRICT CORRESPONDING BY (a)`.
public struct SetOperator: Sendable {
    /// Which operation.
    public enum Kind: Sendable, Hashable, CaseIterable {
        case union
        case intersect
        case except
    }

    /// Whether duplicates stay.
    public enum Quantifier: Sendable, Hashable, CaseIterable {
        case all
        case distinct
    }

    /// Which columns are kept when they are matched by name.
    public enum Mode: Sendable, Hashable, CaseIterable {
        case full
        case inner
        case left
    }

    /// How columns are matched.
    public enum Matching: Sendable {
        /// By position.
        case position
        /// CORRESPONDING, or CORRESPONDING BY with columns.
        case corresponding([Identifier])
        /// BY NAME, or BY NAME ON with columns.
        case byName([Identifier])
    }

    /// Which operation.
    public let kind: Kind
    /// Whether duplicates stay.
    public let quantifier: Quantifier
    /// The word before the operation.
    public let mode: Mode?
    /// A hint after the operation.
    public let hint: Hint?
    /// Whether STRICT is written.
    public let isStrict: Bool
    /// How columns are matched.
    public let matching: Matching
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `TABLE t` or `TABLE f(…)`, with an optional WHERE.
public struct TableClause: Sendable {
    /// What stands after TABLE.
    public indirect enum Source: Sendable {
        case path(PathExpression)
        case function(FromItem)
    }

    /// The table.
    public let source: Source
    /// WHERE after it.
    public let filter: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
