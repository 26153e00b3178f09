/// A type as written: in CAST, typed constructors, and RANGE literals.
public struct TypeName: Sendable {
    /// The shape of a type.
    public indirect enum Kind: Sendable {
        /// `INT64`, `p.d.MyType`.
        case named(PathExpression)
        /// The keyword INTERVAL.
        case interval
        /// `ARRAY<T>`.
        case array(TypeName)
        /// `STRUCT<a T, U>`.
        case structure([StructTypeField])
        /// `RANGE<T>`.
        case range(TypeName)
        /// `FUNCTION<(T, U) -> V>`.
        case function(arguments: [TypeName], result: TypeName)
        /// `MAP<K, V>`.
        case map(key: TypeName, value: TypeName)
    }

    /// The shape.
    public let kind: Kind
    /// The parameters in parentheses: `STRING(10)`, `NUMERIC(10, 2)`. `MAX` has no literal and is left out here.
    public let parameters: [Literal]
    /// `COLLATE '…'`.
    public let collation: Collation?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// One field of a STRUCT type.
public struct StructTypeField: Sendable {
    /// The name, if it has one.
    public let name: Identifier?
    /// The type.
    public let type: TypeName
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `COLLATE 'und:ci'`, in a type or in ORDER BY.
public struct Collation: Sendable {
    /// The collation: a string literal, a parameter or a system variable.
    public let name: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
