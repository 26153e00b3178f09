/// NUMERIC and BIGNUMERIC: `-?[0-9]+(.[0-9]+)?`.
enum DecimalText {
    static let numericScale = 9
    static let bignumericScale = 38
    /// NUMERIC has 38 digits.
    private static let numericMax: Int128 = 99_999_999_999_999_999_999_999_999_999_999_999_999

    /// The four 64-bit parts of a 256-bit number, the lowest first.
    typealias Limbs = (UInt64, UInt64, UInt64, UInt64)

    /// Where the digits of a text are.
    private struct Digits {
        let isNegative: Bool
        let whole: PlainText
        let fraction: PlainText

        init?(_ text: PlainText, scale: Int) {
            let window = text.window
            isNegative = text.count > 0 && window.byte(text.start) == UInt8(ascii: "-")
            let start = text.start &+ (isNegative ? 1 : 0)
            var point = start
            while point < text.end, window.byte(point) != UInt8(ascii: ".") { point &+= 1 }
            whole = PlainText(window: window, start: start, count: point &- start)
            let digits = min(point &+ 1, text.end)
            fraction = PlainText(window: window, start: digits, count: text.end &- digits)
            guard whole.count > 0, whole.count <= 80, fraction.count <= scale,
                point == text.end || fraction.count > 0
            else { return nil }
        }
    }

    /// In units of 10^-9.
    static func numeric(_ text: PlainText) throws(RowStreamError) -> Int128 {
        guard let digits = Digits(text, scale: numericScale) else { throw .cellType }
        if digits.whole.count <= 9 {
            // Most numbers fit into 64 bits with their fraction.
            guard let short = short(digits) else { throw .cellType }
            return Int128(digits.isNegative ? -short : short)
        }
        var number: Int128 = 0
        try walk(digits, scale: numericScale) { (value, power) throws(RowStreamError) in
            let (product, overflow) = number.multipliedReportingOverflow(by: Int128(power))
            guard !overflow, product <= numericMax else { throw tooLarge }
            number = product + Int128(value)
        }
        guard number <= numericMax else { throw tooLarge }
        return digits.isNegative ? -number : number
    }

    /// A number of at most nine whole digits, without its sign.
    @inline(__always)
    private static func short(_ digits: Digits) -> Int64? {
        guard let whole = NumberText.digits(digits.whole.window, digits.whole.start, digits.whole.count) else {
            return nil
        }
        if digits.fraction.count == 0 { return Int64(whole &* 1_000_000_000) }
        guard let fraction = NumberText.digits(digits.fraction.window, digits.fraction.start, digits.fraction.count)
        else { return nil }
        return Int64(whole &* 1_000_000_000 &+ fraction &* powersOfTen[numericScale &- digits.fraction.count])
    }

    /// In units of 10^-38, in two's complement. The largest BIGNUMERIC has 77 digits and just fits.
    static func bignumeric(_ text: PlainText) throws(RowStreamError) -> Limbs {
        guard let digits = Digits(text, scale: bignumericScale) else { throw .cellType }
        var limbs: Limbs = (0, 0, 0, 0)
        try walk(digits, scale: bignumericScale) { (value, power) throws(RowStreamError) in
            var carry = value
            carry = step(&limbs.0, power, carry)
            carry = step(&limbs.1, power, carry)
            carry = step(&limbs.2, power, carry)
            carry = step(&limbs.3, power, carry)
            guard carry == 0 else { throw tooLarge }
        }
        let isLowest = limbs == (0, 0, 0, 1 << 63) && digits.isNegative
        guard limbs.3 < 1 << 63 || isLowest else { throw tooLarge }
        return digits.isNegative ? negated(limbs) : limbs
    }

    private static let tooLarge = RowStreamError(.range, "a decimal number is beyond what Arrow holds")

    /// Multiplies a part, adds what came from the part below, and returns what goes to the part above.
    private static func step(_ limb: inout UInt64, _ power: UInt64, _ carry: UInt64) -> UInt64 {
        let (high, low) = limb.multipliedFullWidth(by: power)
        let (sum, overflow) = low.addingReportingOverflow(carry)
        limb = sum
        return high + (overflow ? 1 : 0)
    }

    private static func negated(_ limbs: Limbs) -> Limbs {
        var result = (~limbs.0, ~limbs.1, ~limbs.2, ~limbs.3)
        result.0 &+= 1
        if result.0 == 0 { result.1 &+= 1 }
        if result.0 == 0, result.1 == 0 { result.2 &+= 1 }
        if result.0 == 0, result.1 == 0, result.2 == 0 { result.3 &+= 1 }
        return result
    }

    /// Gives the digits in pieces, each with the power of ten that makes room for it; last the zeros that are not
    /// written.
    @inline(__always)
    private static func walk(
        _ digits: Digits,
        scale: Int,
        _ take: (_ value: UInt64, _ power: UInt64) throws(RowStreamError) -> Void
    ) throws(RowStreamError) {
        for part in [digits.whole, digits.fraction] {
            var position = part.start
            while position < part.end {
                let count = min(part.end &- position, 18)
                guard let value = NumberText.digits(part.window, position, count) else { throw .cellType }
                try take(value, powersOfTen[count])
                position &+= count
            }
        }
        var zeros = scale &- digits.fraction.count
        while zeros > 0 {
            let count = min(zeros, 18)
            try take(0, powersOfTen[count])
            zeros &-= count
        }
    }

    private static let powersOfTen: [UInt64] = (0...18).map { exponent in
        (0..<exponent).reduce(UInt64(1)) { power, _ in power * 10 }
    }
}
