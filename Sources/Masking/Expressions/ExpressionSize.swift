import Catalog

/// How long a part of an expression can be: at most `factor` times the value's bytes, and `constant` bytes more.
///
/// A part that grows without bound would fail on long values, as BigQuery's rows have a limit.
struct ExpressionSize: Hashable {
    /// The most that a part may be longer than the value.
    static let factorMax = 64
    /// The most bytes that a part may have beyond that.
    static let constantMax = 100_000
    /// Numbers, times and the like as text.
    static let scalar = ExpressionSize(factor: 0, constant: 100)
    /// The most bytes of a character, and the most by which another case of letters is longer.
    private static let (characterBytesMax, letterFactorMax) = (4, 3)

    var factor: Int
    var constant: Int

    /// A value of a type.
    init(ofValue type: ScalarType) {
        self = type == .string || type == .bytes ? ExpressionSize(factor: 1, constant: 0) : .scalar
    }

    init(factor: Int, constant: Int) {
        self.factor = factor
        self.constant = constant
    }

    var isBounded: Bool { factor <= Self.factorMax && constant <= Self.constantMax }

    /// The larger one of several.
    static func largest(_ sizes: [ExpressionSize]) -> ExpressionSize {
        ExpressionSize(factor: sizes.map(\.factor).max() ?? 0, constant: sizes.map(\.constant).max() ?? 0)
    }

    private static func sum(_ sizes: [ExpressionSize]) -> ExpressionSize {
        ExpressionSize(
            factor: sizes.reduce(0) { $0 + $1.factor },
            constant: sizes.reduce(0) { $0 + $1.constant }
        )
    }

    private func multiplied(by times: Int) -> ExpressionSize {
        ExpressionSize(factor: factor * times, constant: (constant + 1) * times)
    }

    /// What a call gives; its arguments are within the bounds, so nothing here overflows.
    init(of growth: MaskFunction.Growth, _ arguments: [ExpressionSize], groupsInserted: Int) {
        let first = arguments.first ?? .scalar
        switch growth {
        case .none: self = first
        case .scalar: self = .scalar
        case .sum: self = .sum(arguments)
        case .letters: self = first.multiplied(by: Self.letterFactorMax)
        case .digits: self = first.multiplied(by: 2)
        case .filled:
            let bytes = Int(MaskFunction.fillLengthMax) * Self.characterBytesMax
            self = ExpressionSize(factor: 0, constant: bytes)
        case .replacement:
            // Each byte may be replaced, and REGEXP_REPLACE inserts between bytes as well.
            let inserted = arguments.last ?? .scalar
            let times = 1 + groupsInserted + inserted.constant
            self =
                inserted.factor == 0
                ? first.multiplied(by: times) : ExpressionSize(factor: Self.factorMax + 1, constant: 0)
        }
    }
}
