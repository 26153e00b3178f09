/// A literal. Its value is decoded on demand: `ParsedStatement.stringValue(of:)`, `bytesValue(of:)`, `sourceText(of:)`.
public struct Literal: Sendable, Hashable {
    /// The type of a literal, with what its keyword says.
    public enum Kind: Sendable, Hashable, CaseIterable {
        case null
        case `true`
        case `false`
        /// Decimal or `0x` hexadecimal, without sign.
        case integer
        /// Digits with a point or an exponent.
        case floatingPoint
        /// One or more adjacent string literals, which concatenate.
        case string
        /// One or more adjacent bytes literals, which concatenate.
        case bytes
        /// `NUMERIC '…'` or `DECIMAL '…'`.
        case numeric
        /// `BIGNUMERIC '…'` or `BIGDECIMAL '…'`.
        case bigNumeric
        /// `JSON '…'`.
        case json
        /// `DATE '…'`.
        case date
        /// `DATETIME '…'`.
        case datetime
        /// `TIME '…'`.
        case time
        /// `TIMESTAMP '…'`.
        case timestamp
    }

    /// Which literal.
    public let kind: Kind
    /// The tokens it covers: keyword and all adjacent parts included.
    @TokenRange public var tokens: Range<Int>
}

/// `RANGE<DATE> '[2020-01-01, 2020-02-01)'`.
public struct RangeLiteral: Sendable {
    /// The type, always a `TypeName.Kind.range`.
    public let type: TypeName
    /// The string.
    public let value: Literal
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `INTERVAL 3 DAY`, `INTERVAL '1-2' YEAR TO MONTH`.
public struct IntervalExpression: Sendable {
    /// The amount.
    public let value: Expression
    /// The date part, or the first of a range of parts.
    public let from: Identifier
    /// The last date part after `TO`.
    public let to: Identifier?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
