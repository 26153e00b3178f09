/// Dates and times of day in the proleptic Gregorian calendar.
enum CivilTime {
    /// 0001-01-01T00:00:00 and 9999-12-31T23:59:59.999999, in microseconds since 1970.
    static let microsecondsRange: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999
    static let microsecondsADay: Int64 = 86_400_000_000

    /// Writes `2024-01-31T23:59:59.000000Z`, always six digits, so that texts order as times do. 27 bytes.
    @inline(__always)
    static func write(_ microseconds: Int64, to out: OutputBuffer) {
        // From the first day of the range on, so that nothing is negative.
        let shifted = UInt64(bitPattern: microseconds &- microsecondsRange.lowerBound)
        let days = UInt32(truncatingIfNeeded: shifted / 86_400_000_000)
        let rest = shifted % 86_400_000_000
        let seconds = UInt32(truncatingIfNeeded: rest / 1_000_000)
        let fraction = UInt32(truncatingIfNeeded: rest % 1_000_000)
        let date = decimal(number(ofDay: days))
        out.put(date, bytes: 4)
        out.put(UInt64(UInt8(ascii: "-")) | (date >> 32) << 8, bytes: 3)
        out.put(UInt64(UInt8(ascii: "-")) | (date >> 48) << 8, bytes: 3)
        let time = decimal((seconds / 3600 &* 100 &+ seconds / 60 % 60) &* 100 &+ seconds % 60)
        out.put(UInt64(UInt8(ascii: "T")) | (time >> 16) << 8, bytes: 3)
        out.put(UInt64(UInt8(ascii: ":")) | (time >> 32) << 8, bytes: 3)
        out.put(UInt64(UInt8(ascii: ":")) | (time >> 48) << 8, bytes: 3)
        let digits = decimal(fraction &* 10)
        out.put(UInt64(UInt8(ascii: ".")) | (digits >> 8 & 0xFFFF_FFFF_FFFF) << 8, bytes: 7)
        out.put(UInt8(ascii: "Z"))
    }

    /// A number of at most eight digits as eight characters, the first of them lowest.
    @inline(__always)
    private static func decimal(_ number: UInt32) -> UInt64 {
        let halves = UInt64(number / 10_000) | UInt64(number % 10_000) << 32
        let hundreds = (halves &* 10_486) >> 20 & 0x0000_007F_0000_007F
        let pairs = hundreds | (halves &- hundreds &* 100) << 16
        let tens = (pairs &* 103) >> 10 & 0x000F_000F_000F_000F
        return (tens | (pairs &- tens &* 10) << 8) &+ 0x3030_3030_3030_3030
    }

    /// A day, counted from 0001-01-01, as the number YYYYMMDD
    /// (<https://howardhinnant.github.io/date_algorithms.html#civil_from_days>).
    @inline(__always)
    private static func number(ofDay day: UInt32) -> UInt32 {
        // Counted from 0000-03-01, so that the leap day is the last of its year.
        let shifted = day &+ 306
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra &- dayOfEra / 1460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
        let shiftedMonth = (5 &* dayOfYear &+ 2) / 153
        let dayOfMonth = dayOfYear &- (153 &* shiftedMonth &+ 2) / 5 &+ 1
        let month = shiftedMonth < 10 ? shiftedMonth &+ 3 : shiftedMonth &- 9
        let year = yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0)
        return (year &* 100 &+ month) &* 100 &+ dayOfMonth
    }

    /// Days since 1970 of a date; `nil` when there is no such day in the years 1 to 9999
    /// (<https://howardhinnant.github.io/date_algorithms.html#days_from_civil>).
    @inline(__always)
    static func days(year: Int32, month: Int32, day: Int32) -> Int32? {
        guard year >= 1, month >= 1, month <= 12, day >= 1, day <= length(of: month, year) else { return nil }
        let shifted = month <= 2 ? year &- 1 : year
        let era = shifted / 400
        let yearOfEra = shifted &- era &* 400
        let dayOfYear = (153 &* (month > 2 ? month &- 3 : month &+ 9) &+ 2) / 5 &+ day &- 1
        let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
        return era &* 146_097 &+ dayOfEra &- 719_468
    }

    private static func length(of month: Int32, _ year: Int32) -> Int32 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    // MARK: Reading

    /// Days since 1970 of `YYYY-MM-DD`.
    @inline(__always)
    static func date(_ text: PlainText) -> Int32? {
        guard text.count == 10 else { return nil }
        let window = text.window
        guard window.byte(text.start &+ 4) == UInt8(ascii: "-"), window.byte(text.start &+ 7) == UInt8(ascii: "-"),
            let year = NumberText.short(window, text.start, 4),
            let month = NumberText.short(window, text.start &+ 5, 2),
            let day = NumberText.short(window, text.start &+ 8, 2)
        else { return nil }
        return days(year: Int32(year), month: Int32(month), day: Int32(day))
    }

    /// Microseconds since midnight of `HH:MM:SS` with up to six digits of a fraction.
    @inline(__always)
    static func time(_ text: PlainText) -> Int64? {
        let window = text.window
        guard text.count >= 8, window.byte(text.start &+ 2) == UInt8(ascii: ":"),
            window.byte(text.start &+ 5) == UInt8(ascii: ":"),
            let hour = NumberText.short(window, text.start, 2),
            let minute = NumberText.short(window, text.start &+ 3, 2),
            let second = NumberText.short(window, text.start &+ 6, 2),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var microseconds = Int64((hour &* 60 &+ minute) &* 60 &+ second) &* 1_000_000
        if text.count > 8 {
            let digits = text.count &- 9
            guard window.byte(text.start &+ 8) == UInt8(ascii: "."), digits >= 1, digits <= 6,
                let fraction = NumberText.short(window, text.start &+ 9, digits)
            else { return nil }
            microseconds &+= Int64(fraction &* powersOfTen(6 &- digits))
        }
        return microseconds
    }

    /// Microseconds since 1970 of `YYYY-MM-DDTHH:MM:SS` with up to six digits of a fraction.
    @inline(__always)
    static func datetime(_ text: PlainText) -> Int64? {
        guard text.count >= 19 else { return nil }
        let separator = text.window.byte(text.start &+ 10)
        guard separator == UInt8(ascii: "T") || separator == UInt8(ascii: " "),
            let days = date(PlainText(window: text.window, start: text.start, count: 10)),
            let time = time(PlainText(window: text.window, start: text.start &+ 11, count: text.count &- 11))
        else { return nil }
        return Int64(days) &* microsecondsADay &+ time
    }

    private static func powersOfTen(_ exponent: Int) -> UInt64 {
        (0..<exponent).reduce(UInt64(1)) { power, _ in power &* 10 }
    }
}
