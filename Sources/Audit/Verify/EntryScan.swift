/// Looks at an entry byte by byte, and knows most of them to be one JSON object without building anything.
///
/// What it accepts is exactly a part of what RFC 8259 does: objects without white space between tokens, whose strings are
/// ASCII with no escapes but those of one character, whose names have no escapes and are different from each other, and
/// whose numbers are whole and of at most 18 digits. Of anything else it says nothing, and a whole reader is asked.
struct EntryScan {
    private static let depthMax = 16
    private static let namesMax = 64

    private let bytes: ArraySlice<UInt8>
    private var place: Int
    /// The names of the objects that are open, those of the outermost first.
    private var names: [Range<Int>] = []

    /// Whether bytes are surely a JSON object and nothing else.
    static func isPlainObject(_ bytes: ArraySlice<UInt8>) -> Bool {
        var scan = EntryScan(bytes)
        return scan.object(depth: 0) && scan.place == bytes.endIndex
    }

    private init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        place = bytes.startIndex
        names.reserveCapacity(Self.namesMax)
    }

    private var byte: UInt8 { place < bytes.endIndex ? bytes[place] : 0 }

    private mutating func take(_ expected: Unicode.Scalar) -> Bool {
        guard byte == UInt8(ascii: expected) else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        switch byte {
        case UInt8(ascii: "\""): return string() != nil
        case UInt8(ascii: "{"): return depth < Self.depthMax && object(depth: depth)
        case UInt8(ascii: "["): return depth < Self.depthMax && array(depth: depth)
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default: return number()
        }
    }

    private mutating func object(depth: Int) -> Bool {
        guard take("{") else { return false }
        if take("}") { return true }
        let first = names.count
        repeat {
            guard let name = string(isName: true), take(":"), isNew(name, from: first) else { return false }
            names.append(name)
            guard value(depth: depth + 1) else { return false }
        } while take(",")
        names.removeLast(names.count - first)
        return take("}")
    }

    private mutating func array(depth: Int) -> Bool {
        guard take("[") else { return false }
        if take("]") { return true }
        repeat {
            guard value(depth: depth + 1) else { return false }
        } while take(",")
        return take("]")
    }

    private func isNew(_ name: Range<Int>, from first: Int) -> Bool {
        guard names.count < Self.namesMax else { return false }
        for other in names[first...] where other.count == name.count {
            if bytes[other].elementsEqual(bytes[name]) { return false }
        }
        return true
    }

    /// The range between the quotes.
    private mutating func string(isName: Bool = false) -> Range<Int>? {
        guard take("\"") else { return nil }
        let start = place
        while place < bytes.endIndex {
            let byte = bytes[place]
            place += 1
            if byte == UInt8(ascii: "\"") { return start..<(place - 1) }
            if byte == UInt8(ascii: "\\") {
                guard !isName, Self.isEscape(self.byte) else { return nil }
                place += 1
            } else if byte < 0x20 || byte >= 0x80 {
                return nil
            }
        }
        return nil
    }

    private static func isEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        default: return false
        }
    }

    private mutating func number() -> Bool {
        if byte == UInt8(ascii: "-") { place += 1 }
        let start = place
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
        let count = place - start
        return count == 1 || ((2...18).contains(count) && bytes[start] != UInt8(ascii: "0"))
    }

    private mutating func word(_ word: StaticString) -> Bool {
        let expected = unsafe UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard unsafe bytes[place...].starts(with: expected) else { return false }
        place += word.utf8CodeUnitCount
        return true
    }
}
