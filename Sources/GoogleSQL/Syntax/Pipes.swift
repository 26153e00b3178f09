/// One operator of pipe syntax, without `|>`.
public struct PipeOperator: Sendable {
    /// Which operator.
    public let kind: Kind
    /// The tokens it covers, `|>` included.
    @TokenRange public var tokens: Range<Int>

    /// An operator with its parts.
    public indirect enum Kind: Sendable {
        case filter(Expression)
        case select(Select)
        case extend([SelectItem], windows: [NamedWindow])
        case rename([Renaming])
        case aggregate(PipeAggregate)
        case limit(Limit)
        case orderBy(OrderBy)
        case setOperation(SetOperator, queries: [Query])
        case recursiveUnion(PipeRecursiveUnion)
        case join(Join)
        /// `CALL f(…) AS alias`
        case call(FromItem)
        /// `WINDOW SUM(a) OVER (…) AS s`
        case window([SelectItem])
        case distinct
        case sample(TableSample)
        case alias(Identifier)
        case describe
        case staticDescribe
        case assertion([Expression])
        case log(hint: Hint?, Subpipeline?)
        case drop([Identifier])
        case set([Assignment])
        case pivot(Pivot)
        case unpivot(Unpivot)
        case conditional(PipeConditional)
        case fork(hint: Hint?, [Subpipeline])
        case tee(hint: Hint?, [Subpipeline])
        case with(WithClause)
        case insert(InsertStatement)
        case exportData(ExportDataStatement)
        case createTable(CreateTable)
        case matchRecognize(MatchRecognize)
    }

    /// `old AS new`.
    public struct Renaming: Sendable {
        /// The column.
        public let old: Identifier
        /// Its new name.
        public let new: Identifier
    }

    /// `column = expression`.
    public struct Assignment: Sendable {
        /// The column.
        public let column: Identifier
        /// Its new value.
        public let value: Expression
    }
}

/// `AGGREGATE … GROUP BY …`.
public struct PipeAggregate: Sendable {
    /// One item of the list.
    public enum Item: Sendable {
        case expression(OrderedExpression)
        case dotStar(DotStarItem)
    }

    /// `WITH DIFFERENTIAL_PRIVACY OPTIONS(…)`.
    public let with: SelectWith?
    /// The items, possibly none.
    public let items: [Item]
    /// GROUP BY.
    public let groupBy: GroupBy?
}

/// `RECURSIVE UNION ALL WITH DEPTH … (…) AS alias`.
public struct PipeRecursiveUnion: Sendable {
    /// What is repeated.
    public enum Input: Sendable {
        case query(Query)
        case subpipeline(Subpipeline)
    }

    /// The set operator.
    public let `operator`: SetOperator
    /// WITH DEPTH.
    public let depth: RecursionDepth?
    /// What is repeated.
    public let input: Input
    /// The alias, under which the input sees the rows so far.
    public let alias: Alias?
}

/// `(|> … |> …)`.
public struct Subpipeline: Sendable {
    /// The operators, possibly none.
    public let operators: [PipeOperator]
    /// The tokens it covers, parentheses included.
    @TokenRange public var tokens: Range<Int>
}

/// `IF condition THEN (…) ELSEIF … ELSE (…)`.
public struct PipeConditional: Sendable {
    /// A condition and what is done when it holds.
    public struct Branch: Sendable {
        /// The condition.
        public let condition: Expression
        /// What is done.
        public let subpipeline: Subpipeline
    }

    /// A hint after IF.
    public let hint: Hint?
    /// The branches, at least one.
    public let branches: [Branch]
    /// What is done when no condition holds.
    public let fallback: Subpipeline?
}
