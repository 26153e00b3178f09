/// A SELECT with all its clauses. Also the SELECT of pipe syntax, which has items and windows only.
public struct Select: Sendable {
    /// ALL or DISTINCT.
    public enum Quantifier: Sendable, Hashable, CaseIterable {
        case all
        case distinct
    }

    /// `AS STRUCT`, `AS VALUE` or `AS path`.
    public enum Shape: Sendable {
        case structure
        case value
        case type(PathExpression)
    }

    /// A hint after SELECT.
    public let hint: Hint?
    /// `WITH DIFFERENTIAL_PRIVACY OPTIONS(…)`.
    public let with: SelectWith?
    /// ALL or DISTINCT.
    public let quantifier: Quantifier?
    /// What each row becomes.
    public let shape: Shape?
    /// The select list, at least one item.
    public let items: [SelectItem]
    /// FROM.
    public let from: FromClause?
    /// WHERE.
    public let filter: Expression?
    /// GROUP BY.
    public let groupBy: GroupBy?
    /// HAVING.
    public let having: Expression?
    /// QUALIFY.
    public let qualify: Expression?
    /// WINDOW.
    public let windows: [NamedWindow]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `WITH name OPTIONS(…)` after SELECT or AGGREGATE.
public struct SelectWith: Sendable {
    /// The name: DIFFERENTIAL_PRIVACY, AGGREGATION_THRESHOLD.
    public let name: Identifier
    /// The options.
    public let options: [HintEntry]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// One item of a select list.
public enum SelectItem: Sendable {
    /// `expression [AS name]`
    case expression(AliasedExpression)
    /// `* EXCEPT (…) REPLACE (…)`
    case star(StarItem)
    /// `expression.* EXCEPT (…) REPLACE (…)`
    case dotStar(DotStarItem)

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .expression(let node): node.tokens
        case .star(let node): node.tokens
        case .dotStar(let node): node.tokens
        }
    }
}

/// `*` with its modifiers.
public struct StarItem: Sendable {
    /// EXCEPT and REPLACE.
    public let modifiers: StarModifiers
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `expression.*` with its modifiers.
public struct DotStarItem: Sendable {
    /// What is expanded.
    public let base: Expression
    /// EXCEPT and REPLACE.
    public let modifiers: StarModifiers
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `EXCEPT (a, b) REPLACE (x AS c)`.
public struct StarModifiers: Sendable {
    /// `expression AS name` in REPLACE.
    public struct Replacement: Sendable {
        /// The new value.
        public let expression: Expression
        /// The column that is replaced.
        public let name: Identifier
    }

    /// The columns left out.
    public let except: [Identifier]
    /// The columns replaced.
    public let replace: [Replacement]
}

/// `GROUP BY …`, `GROUP BY ALL`, in pipe syntax also `GROUP AND ORDER BY …`.
public struct GroupBy: Sendable {
    /// A hint after GROUP.
    public let hint: Hint?
    /// Whether it is GROUP BY ALL; then there are no items.
    public let isAll: Bool
    /// Whether it is GROUP AND ORDER BY.
    public let ordersResult: Bool
    /// The items.
    public let items: [GroupingItem]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// One item of GROUP BY.
public indirect enum GroupingItem: Sendable {
    /// `expression`, in pipe syntax also with an alias and an order.
    case expression(OrderedExpression)
    /// `()`
    case empty(tokens: Range<Int>)
    case rollup([Expression])
    case cube([Expression])
    case groupingSets([GroupingSet])
}

/// One element of GROUPING SETS.
public enum GroupingSet: Sendable {
    case empty(tokens: Range<Int>)
    case expression(Expression)
    case rollup([Expression])
    case cube([Expression])
}

/// Direction and place of NULLs, where one is written.
public struct SortOrder: Sendable, Hashable {
    /// ASC or DESC.
    public enum Direction: Sendable, Hashable, CaseIterable {
        case ascending
        case descending
    }

    /// NULLS FIRST or NULLS LAST.
    public enum Nulls: Sendable, Hashable, CaseIterable {
        case first
        case last
    }

    /// ASC or DESC.
    public let direction: Direction?
    /// NULLS FIRST or NULLS LAST.
    public let nulls: Nulls?
}

/// An expression with an alias and an order: grouping items and the items of AGGREGATE in pipe syntax.
public struct OrderedExpression: Sendable {
    /// The value.
    public let expression: Expression
    /// The name.
    public let alias: Alias?
    /// The order.
    public let order: SortOrder
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `ORDER BY …`.
public struct OrderBy: Sendable {
    /// `expression COLLATE … ASC NULLS FIRST`.
    public struct Item: Sendable {
        /// The value.
        public let expression: Expression
        /// COLLATE.
        public let collation: Collation?
        /// Direction and NULLs.
        public let order: SortOrder
        /// The tokens it covers.
        @TokenRange public var tokens: Range<Int>
    }

    /// A hint after ORDER.
    public let hint: Hint?
    /// The items, at least one.
    public let items: [Item]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `LIMIT count OFFSET skip`.
public struct Limit: Sendable {
    /// The count; nil for LIMIT ALL.
    public let count: Expression?
    /// The expression after OFFSET.
    public let offset: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `name AS window` in a WINDOW clause.
public struct NamedWindow: Sendable {
    /// The name.
    public let name: Identifier
    /// The window.
    public let window: WindowReference
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
