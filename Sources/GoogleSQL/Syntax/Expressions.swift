/// An expression. Left-associative chains are flat, so that depth is bounded by the nesting limit of the parser.
public indirect enum Expression: Sendable {
    // Leaves
    case literal(Literal)
    case range(RangeLiteral)
    case parameter(Parameter)
    case systemVariable(SystemVariable)
    /// A column, a field of a column, a table's whole row, or an argument such as a date part: `a`, `a.b.c`.
    case path(PathExpression)

    // Operators
    /// Accesses on something that is no path: `f(x).a`, `a[0].b`, `(s).c`, `a.b[0]`.
    case access(AccessChain)
    /// `-a`, `+a`, `~a`, also repeated.
    case unary(UnaryExpression)
    /// `NOT a`, also repeated.
    case not(NotExpression)
    /// Operators of one precedence level: `a + b - c`, `a * b / c`, `a || b`, `a << b`, `a & b`, `a ^ b`, `a | b`.
    case binary(BinaryChain)
    case conjunction(LogicalChain)
    case disjunction(LogicalChain)
    /// `=`, `<>`, `<`, LIKE, IS DISTINCT FROM and their negations.
    case comparison(Comparison)
    /// `a LIKE ANY (…)`.
    case quantifiedLike(QuantifiedLike)
    case between(BetweenExpression)
    case inside(InExpression)
    /// `IS [NOT] NULL`, `TRUE`, `FALSE`, `UNKNOWN`.
    case test(TestExpression)
    case parenthesized(ParenthesizedExpression)

    // Constructors
    case structure(StructConstructor)
    case array(ArrayConstructor)
    case interval(IntervalExpression)
    /// `NEW type(…)`, which no BigQuery user can write.
    case new(NewConstructor)

    // Forms with a keyword
    case conditional(CaseExpression)
    case cast(CastExpression)
    case extract(ExtractExpression)
    case with(WithExpression)
    case replaceFields(ReplaceFieldsExpression)

    // Calls and queries
    case call(FunctionCall)
    case subquery(SubqueryExpression)
    /// `EXISTS {…}`, `a IS SOURCE OF b`, `a IS LABELED b` and their kin.
    case graph(GraphExpression)

    /// The tokens the expression covers.
    public var tokens: Range<Int> {
        switch self {
        case .literal(let node): node.tokens
        case .range(let node): node.tokens
        case .parameter(let node): node.tokens
        case .systemVariable(let node): node.tokens
        case .path(let node): node.tokens
        case .access(let node): node.tokens
        case .unary(let node): node.tokens
        case .not(let node): node.tokens
        case .binary(let node): node.tokens
        case .conjunction(let node), .disjunction(let node): node.tokens
        case .comparison(let node): node.tokens
        case .quantifiedLike(let node): node.tokens
        case .between(let node): node.tokens
        case .inside(let node): node.tokens
        case .test(let node): node.tokens
        case .parenthesized(let node): node.tokens
        case .structure(let node): node.tokens
        case .array(let node): node.tokens
        case .interval(let node): node.tokens
        case .new(let node): node.tokens
        case .conditional(let node): node.tokens
        case .cast(let node): node.tokens
        case .extract(let node): node.tokens
        case .with(let node): node.tokens
        case .replaceFields(let node): node.tokens
        case .call(let node): node.tokens
        case .subquery(let node): node.tokens
        case .graph(let node): node.tokens
        }
    }
}

/// An expression with an optional name: arguments of STRUCT, values of PIVOT, arguments of UNNEST.
public struct AliasedExpression: Sendable {
    /// The value.
    public let expression: Expression
    /// The name.
    public let alias: Alias?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
