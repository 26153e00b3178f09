/// Cuts a stream of bytes into its JSON objects: lines of objects, objects one after the other, or one array of them.
///
/// It only finds where each object begins and ends; what is in them is for a parser to check.
struct JSONElements {
    /// The largest object, in bytes; an entry of Cloud Logging has at most 256 kB.
    static let bytesMax = 16_777_216

    /// Why the bytes are no such stream.
    enum Problem: Error, Hashable {
        /// Something stands between the objects.
        case unexpected
        /// An object is too large.
        case tooLarge
        /// The stream ends inside an object.
        case incomplete
    }

    private var element: [UInt8] = []
    private var depth = 0
    private var inString = false
    private var isEscaped = false

    /// Takes the next bytes and gives each object that is complete with them.
    mutating func take(_ bytes: [UInt8], _ body: ([UInt8]) throws -> Void) throws {
        for byte in bytes {
            if depth == 0 {
                switch byte {
                case UInt8(ascii: "{"):
                    depth = 1
                    element = [byte]
                case 0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"):
                    break
                default:
                    throw Problem.unexpected
                }
                continue
            }
            element.append(byte)
            guard element.count <= Self.bytesMax else { throw Problem.tooLarge }
            if step(byte) {
                try body(element)
                element.removeAll(keepingCapacity: true)
            }
        }
    }

    /// Whether the byte ends the object.
    private mutating func step(_ byte: UInt8) -> Bool {
        if inString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                inString = false
            }
            return false
        }
        switch byte {
        case UInt8(ascii: "\""): inString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
        return depth == 0
    }

    /// Must be called at the end of the stream.
    func finish() throws(Problem) {
        guard depth == 0 else { throw .incomplete }
    }
}
