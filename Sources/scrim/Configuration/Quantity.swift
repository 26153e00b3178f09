/// Amounts as people write them in `scrim.yaml`: `100GB`, `40kB`, `300s`.
enum Quantity {
    private static let byteUnits: [(suffix: String, factor: Int64)] = [
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000), ("B", 1),
    ]
    private static let timeUnits: [(suffix: String, factor: Int64)] = [
        ("d", 86_400), ("h", 3600), ("m", 60), ("s", 1),
    ]

    /// Bytes; a unit is 1000 of the one below. A bare number is bytes.
    static func bytes(_ text: String) -> Int64? { amount(text, byteUnits) ?? Int64(text).flatMap(positive) }

    /// Whole seconds; a unit is required.
    static func seconds(_ text: String) -> Int64? { amount(text, timeUnits) }

    private static func amount(_ text: String, _ units: [(suffix: String, factor: Int64)]) -> Int64? {
        for unit in units where text.hasSuffix(unit.suffix) {
            guard let count = Int64(text.dropLast(unit.suffix.count)), count > 0 else { return nil }
            let (amount, overflow) = count.multipliedReportingOverflow(by: unit.factor)
            return overflow ? nil : amount
        }
        return nil
    }

    private static func positive(_ count: Int64) -> Int64? { count > 0 ? count : nil }
}
