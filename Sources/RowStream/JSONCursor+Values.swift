/// Values that are checked and passed over: members of a page beside its rows.
extension JSONCursor {
    /// Any value, to behind its last byte. A number must be followed by something to be known to be complete.
    mutating func value(depth: Int = 0) -> Bool {
        skipWhitespace()
        switch window.byte(position) {
        case UInt8(ascii: "\""):
            position += 1
            var hasEscape = false
            return string(&hasEscape)
        case UInt8(ascii: "{"): return object(depth: depth + 1)
        case UInt8(ascii: "["): return array(depth: depth + 1)
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        default: return fail(.syntax, "a value is expected", at: position)
        }
    }

    private mutating func object(depth: Int) -> Bool {
        guard open(depth) else { return false }
        if window.byte(position) == UInt8(ascii: "}") {
            position += 1
            return true
        }
        while true {
            guard expect(UInt8(ascii: "\""), "a member name in double quotes is expected") else { return false }
            var hasEscape = false
            guard string(&hasEscape), expect(UInt8(ascii: ":"), "`:` is expected"), value(depth: depth) else {
                return false
            }
            skipWhitespace()
            switch window.byte(position) {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return true
            default: return fail(.syntax, "`,` or `}` is expected", at: position)
            }
        }
    }

    private mutating func array(depth: Int) -> Bool {
        guard open(depth) else { return false }
        if window.byte(position) == UInt8(ascii: "]") {
            position += 1
            return true
        }
        while true {
            guard value(depth: depth) else { return false }
            skipWhitespace()
            switch window.byte(position) {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return true
            default: return fail(.syntax, "`,` or `]` is expected", at: position)
            }
        }
    }

    private mutating func open(_ depth: Int) -> Bool {
        guard depth <= RowStreamLimits.memberDepthMax else {
            return fail(.limit, "the page is nested too deep", at: position)
        }
        position += 1
        skipWhitespace()
        return true
    }

    /// `-? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?`
    private mutating func number() -> Bool {
        if window.byte(position) == UInt8(ascii: "-") { position += 1 }
        if window.byte(position) == UInt8(ascii: "0") {
            position += 1
            if ASCII.isDigit(window.byte(position)) {
                return fail(.syntax, "a number must not begin with 0", at: position)
            }
        } else {
            guard digits() else { return false }
        }
        if window.byte(position) == UInt8(ascii: ".") {
            position += 1
            guard digits() else { return false }
        }
        if window.byte(position) | 0x20 == UInt8(ascii: "e") {
            position += 1
            if window.byte(position) == UInt8(ascii: "+") || window.byte(position) == UInt8(ascii: "-") {
                position += 1
            }
            guard digits() else { return false }
        }
        return position < window.end
    }

    private mutating func digits() -> Bool {
        guard ASCII.isDigit(window.byte(position)) else {
            return fail(.syntax, "a number lacks digits", at: position)
        }
        while ASCII.isDigit(window.byte(position)) { position += 1 }
        return true
    }
}
