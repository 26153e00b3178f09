/// How the page has TIMESTAMP cells, which depends on what was asked for
/// (<https://cloud.google.com/bigquery/docs/reference/rest/v2/DataFormatOptions>).
public enum TimestampForm: Sendable, Hashable {
    /// Whole microseconds since 1970, with `formatOptions.useInt64Timestamp`: exact.
    case microseconds
    /// Seconds since 1970 as a decimal number, perhaps with an exponent, without it. A double's digits: near the year
    /// 9999 they are some 30 microseconds apart.
    case seconds

    /// Microseconds since 1970, within the years 1 to 9999.
    @inline(__always)
    func microseconds(_ text: PlainText) -> Int64? {
        let value =
            switch self {
            case .microseconds: NumberText.int64(text)
            case .seconds: Self.microseconds(ofSeconds: text)
            }
        guard let value, CivilTime.microsecondsRange.contains(value) else { return nil }
        return value
    }

    /// Exact to the microsecond; half of one goes to the even neighbour.
    private static func microseconds(ofSeconds text: PlainText) -> Int64? {
        guard NumberText.form(text) != .other, text.count <= 40 else { return nil }
        var digits: Int128 = 0
        var exponent = 6
        var isFraction = false
        var rest = text.string.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        while let byte = rest.first, byte | 0x20 != UInt8(ascii: "e") {
            rest.removeFirst()
            if byte == UInt8(ascii: ".") {
                isFraction = true
            } else if digits < 1_000_000_000_000_000_000_000_000_000 {
                digits = digits * 10 + Int128(byte - UInt8(ascii: "0"))
                if isFraction { exponent -= 1 }
            } else if !isFraction {
                return nil
            }
        }
        if !rest.isEmpty {
            guard let written = Int(Substring(rest.dropFirst())) else { return nil }
            exponent += written
        }
        guard let rounded = scaled(digits, by: exponent) else { return nil }
        return Int64(exactly: isNegative ? -rounded : rounded)
    }

    private static func scaled(_ digits: Int128, by exponent: Int) -> Int128? {
        if digits == 0 { return 0 }
        if exponent >= 0 {
            guard exponent <= 20 else { return nil }
            let (product, overflow) = digits.multipliedReportingOverflow(by: power(exponent))
            return overflow ? nil : product
        }
        guard exponent >= -36 else { return 0 }
        let divisor = power(-exponent)
        let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: divisor)
        let isUp = remainder * 2 > divisor || (remainder * 2 == divisor && quotient % 2 == 1)
        return quotient + (isUp ? 1 : 0)
    }

    private static func power(_ exponent: Int) -> Int128 {
        (0..<exponent).reduce(Int128(1)) { power, _ in power * 10 }
    }
}
