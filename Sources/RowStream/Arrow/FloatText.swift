/// FLOAT64 cells as doubles.
enum FloatText {
    /// Powers that a double holds exactly.
    private static let powers: [Double] = (0...22).map { exponent in
        (0..<exponent).reduce(1.0) { power, _ in power * 10 }
    }

    /// The nearest double; `nil` for what is no number.
    static func double(_ text: PlainText) -> Double? {
        if let exact = exact(text) { return exact }
        if let special = NumberText.Special(text) { return special.value }
        // Beyond the largest double, text becomes infinity, which BigQuery would have written as such.
        guard let number = Double(text.string), number.isFinite else { return nil }
        return number
    }

    /// A number whose digits fit into 53 bits and whose power of ten is small: then one multiplication or division of
    /// exact doubles rounds correctly (W. D. Clinger, "How to read floating point numbers accurately", 1990).
    private static func exact(_ text: PlainText) -> Double? {
        let window = text.window
        guard text.count <= 20 else { return nil }
        let isNegative = window.byte(text.start) == UInt8(ascii: "-")
        var at = text.start &+ (isNegative ? 1 : 0)
        let first = at
        var digits: UInt64 = 0
        while ASCII.isDigit(window.byte(at)) {
            digits = digits &* 10 &+ UInt64(window.byte(at) &- UInt8(ascii: "0"))
            at &+= 1
        }
        guard at > first else { return nil }
        var scale = 0
        if window.byte(at) == UInt8(ascii: ".") {
            at &+= 1
            let fraction = at
            while ASCII.isDigit(window.byte(at)) {
                digits = digits &* 10 &+ UInt64(window.byte(at) &- UInt8(ascii: "0"))
                at &+= 1
            }
            scale = at &- fraction
            guard scale > 0 else { return nil }
        }
        // Up to 19 digits have been read without overflow.
        guard at == text.end, at &- first <= 20, digits <= 1 << 53, scale <= 22 else { return nil }
        let value = Double(digits) / powers[scale]
        return isNegative ? -value : value
    }
}
