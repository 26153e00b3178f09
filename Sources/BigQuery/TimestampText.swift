/// TIMESTAMP cells, which are asked for as microseconds since 1970 (`formatOptions.useInt64Timestamp`): exact over the
/// whole range of years 1 to 9999, where seconds in a double are not.
enum TimestampText {
    /// 0001-01-01T00:00:00 and 9999-12-31T23:59:59.999999, in microseconds since 1970.
    private static let range: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
    private static let microsecondsADay: Int64 = 86_400_000_000

    /// `2024-01-31T23:59:59.000000Z`: always six digits, so that texts order as times do.
    static func iso8601(microseconds text: String) throws(BigQueryError) -> String {
        guard let microseconds = Int64(text), range.contains(microseconds) else { throw CellConversion.mismatch }
        var (days, rest) = microseconds.quotientAndRemainder(dividingBy: microsecondsADay)
        if rest < 0 {
            rest += microsecondsADay
            days -= 1
        }
        let (year, month, day) = civil(daysSince1970: days)
        let seconds = rest / 1_000_000
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        let time = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return "\(date)T\(time).\(padded(rest % 1_000_000, 6))Z"
    }

    /// The proleptic Gregorian date of a day (<https://howardhinnant.github.io/date_algorithms.html#civil_from_days>).
    private static func civil(daysSince1970 days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        // Counted from 0000-03-01, so that the leap day is the last of its year; never negative in our range.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }
}
