extension JSONCheck {
    /// A number: `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`, within `Int64` when whole, else finite.
    mutating func number() throws(JSONError) {
        let start = offset
        var isWhole = true
        if current == UInt8(ascii: "-") { offset += 1 }
        if current == UInt8(ascii: "0") {
            offset += 1
        } else {
            try digits(from: start)
        }
        if current == UInt8(ascii: ".") {
            isWhole = false
            offset += 1
            try digits(from: start)
        }
        if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
            isWhole = false
            offset += 1
            if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { offset += 1 }
            try digits(from: start)
        }
        // An ASCII digit after a leading zero would start a second number.
        if let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            throw JSONError(.syntax, "a number must not begin with 0", at: start)
        }
        try checkRange(start..<offset, isWhole: isWhole)
    }

    private mutating func digits(from start: Int) throws(JSONError) {
        let first = offset
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
        guard offset > first else {
            throw JSONError(.syntax, "a number lacks digits", at: start)
        }
    }

    private func checkRange(_ range: Range<Int>, isWhole: Bool) throws(JSONError) {
        // Nothing of up to 18 characters can leave either range, unless it has an exponent.
        if isWhole, range.count <= 18 { return }
        let text = String(decoding: bytes[range], as: UTF8.self)
        if isWhole, Int64(text) == nil {
            throw JSONError(.numberRange, "an integer is beyond 64 bits", at: range.lowerBound)
        }
        if !isWhole, Double(text)?.isFinite != true {
            throw JSONError(.numberRange, "a number is too large", at: range.lowerBound)
        }
    }
}
