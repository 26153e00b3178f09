import Yams

/// What a number of a configuration counts, and the suffixes that it may carry (kB = 1000).
enum QuantityUnit {
    case bytes
    case count
    case seconds

    var factors: [String: Int64] {
        switch self {
        case .bytes:
            ["": 1, "B": 1, "kB": 1000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000]
        case .count: ["": 1]
        case .seconds: ["s": 1, "m": 60, "h": 3600]
        }
    }

    var example: String {
        switch self {
        case .bytes: "`10GB`"
        case .count: "`100`"
        case .seconds: "`300s`"
        }
    }
}

extension YAMLReader {
    /// A positive number with a suffix of its unit, such as `10GB`.
    mutating func quantity(_ node: Node, for key: String, unit: QuantityUnit) -> Int64? {
        guard let text = node.scalar?.string else {
            problem("`\(key)` is not a number such as \(unit.example)", at: node)
            return nil
        }
        let digits = text.prefix { ("0"..."9").contains($0) }
        let suffix = text.dropFirst(digits.count).drop { $0 == " " }
        guard let number = Int64(digits), number > 0, let factor = unit.factors[String(suffix)] else {
            problem("`\(key)` is not a number such as \(unit.example)", at: node)
            return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else {
            problem("`\(key)` is too large", at: node)
            return nil
        }
        return product
    }
}
