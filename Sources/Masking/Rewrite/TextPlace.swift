import GoogleSQL

extension ParsedStatement {
    /// The place of a byte of the text, counted as ``SourcePosition`` says.
    func position(ofByte offset: Int) -> SourcePosition {
        let tabWidth = 8
        var line = 1
        var column = 1
        var wasReturn = false
        for byte in text.utf8.prefix(max(0, offset)) {
            if byte == 0x0A {
                // `\r\n` is one end of a line.
                if !wasReturn { line += 1 }
                column = 1
            } else if byte == 0x0D {
                line += 1
                column = 1
            } else if byte == 0x09 {
                column += tabWidth - (column - 1) % tabWidth
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
            wasReturn = byte == 0x0D
        }
        return SourcePosition(line: line, column: column)
    }
}
