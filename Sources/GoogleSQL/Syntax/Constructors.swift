/// `STRUCT(a AS x, b)`, `STRUCT<x INT64>(a)` or `(a, b)`.
public struct StructConstructor: Sendable {
    /// The type after STRUCT, a `TypeName.Kind.structure`.
    public let type: TypeName?
    /// Whether STRUCT is written; without it there are two or more fields and no names.
    public let hasKeyword: Bool
    /// The fields.
    public let fields: [AliasedExpression]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `[a, b]`, `ARRAY[a]` or `ARRAY<INT64>[a]`.
public struct ArrayConstructor: Sendable {
    /// The type before the bracket, a `TypeName.Kind.array`.
    public let type: TypeName?
    /// The elements.
    public let elements: [Expression]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `NEW type(a AS field, b AS (extension.path))`.
public struct NewConstructor: Sendable {
    /// One argument.
    public struct Argument: Sendable {
        /// The value.
        public let expression: Expression
        /// The field or the extension after AS.
        public let field: PathExpression?
    }

    /// The type.
    public let type: TypeName
    /// The arguments.
    public let arguments: [Argument]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CASE … WHEN … THEN … ELSE … END`.
public struct CaseExpression: Sendable {
    /// `WHEN condition THEN result`.
    public struct Branch: Sendable {
        /// The condition, or the value to compare the operand with.
        public let condition: Expression
        /// The result.
        public let result: Expression
    }

    /// The value after CASE.
    public let operand: Expression?
    /// The branches, at least one.
    public let branches: [Branch]
    /// The result after ELSE.
    public let fallback: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CAST(value AS type FORMAT format AT TIME ZONE zone)`, or SAFE_CAST.
public struct CastExpression: Sendable {
    /// Whether it is SAFE_CAST.
    public let isSafe: Bool
    /// The value.
    public let value: Expression
    /// The target.
    public let type: TypeName
    /// The expression after FORMAT.
    public let format: Expression?
    /// The expression after AT TIME ZONE.
    public let timeZone: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `EXTRACT(part FROM value AT TIME ZONE zone)`.
public struct ExtractExpression: Sendable {
    /// The date part: a name, or a call such as `WEEK(MONDAY)`. It names no column.
    public let part: Expression
    /// The value.
    public let value: Expression
    /// The expression after AT TIME ZONE.
    public let timeZone: Expression?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `WITH(x AS a, y AS x + 1, x + y)`.
public struct WithExpression: Sendable {
    /// `name AS value`; visible in what follows.
    public struct Variable: Sendable {
        /// The name.
        public let name: Identifier
        /// The value.
        public let value: Expression
    }

    /// The variables, at least one.
    public let variables: [Variable]
    /// The result.
    public let result: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `REPLACE_FIELDS(value, new AS path)`.
public struct ReplaceFieldsExpression: Sendable {
    /// One replacement.
    public struct Replacement: Sendable {
        /// The new value.
        public let value: Expression
        /// The path that is replaced: identifiers, extensions and subscripts.
        public let path: Expression
    }

    /// The value whose fields are replaced.
    public let value: Expression
    /// The replacements, at least one.
    public let replacements: [Replacement]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// A query as an expression.
public struct SubqueryExpression: Sendable {
    /// How the query becomes a value.
    public enum Kind: Sendable, Hashable, CaseIterable {
        /// `(SELECT …)`
        case scalar
        /// `ARRAY(SELECT …)`
        case array
        /// `EXISTS(SELECT …)`
        case exists
    }

    /// How the query becomes a value.
    public let kind: Kind
    /// A hint after EXISTS.
    public let hint: Hint?
    /// The query.
    public let query: Query
    /// The tokens it covers, keyword and parentheses included.
    @TokenRange public var tokens: Range<Int>
}
