/// A text that grows at its end, mostly by a few bytes at a time.
///
/// The room is made before the bytes are there, so that it is checked once a piece and not once a byte.
struct TextBuffer {
    /// The text, and zeros behind it.
    private var bytes: [UInt8]
    private var count = 0

    init(capacity: Int = 0) {
        bytes = [UInt8](repeating: 0, count: capacity)
    }

    var text: String { String(decoding: bytes[..<count], as: UTF8.self) }

    mutating func append(_ byte: UInt8) {
        makeRoom(for: 1)
        bytes[count] = byte
        count += 1
    }

    /// Appends a part of a text.
    mutating func append(_ source: [UInt8], _ range: Range<Int>) {
        makeRoom(for: range.count)
        let source = source.span
        var position = count
        var target = bytes.mutableSpan
        for index in range {
            target[position] = source[index]
            position += 1
        }
        count = position
    }

    /// Appends a part of a text with its letters of ASCII in upper case.
    mutating func append(upperCased source: [UInt8], _ range: Range<Int>) {
        makeRoom(for: range.count)
        let source = source.span
        var position = count
        var target = bytes.mutableSpan
        for index in range {
            target[position] = source[index].upperCased
            position += 1
        }
        count = position
    }

    mutating func append(_ piece: String) {
        bytes.removeLast(bytes.count - count)
        bytes.append(contentsOf: piece.utf8)
        count = bytes.count
    }

    private mutating func makeRoom(for more: Int) {
        let missing = count + more - bytes.count
        guard missing > 0 else { return }
        bytes.append(contentsOf: repeatElement(0, count: max(missing, min(bytes.count, 4096), 256)))
    }
}
