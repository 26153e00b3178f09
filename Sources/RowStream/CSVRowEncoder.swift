internal import Catalog

/// Rows as comma-separated values (<https://www.rfc-editor.org/rfc/rfc4180>): lines end with CR and LF, NULL is nothing
/// at all and an empty text `""`, arrays and records are JSON, all else is written as in lines of JSON without quotes.
///
/// A result of one column has an empty line for NULL, which many readers pass over.
final class CSVRowEncoder: RowEncoder {
    private let plan: ColumnPlan
    private let json: NDJSONRowEncoder
    private let defusesFormulas: Bool
    private let decoded = InputBuffer(capacity: 4096)
    private let written = OutputBuffer()
    private let quotable = InputBuffer(capacity: 4096)

    /// - Parameter defusesFormulas: whether a cell that a spreadsheet would run as a formula gets an apostrophe in front.
    init(_ plan: ColumnPlan, timestamps: TimestampForm, defusesFormulas: Bool) {
        self.plan = plan
        self.defusesFormulas = defusesFormulas
        json = NDJSONRowEncoder(plan, timestamps: timestamps, hasNames: false)
    }

    /// Writes the line of names.
    func header(_ columns: [Column], to out: OutputBuffer) {
        for (position, name) in ColumnPlan.names(columns).enumerated() {
            if position > 0 { out.append(",") }
            decoded.reset()
            decoded.append(Array(name.utf8).span)
            write(text: whole(decoded), to: out)
        }
        out.append("\r\n")
    }

    func encode(_ tape: RowTape, _ window: InputWindow, to out: OutputBuffer) throws(RowStreamError) {
        guard tape[0].count == plan.columnCount else { throw RowEncoding.cellCount }
        var index = 1
        for column in 0..<plan.columnCount {
            let entry = plan.entries[column]
            if column > 0 {
                out.reserve(1)
                out.put(UInt8(ascii: ","))
            }
            let token = tape[index]
            if !entry.isRepeated, token.isNull {
                index &+= 1
            } else if !entry.isRepeated, RowEncoding.isText(entry.kind) {
                index &+= 1
                switch token.kind {
                case .text: write(text: PlainText(window: window, start: token.start, count: token.count), to: out)
                case .escapedText:
                    write(text: Escapes.decode(window, token.start, token.count, into: decoded), to: out)
                case .null, .list, .record: throw .cellType
                }
            } else {
                try other(entry, tape, window, &index, to: out)
            }
        }
        out.reserve(2)
        out.put(UInt64(0x0A0D), bytes: 2)
    }

    func finish(to out: OutputBuffer) {}

    /// A value that is written as JSON has it.
    private func other(
        _ entry: ColumnPlan.Entry,
        _ tape: RowTape,
        _ window: InputWindow,
        _ index: inout Int,
        to out: OutputBuffer
    ) throws(RowStreamError) {
        guard entry.isRepeated || entry.kind == .record || entry.kind == .timestampRange else {
            // Nothing in them needs quotes; where JSON has quotes, they go.
            let before = out.count
            try json.encode(cell: entry, tape, window, &index, to: out)
            if out.isQuoted(from: before) { out.unquote(from: before) }
            return
        }
        written.truncate(to: 0)
        try json.encode(cell: entry, tape, window, &index, to: written)
        if written.isQuoted(from: 0) { written.unquote(from: 0) }
        written.copy(into: quotable)
        write(text: whole(quotable), to: out)
    }

    private func whole(_ buffer: InputBuffer) -> PlainText {
        PlainText(window: buffer.window, start: buffer.start, count: buffer.count)
    }

    /// A text, in quotes where it needs them.
    private func write(text: PlainText, to out: OutputBuffer) {
        out.reserve(text.count &+ 2)
        let isFormula = defusesFormulas && Self.isFormula(text)
        if text.count > 0, !isFormula, !needsQuotes(text) {
            out.put(text.window, text.start, text.count)
            return
        }
        out.reserve(text.count &* 2 &+ 3)
        out.put(UInt8(ascii: "\""))
        if isFormula { out.put(UInt8(ascii: "'")) }
        var position = text.start
        while position < text.end {
            let word = text.window.word(position)
            let others = word ^ 0x2222_2222_2222_2222
            let quotes = (others &- 0x0101_0101_0101_0101) & ~others & 0x8080_8080_8080_8080
            let run = min(quotes == 0 ? 8 : quotes.trailingZeroBitCount >> 3, text.end &- position)
            out.put(word, bytes: run)
            position &+= run
            if run < 8, position < text.end {
                out.put(UInt64(0x2222), bytes: 2)
                position &+= 1
            }
        }
        out.put(UInt8(ascii: "\""))
    }

    /// Whether a comma, a quote or a control character is in a text; with defusing also the separators of other
    /// countries' spreadsheets, behind which a new cell would begin.
    private func needsQuotes(_ text: PlainText) -> Bool {
        if defusesFormulas, (text.start..<text.end).contains(where: { text.window.byte($0) == UInt8(ascii: ";") }) {
            return true
        }
        var position = text.start
        while position < text.end {
            let word = text.window.word(position)
            let low = (word ^ 0x0202_0202_0202_0202) &- 0x2121_2121_2121_2121
            let comma = (word ^ 0x2C2C_2C2C_2C2C_2C2C) &- 0x0101_0101_0101_0101
            var flags = (low | comma) & ~word & 0x8080_8080_8080_8080
            let left = text.end &- position
            if left < 8 { flags &= 1 &<< UInt64(truncatingIfNeeded: left &* 8) &- 1 }
            if flags != 0 { return true }
            position &+= 8
        }
        return false
    }

    /// Whether a spreadsheet would run a text, by its first character
    /// (<https://owasp.org/www-community/attacks/CSV_Injection>). Plain numbers stay what they are.
    private static func isFormula(_ text: PlainText) -> Bool {
        switch text.window.byte(text.start) {
        case UInt8(ascii: "="), UInt8(ascii: "@"), 0x09, 0x0A, 0x0D: text.count > 0
        case UInt8(ascii: "+"), UInt8(ascii: "-"): text.count > 0 && NumberText.form(text) == .other
        case 0xEF where text.count >= 3 && text.window.byte(text.start + 1) == 0xBC:
            // The full-width forms of the same four.
            [0x8B, 0x8D, 0x9D, 0xA0].contains(text.window.byte(text.start + 2))
        default: false
        }
    }
}
