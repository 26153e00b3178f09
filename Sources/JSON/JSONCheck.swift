/// The check that bytes pass before json-c sees them: one pass, no recursion, exactly the grammar of RFC 8259.
///
/// json-c is lenient where a proxy must not be: it takes duplicate names, NUL in names, `NaN`, single quotes, and
/// saturates integers. Everything that two readers could understand differently is refused here.
struct JSONCheck {
    /// What the grammar allows next.
    private enum Expected {
        case value
        case valueOrArrayEnd
        case nameOrObjectEnd
        case name
        case commaOrEnd
    }

    /// An array or object that is still open.
    private enum Container {
        case array
        case object(names: Set<String>)
    }

    let bytes: [UInt8]
    let limits: JSONLimits
    var offset = 0
    private var open: [Container] = []

    /// Checks a whole document.
    static func check(_ bytes: [UInt8], limits: JSONLimits) throws(JSONError) {
        guard bytes.count <= limits.bytesMax else {
            throw JSONError(.limit, "the document is over \(limits.bytesMax) bytes")
        }
        var check = JSONCheck(bytes: bytes, limits: limits)
        try check.document()
    }

    private init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The byte at the cursor; `nil` at the end.
    var current: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func document() throws(JSONError) {
        var expected = Expected.value
        while true {
            skipWhitespace()
            guard let byte = current else {
                throw JSONError(.syntax, "the document ends too early", at: offset)
            }
            expected = try step(byte, expected)
            if open.isEmpty, expected == .commaOrEnd { break }
        }
        skipWhitespace()
        guard offset == bytes.count else {
            throw JSONError(.syntax, "there is text after the document", at: offset)
        }
    }

    private mutating func step(_ byte: UInt8, _ expected: Expected) throws(JSONError) -> Expected {
        switch (expected, byte) {
        case (.valueOrArrayEnd, UInt8(ascii: "]")), (.nameOrObjectEnd, UInt8(ascii: "}")):
            return close()
        case (.value, _), (.valueOrArrayEnd, _):
            return try value(startingWith: byte)
        case (.name, UInt8(ascii: "\"")), (.nameOrObjectEnd, UInt8(ascii: "\"")):
            return try name()
        case (.commaOrEnd, _):
            return try afterValue(byte)
        case (.name, _), (.nameOrObjectEnd, _):
            throw JSONError(.syntax, "a member name in double quotes is expected", at: offset)
        }
    }

    private mutating func close() -> Expected {
        offset += 1
        open.removeLast()
        return .commaOrEnd
    }

    private mutating func afterValue(_ byte: UInt8) throws(JSONError) -> Expected {
        switch (open.last, byte) {
        case (.array, UInt8(ascii: "]")), (.object, UInt8(ascii: "}")):
            return close()
        case (.array, UInt8(ascii: ",")):
            offset += 1
            return .value
        case (.object, UInt8(ascii: ",")):
            offset += 1
            return .name
        case (.array, _):
            throw JSONError(.syntax, "`,` or `]` is expected", at: offset)
        case (.object, _), (nil, _):
            throw JSONError(.syntax, "`,` or `}` is expected", at: offset)
        }
    }

    private mutating func value(startingWith byte: UInt8) throws(JSONError) -> Expected {
        switch byte {
        case UInt8(ascii: "["):
            try push(.array)
            return .valueOrArrayEnd
        case UInt8(ascii: "{"):
            try push(.object(names: []))
            return .nameOrObjectEnd
        case UInt8(ascii: "\""):
            _ = try string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            try number()
        case UInt8(ascii: "t"):
            try word("true")
        case UInt8(ascii: "f"):
            try word("false")
        case UInt8(ascii: "n"):
            try word("null")
        default:
            throw JSONError(.syntax, "a value is expected", at: offset)
        }
        return .commaOrEnd
    }

    private mutating func push(_ container: Container) throws(JSONError) {
        guard open.count < limits.depthMax else {
            throw JSONError(.limit, "the document is nested over \(limits.depthMax) levels", at: offset)
        }
        open.append(container)
        offset += 1
    }

    /// A member name and its colon.
    private mutating func name() throws(JSONError) -> Expected {
        let start = offset
        let range = try string()
        let name = JSONText.unescaped(bytes[range])
        guard !name.utf8.contains(0) else {
            throw JSONError(.syntax, "a member name holds a NUL character", at: start)
        }
        guard case .object(var names)? = open.popLast() else {
            throw JSONError(.syntax, "a member name stands outside an object", at: start)
        }
        guard names.insert(name).inserted else {
            throw JSONError(.duplicateKey, "an object has two members of one name", at: start)
        }
        open.append(.object(names: names))
        skipWhitespace()
        guard current == UInt8(ascii: ":") else {
            throw JSONError(.syntax, "`:` is expected", at: offset)
        }
        offset += 1
        return .value
    }

    private mutating func word(_ word: StaticString) throws(JSONError) {
        let expected = Array(word.description.utf8)
        guard bytes[offset...].starts(with: expected) else {
            throw JSONError(.syntax, "a value is expected", at: offset)
        }
        offset += expected.count
    }

    private mutating func skipWhitespace() {
        while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }
}
