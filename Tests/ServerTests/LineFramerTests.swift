import Testing

@testable import Server

/// Lines out of bytes.
struct LineFramerTests {
    private func text(_ line: String) -> StdioLine { .text(Array(line.utf8)) }

    private func lines(_ text: String, bytesMax: Int = 8, chunk: Int) -> [StdioLine] {
        var framer = LineFramer(bytesMax: bytesMax)
        var lines: [StdioLine] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            lines += framer.take(Array(rest.prefix(chunk)))
            rest = rest.dropFirst(chunk)
        }
        if let last = framer.finish() { lines.append(last) }
        return lines
    }

    @Test(arguments: [1, 2, 3, 7, 1000]) func `lines are the same however they arrive`(chunk: Int) {
        #expect(lines("a\nbc\n\n \r\nd", chunk: chunk) == [text("a"), text("bc"), text("d")])
        #expect(lines("é\u{2028}ü\n", chunk: chunk) == [text("é\u{2028}ü")])
        #expect(lines("", chunk: chunk) == [])
    }

    @Test(arguments: [1, 3, 8, 9, 1000]) func `a line beyond the limit is told once and the next one is read`(
        chunk: Int
    ) {
        #expect(lines("12345678\n123456789\nab\n", chunk: chunk) == [text("12345678"), .tooLong, text("ab")])
        #expect(lines("1234567890123456789012345\nab", chunk: chunk) == [.tooLong, text("ab")])
        #expect(lines("ab\n123456789", chunk: chunk) == [text("ab"), .tooLong])
    }
}
