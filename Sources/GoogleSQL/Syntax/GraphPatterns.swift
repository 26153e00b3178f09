/// `(a)-[e]->(b), (b)-[f]->(c) WHERE …`.
public struct GraphPattern: Sendable {
    /// The paths, at least one.
    public let paths: [GraphPath]
    /// WHERE after all of them.
    public let filter: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `p = ANY SHORTEST TRAIL PATHS (a)-[e]->(b)`.
public struct GraphPath: Sendable {
    /// Which paths may repeat what.
    public enum Mode: Sendable, Hashable, CaseIterable {
        case walk
        case trail
        case simple
        case acyclic
    }

    /// A hint before it, after a comma.
    public let hint: Hint?
    /// The name of the path.
    public let variable: Identifier?
    /// Which of the paths are kept.
    public let search: GraphPathSearch?
    /// WALK, TRAIL, SIMPLE or ACYCLIC.
    public let mode: Mode?
    /// The nodes, edges and paths in parentheses that follow one another, at least one.
    public let factors: [GraphPathFactor]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `ANY`, `ANY SHORTEST`, `SHORTEST 3`, `ALL CHEAPEST`.
public struct GraphPathSearch: Sendable {
    /// Which paths of those with the same ends are kept.
    public enum Kind: Sendable, Hashable, CaseIterable {
        case any
        case shortest
        case cheapest
        case all
        case allShortest
        case allCheapest
    }

    /// Which paths are kept.
    public let kind: Kind
    /// How many of them, where it is written.
    public let count: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A node, an edge or a path in parentheses, with a quantifier.
public struct GraphPathFactor: Sendable {
    /// A hint before it, where it is not the first of its path.
    public let hint: Hint?
    /// What stands there.
    public let primary: GraphPathPrimary
    /// How often it repeats.
    public let quantifier: PatternQuantifier?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A node, an edge or a path in parentheses.
public indirect enum GraphPathPrimary: Sendable {
    /// `(n:Person)`
    case node(GraphElement)
    case edge(GraphEdge)
    case parenthesized(GraphParenthesizedPath)
}

/// `-[e]->`, `<-[e]-`, `-[e]-`, `->`, `<-` or `-`.
public struct GraphEdge: Sendable {
    /// Which way it goes, as written.
    public enum Direction: Sendable, Hashable, CaseIterable {
        case any
        case left
        case right
    }

    /// Which way it goes.
    public let direction: Direction
    /// What stands in brackets, nil without brackets.
    public let element: GraphElement?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `(path WHERE condition)`.
public struct GraphParenthesizedPath: Sendable {
    /// The path.
    public let path: GraphPath
    /// WHERE after it.
    public let filter: Expression?
    /// The tokens it covers, parentheses included.
    @TokenRange public var tokens: Range<Int>
}

/// What stands in the parentheses of a node or in the brackets of an edge; everything may be left out.
public struct GraphElement: Sendable {
    /// `name: value`.
    public struct Property: Sendable {
        /// The name.
        public let name: Identifier
        /// The value.
        public let value: Expression
    }

    /// A hint.
    public let hint: Hint?
    /// The name of the node or edge.
    public let variable: Identifier?
    /// The label after `:` or IS.
    public let label: GraphLabelExpression?
    /// The properties between braces; then there is no WHERE.
    public let properties: [Property]
    /// WHERE.
    public let filter: Expression?
    /// The expression after COST.
    public let cost: Expression?
    /// The tokens it covers, parentheses or brackets included.
    @TokenRange public var tokens: Range<Int>
}

/// An expression over labels. Chains are flat.
public indirect enum GraphLabelExpression: Sendable {
    /// `Person`
    case name(Identifier)
    /// `%`: any label.
    case wildcard(tokens: Range<Int>)
    /// `!label`, also repeated.
    case not(count: Int, GraphLabelExpression)
    /// `a & b`
    case conjunction([GraphLabelExpression])
    /// `a | b`
    case disjunction([GraphLabelExpression])
    case parenthesized(GraphLabelExpression)
}

/// How often a part of a pattern repeats, in graph patterns and in MATCH_RECOGNIZE.
public struct PatternQuantifier: Sendable {
    /// The bounds.
    public indirect enum Kind: Sendable {
        /// `?`, in MATCH_RECOGNIZE alone.
        case optional
        /// `*`
        case star
        /// `+`
        case plus
        /// `{n}`
        case exactly(Expression)
        /// `{n, m}`; both may be left out.
        case range(lower: Expression?, upper: Expression?)
    }

    /// The bounds.
    public let kind: Kind
    /// Whether a further `?` makes it take as few as possible, in MATCH_RECOGNIZE alone.
    public let isReluctant: Bool
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
