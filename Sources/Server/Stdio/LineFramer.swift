/// One line of input.
enum StdioLine: Sendable, Hashable {
    /// Its bytes without the line break; never empty.
    case text([UInt8])
    /// It has more bytes than a line may have; they were dropped up to the next line break.
    case tooLong
}

/// Cuts a stream of bytes into lines: messages are delimited by line feeds and hold none (revision 2026-07-28,
/// basic/transports/stdio).
///
/// It holds at most one line of the limit, however long the input's line is.
struct LineFramer {
    let bytesMax: Int
    private var line: [UInt8] = []
    private var isTooLong = false

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// Takes what was read, and gives the lines that it ends. Blank lines are skipped.
    mutating func take(_ bytes: [UInt8]) -> [StdioLine] {
        var lines: [StdioLine] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            hold(rest[..<end])
            if let ended = endLine() { lines.append(ended) }
            rest = rest[(end + 1)...]
        }
        hold(rest)
        return lines
    }

    /// The last line, when the input ended without a line break after it.
    mutating func finish() -> StdioLine? { endLine() }

    private mutating func hold(_ bytes: ArraySlice<UInt8>) {
        guard !isTooLong else { return }
        guard bytes.count <= bytesMax - line.count else {
            isTooLong = true
            line = []
            return
        }
        line.append(contentsOf: bytes)
    }

    private mutating func endLine() -> StdioLine? {
        defer {
            line = []
            isTooLong = false
        }
        if isTooLong { return .tooLong }
        // A line break may be CR LF; blanks are no part of a message either (RFC 8259, section 2).
        let isBlank = line.allSatisfy { [0x20, 0x09, 0x0D].contains($0) }
        return isBlank ? nil : .text(line)
    }
}
