/// A base with accesses applied from left to right.
public struct AccessChain: Sendable {
    /// One access.
    public indirect enum Access: Sendable {
        /// `.name`
        case field(Identifier)
        /// `.(path)`, a protocol buffer extension.
        case extensionField(PathExpression)
        /// `[expression]`, `[OFFSET(expression)]`: the latter is a call to `OFFSET`.
        case subscripted(Expression)
        /// `.name(arguments)` or `.(path)(arguments)`: a chained call whose first argument is what stands before it.
        case call(FunctionCall)
    }

    /// What is accessed.
    public let base: Expression
    /// The accesses, at least one.
    public let accesses: [Access]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// Prefix operators on an operand.
public struct UnaryExpression: Sendable {
    /// A prefix operator.
    public enum Operator: Sendable, Hashable, CaseIterable {
        case plus
        case minus
        case bitwiseNot
    }

    /// The operators as written, outermost first.
    public let operators: [Operator]
    /// What they apply to.
    public let operand: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `NOT operand`.
public struct NotExpression: Sendable {
    /// How many times NOT is written.
    public let count: Int
    /// What is negated.
    public let operand: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// Operands joined by operators of one precedence level, left-associative.
public struct BinaryChain: Sendable {
    /// An arithmetic, bitwise or concatenation operator.
    public enum Operator: Sendable, Hashable, CaseIterable {
        case bitwiseOr
        case bitwiseXor
        case bitwiseAnd
        case shiftLeft
        case shiftRight
        case add
        case subtract
        case concatenate
        case multiply
        case divide
    }

    /// An operator and the operand to its right.
    public struct Operand: Sendable {
        /// The operator before the operand.
        public let `operator`: Operator
        /// The operand.
        public let expression: Expression
    }

    /// The first operand.
    public let first: Expression
    /// The further operands, at least one.
    public let rest: [Operand]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// Operands joined by AND, or by OR.
public struct LogicalChain: Sendable {
    /// The operands, at least two.
    public let operands: [Expression]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A comparison of two operands; comparisons do not chain.
public struct Comparison: Sendable {
    /// A comparison operator.
    public enum Operator: Sendable, Hashable, CaseIterable {
        case equal
        case notEqual
        case less
        case lessOrEqual
        case greater
        case greaterOrEqual
        case like
        case notLike
        case isDistinctFrom
        case isNotDistinctFrom
    }

    /// The operand before the operator.
    public let left: Expression
    /// The operator.
    public let `operator`: Operator
    /// The operand after the operator.
    public let right: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// What stands after IN or after `LIKE ANY`.
public enum MembershipSet: Sendable {
    /// `(a, b)`
    case list([Expression])
    /// `(SELECT …)`
    case subquery(Query)
    /// `UNNEST(array)`
    case unnest(UnnestExpression)
    /// `{…}` with a graph query inside, after IN alone.
    case graph(GraphSubquery)
}

/// `left [NOT] LIKE ANY|SOME|ALL (…)`.
public struct QuantifiedLike: Sendable {
    /// How many of the patterns must match.
    public enum Quantifier: Sendable, Hashable, CaseIterable {
        case any
        case some
        case all
    }

    /// The value.
    public let left: Expression
    /// Whether NOT is written.
    public let isNegated: Bool
    /// Which quantifier.
    public let quantifier: Quantifier
    /// A hint after the quantifier.
    public let hint: Hint?
    /// The patterns.
    public let patterns: MembershipSet
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `operand [NOT] BETWEEN lower AND upper`.
public struct BetweenExpression: Sendable {
    /// The value.
    public let operand: Expression
    /// Whether NOT is written.
    public let isNegated: Bool
    /// The lower bound.
    public let lower: Expression
    /// The upper bound.
    public let upper: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `left [NOT] IN …`.
public struct InExpression: Sendable {
    /// The value.
    public let left: Expression
    /// Whether NOT is written.
    public let isNegated: Bool
    /// A hint after IN.
    public let hint: Hint?
    /// Where it is looked for.
    public let set: MembershipSet
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `operand IS [NOT] …`.
public struct TestExpression: Sendable {
    /// What is tested for.
    public enum Test: Sendable, Hashable, CaseIterable {
        case null
        case `true`
        case `false`
        case unknown
    }

    /// The value.
    public let operand: Expression
    /// Whether NOT is written.
    public let isNegated: Bool
    /// What it is tested for.
    public let test: Test
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `(expression)`.
public struct ParenthesizedExpression: Sendable {
    /// What stands inside.
    public let expression: Expression
    /// The tokens it covers, parentheses included.
    @TokenRange public var tokens: Range<Int>
}
