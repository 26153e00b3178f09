/// Numbers as BigQuery writes them.
enum NumberText {
    private static let zeros: UInt64 = 0x3030_3030_3030_3030

    /// Whether all eight bytes are digits.
    @inline(__always)
    private static func areDigits(_ word: UInt64) -> Bool {
        (word & 0xF0F0_F0F0_F0F0_F0F0) | ((word &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0) >> 4
            == 0x3333_3333_3333_3333
    }

    /// The value of eight digits.
    @inline(__always)
    private static func value(_ word: UInt64) -> UInt64 {
        // Pairs, then fours, then all eight, side by side in one word.
        let digits = word & 0x0F0F_0F0F_0F0F_0F0F
        let pairs = (digits &* 2561) >> 8 & 0x00FF_00FF_00FF_00FF
        let fours = (pairs &* 6_553_601) >> 16 & 0x0000_FFFF_0000_FFFF
        return (fours &* 42_949_672_960_001) >> 32
    }

    /// The value of 1 to 8 digits; `nil` when others are among them.
    @inline(__always)
    static func short(_ window: InputWindow, _ start: Int, _ count: Int) -> UInt64? {
        let shift = UInt64(truncatingIfNeeded: (8 &- count) &* 8)
        // Zeros in front; a shift by 64 gives 0.
        let word = window.word(start) &<< shift | (zeros >> (64 &- shift))
        return areDigits(word) ? value(word) : nil
    }

    /// The value of up to 18 digits without a sign; `nil` when there are more, none, or others among them.
    @inline(__always)
    static func digits(_ window: InputWindow, _ start: Int, _ count: Int) -> UInt64? {
        if count <= 8 { return count > 0 ? short(window, start, count) : nil }
        guard count <= 18 else { return nil }
        if count <= 16 {
            guard let high = short(window, start, count &- 8), areDigits(window.word(start &+ count &- 8)) else {
                return nil
            }
            return high &* 100_000_000 &+ value(window.word(start &+ count &- 8))
        }
        guard let high = short(window, start, count &- 16) else { return nil }
        let middle = window.word(start &+ count &- 16)
        let low = window.word(start &+ count &- 8)
        guard areDigits(middle), areDigits(low) else { return nil }
        return (high &* 100_000_000 &+ value(middle)) &* 100_000_000 &+ value(low)
    }

    /// A 64-bit integer.
    @inline(__always)
    static func int64(_ text: PlainText) -> Int64? {
        let isNegative = text.window.byte(text.start) == UInt8(ascii: "-") && text.count > 0
        let sign = isNegative ? 1 : 0
        if let value = digits(text.window, text.start &+ sign, text.count &- sign) {
            return isNegative ? 0 &- Int64(truncatingIfNeeded: value) : Int64(truncatingIfNeeded: value)
        }
        return Int64(text.string)
    }

    /// Whether a text is an integer of at most 15 digits in the one form that JSON has for it.
    @inline(__always)
    static func isShortInteger(_ text: PlainText) -> Bool {
        let sign = text.window.byte(text.start) == UInt8(ascii: "-") ? 1 : 0
        let count = text.count &- sign
        guard count > 0, count <= 15, digits(text.window, text.start &+ sign, count) != nil else { return false }
        return text.window.byte(text.start &+ sign) != UInt8(ascii: "0") || text.count == 1
    }

    /// How a number is written.
    enum Form {
        /// Digits alone.
        case whole
        /// With a fraction or an exponent.
        case fractional
        /// Nothing that JSON has.
        case other
    }

    /// Whether a text is a number in JSON's grammar that is certainly finite as a double.
    static func form(_ text: PlainText) -> Form {
        let window = text.window
        var at = text.start
        let end = text.end
        if window.byte(at) == UInt8(ascii: "-") { at &+= 1 }
        let first = at
        while ASCII.isDigit(window.byte(at)) { at &+= 1 }
        guard at > first, at &- first <= 300 else { return .other }
        if window.byte(first) == UInt8(ascii: "0"), at &- first > 1 { return .other }
        if at == end { return .whole }
        if window.byte(at) == UInt8(ascii: ".") {
            at &+= 1
            let fraction = at
            while ASCII.isDigit(window.byte(at)) { at &+= 1 }
            guard at > fraction else { return .other }
        }
        if at == end { return .fractional }
        guard window.byte(at) | 0x20 == UInt8(ascii: "e"), at &- first <= 100 else { return .other }
        at &+= 1
        if window.byte(at) == UInt8(ascii: "-") || window.byte(at) == UInt8(ascii: "+") { at &+= 1 }
        let exponent = at
        while ASCII.isDigit(window.byte(at)) { at &+= 1 }
        // Larger exponents are converted, to see whether the number is finite.
        guard at == end, at > exponent, at &- exponent <= 2 else { return .other }
        return .fractional
    }

    /// A double that is no number.
    enum Special {
        case nan
        case infinity
        case negativeInfinity

        /// Reads it as BigQuery writes it, whatever the case.
        init?(_ text: PlainText) {
            guard text.count <= 9 else { return nil }
            switch text.string.lowercased() {
            case "nan": self = .nan
            case "infinity", "+infinity", "inf", "+inf": self = .infinity
            case "-infinity", "-inf": self = .negativeInfinity
            default: return nil
            }
        }

        var name: StaticString {
            switch self {
            case .nan: "NaN"
            case .infinity: "Infinity"
            case .negativeInfinity: "-Infinity"
            }
        }

        var value: Double {
            switch self {
            case .nan: .nan
            case .infinity: .infinity
            case .negativeInfinity: -.infinity
            }
        }
    }
}
