import Catalog

/// Whether the text of a typed literal is a value of its type, in the one spelling that masks offer.
///
/// It is a part of what GoogleSQL takes (<https://cloud.google.com/bigquery/docs/reference/standard-sql/lexical>): what is
/// taken here is valid there.
enum LiteralFormat {
    static func help(for type: ScalarType) -> String {
        switch type {
        case .numeric: "write up to 29 digits, with up to 9 after the point"
        case .bignumeric: "write up to 38 digits, with up to 38 after the point"
        case .date: "write '2020-12-31'"
        case .datetime: "write '2020-12-31 23:59:59'"
        case .time: "write '23:59:59'"
        case .timestamp: "write '2020-12-31 23:59:59+00'"
        case .string, .bytes, .int64, .float64, .bool, .geography, .json, .interval: "there is no such literal"
        }
    }

    /// A decimal or `0x` hexadecimal number with an optional minus.
    static func integer(_ source: String) -> Int64? {
        let isNegative = source.hasPrefix("-")
        let digits = isNegative ? source.dropFirst() : source[...]
        let sign = isNegative ? "-" : ""
        if digits.lowercased().hasPrefix("0x") { return Int64(sign + digits.dropFirst(2), radix: 16) }
        return Int64(sign + digits)
    }

    static func isNumeric(_ text: String) -> Bool { isDecimal(text, wholeMax: 29, fractionMax: 9) }

    static func isBigNumeric(_ text: String) -> Bool { isDecimal(text, wholeMax: 38, fractionMax: 38) }

    private static func isDecimal(_ text: String, wholeMax: Int, fractionMax: Int) -> Bool {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }) else {
            return false
        }
        return parts[0].utf8.count <= wholeMax && (parts.count == 1 || parts[1].utf8.count <= fractionMax)
    }

    static func isDate(_ text: String) -> Bool {
        guard matches(text, "0000-00-00") else { return false }
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, parts[0] >= 1, (1...12).contains(parts[1]) else { return false }
        let isLeap = parts[0].isMultiple(of: 4) && (!parts[0].isMultiple(of: 100) || parts[0].isMultiple(of: 400))
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[parts[1] - 1]).contains(parts[2])
    }

    static func isTime(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), matches(parts[0], "00:00:00") else { return false }
        let numbers = parts[0].split(separator: ":").compactMap { Int($0) }
        guard numbers.count == 3, numbers[0] < 24, numbers[1] < 60, numbers[2] < 60 else { return false }
        return parts.count == 1 || ((1...6).contains(parts[1].utf8.count) && parts[1].utf8.allSatisfy(isDigit))
    }

    static func isDatetime(_ text: String) -> Bool {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        return parts.count == 2 && isDate(String(parts[0])) && isTime(String(parts[1]))
    }

    /// In UTC: another offset is another way to write the same.
    static func isTimestamp(_ text: String) -> Bool {
        guard text.hasSuffix("+00") else { return false }
        return isDatetime(String(text.dropLast(3)))
    }

    /// Whether a text is digits where the pattern has `0`, and else the pattern.
    private static func matches(_ text: some StringProtocol, _ pattern: String) -> Bool {
        text.utf8.count == pattern.utf8.count
            && zip(text.utf8, pattern.utf8).allSatisfy { $1 == UInt8(ascii: "0") ? isDigit($0) : $0 == $1 }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
