/// A range of token indices in half the space: nodes are many, and frames of the parser hold several of them.
@propertyWrapper
public struct TokenRange: Sendable, Hashable {
    private let lowerBound: Int32
    private let upperBound: Int32

    /// The range.
    public var wrappedValue: Range<Int> { Int(lowerBound)..<Int(upperBound) }

    /// Packs a range. `ParserLimits.tokensMax` keeps indices far below what fits.
    public init(wrappedValue: Range<Int>) {
        lowerBound = Int32(truncatingIfNeeded: wrappedValue.lowerBound)
        upperBound = Int32(truncatingIfNeeded: wrappedValue.upperBound)
    }
}
