/// INTERVAL in its canonical form, `[-]Y-M [-]D [-]H:M:S[.F]`
/// (<https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#interval_type>), as Arrow has it: months,
/// days and nanoseconds, each with its sign.
struct IntervalText {
    let months: Int32
    let days: Int32
    let nanoseconds: Int64

    init(_ text: PlainText) throws(RowStreamError) {
        guard text.count <= 64 else { throw .cellType }
        let parts = text.string.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3,
            let yearMonth = Self.numbers(parts[0], separator: "-", count: 2),
            let day = Self.numbers(parts[1], separator: "-", count: 1)
        else { throw .cellType }
        let seconds = parts[2].split(separator: ".", omittingEmptySubsequences: false)
        guard let time = Self.numbers(seconds[0], separator: ":", count: 3), seconds.count <= 2 else { throw .cellType }
        var fraction: Int64 = 0
        if seconds.count == 2 {
            let digits = seconds[1]
            guard (1...9).contains(digits.utf8.count), let value = Self.number(digits) else { throw .cellType }
            fraction = (digits.utf8.count..<9).reduce(value) { value, _ in value * 10 }
        }
        let whole = (time.values[0] * 60 + time.values[1]) * 60 + time.values[2]
        let (scaled, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        let (total, overflowAgain) = scaled.addingReportingOverflow(fraction)
        guard !overflow, !overflowAgain,
            let months = Int32(exactly: yearMonth.sign * (yearMonth.values[0] * 12 + yearMonth.values[1])),
            let days = Int32(exactly: day.sign * day.values[0])
        else {
            throw RowStreamError(.range, "an interval is beyond what Arrow holds")
        }
        self.months = months
        self.days = days
        nanoseconds = time.sign * total
    }

    /// Numbers without signs behind one sign for all of them.
    private static func numbers(
        _ text: Substring,
        separator: Character,
        count: Int
    ) -> (sign: Int64, values: [Int64])? {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: separator, omittingEmptySubsequences: false)
        guard parts.count == count else { return nil }
        let values = parts.compactMap(number)
        return values.count == count ? (isNegative ? -1 : 1, values) : nil
    }

    /// Up to nine digits, so that sums of such numbers never overflow.
    private static func number(_ digits: Substring) -> Int64? {
        guard (1...9).contains(digits.utf8.count), digits.utf8.allSatisfy(ASCII.isDigit) else { return nil }
        return Int64(digits)
    }
}
