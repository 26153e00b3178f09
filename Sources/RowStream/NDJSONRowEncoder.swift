/// Rows as lines of JSON, cells as the tools show them: NULL null, BOOL a boolean, STRUCT an object, ARRAY an array,
/// INT64 a number up to 2^53 and beyond that a string, FLOAT64 a number but for `"NaN"`, `"Infinity"` and
/// `"-Infinity"`, TIMESTAMP ISO 8601 with six digits and `Z`, everything else the text that BigQuery has for it.
///
/// Texts are copied as they were written, escapes and all.
final class NDJSONRowEncoder: RowEncoder {
    private static let exactIntegerMax: UInt64 = 9_007_199_254_740_992

    private let plan: ColumnPlan
    private let keys: InputWindow
    private let timestamps: TimestampForm
    private let hasNames: Bool
    private let scratch = InputBuffer(capacity: 256)

    /// - Parameter hasNames: whether a row is an object with the columns' names, not an array.
    init(_ plan: ColumnPlan, timestamps: TimestampForm, hasNames: Bool) {
        self.plan = plan
        self.timestamps = timestamps
        self.hasNames = hasNames
        keys = plan.keys.window
    }

    func encode(_ tape: RowTape, _ window: InputWindow, to out: OutputBuffer) throws(RowStreamError) {
        guard tape[0].count == plan.columnCount else { throw RowEncoding.cellCount }
        var index = 1
        out.reserve(2)
        out.put(UInt8(ascii: hasNames ? "{" : "["))
        for column in 0..<plan.columnCount {
            let entry = plan.entries[column]
            out.reserve(entry.keyCount &+ 1)
            if column > 0 { out.put(UInt8(ascii: ",")) }
            if hasNames { out.put(keys, entry.keyStart, entry.keyCount) }
            try cell(entry, tape, window, &index, out)
        }
        out.reserve(2)
        out.put(UInt8(ascii: hasNames ? "}" : "]"))
        out.put(UInt8(ascii: "\n"))
    }

    func finish(to out: OutputBuffer) {}

    /// One cell without what is around it, for formats that hold nested values as JSON.
    func encode(
        cell entry: ColumnPlan.Entry,
        _ tape: RowTape,
        _ window: InputWindow,
        _ index: inout Int,
        to out: OutputBuffer
    ) throws(RowStreamError) {
        try cell(entry, tape, window, &index, out)
    }

    @inline(__always)
    private func cell(
        _ entry: ColumnPlan.Entry,
        _ tape: RowTape,
        _ window: InputWindow,
        _ index: inout Int,
        _ out: OutputBuffer
    ) throws(RowStreamError) {
        let token = tape[index]
        index &+= 1
        if !entry.isRepeated, token.isPlainText {
            try scalar(entry.kind, token, PlainText(window: window, start: token.start, count: token.count), out)
        } else {
            try uncommon(entry, token, tape, window, &index, out)
        }
    }

    /// NULL, arrays, records, and texts with escapes.
    @inline(never)
    private func uncommon(
        _ entry: ColumnPlan.Entry,
        _ token: RowToken,
        _ tape: RowTape,
        _ window: InputWindow,
        _ index: inout Int,
        _ out: OutputBuffer
    ) throws(RowStreamError) {
        switch (token.kind, entry.isRepeated) {
        case (.null, true):
            // BigQuery has no NULL arrays in results: they come as empty ones.
            out.append("[]")
        case (.null, false):
            out.append("null")
        case (.list, true):
            let element = ColumnPlan.Entry(
                kind: entry.kind,
                isRepeated: false,
                firstField: entry.firstField,
                fieldCount: entry.fieldCount
            )
            out.append("[")
            for position in 0..<token.count {
                if position > 0 { out.append(",") }
                try cell(element, tape, window, &index, out)
            }
            out.append("]")
        case (.record, false):
            try record(entry, token, tape, window, &index, out)
        case (.escapedText, false):
            if RowEncoding.isText(entry.kind) {
                try scalar(entry.kind, token, PlainText(window: window, start: token.start, count: token.count), out)
            } else {
                let text = Escapes.decode(window, token.start, token.count, into: scratch)
                try scalar(entry.kind, token, text, out)
            }
        case (.text, false):
            try scalar(entry.kind, token, PlainText(window: window, start: token.start, count: token.count), out)
        case (.list, false), (.record, true), (.text, true), (.escapedText, true):
            throw .cellType
        }
    }

    private func record(
        _ entry: ColumnPlan.Entry,
        _ token: RowToken,
        _ tape: RowTape,
        _ window: InputWindow,
        _ index: inout Int,
        _ out: OutputBuffer
    ) throws(RowStreamError) {
        guard entry.kind == .record, token.count == entry.fieldCount else { throw .cellType }
        out.append("{")
        for position in 0..<entry.fieldCount {
            let field = plan.entries[entry.firstField + position]
            out.reserve(field.keyCount + 1)
            if position > 0 { out.put(UInt8(ascii: ",")) }
            out.put(keys, field.keyStart, field.keyCount)
            try cell(field, tape, window, &index, out)
        }
        out.append("}")
    }

    @inline(__always)
    private func scalar(
        _ kind: ColumnPlan.Kind,
        _ token: RowToken,
        _ text: PlainText,
        _ out: OutputBuffer
    ) throws(RowStreamError) {
        switch kind {
        case .text, .bytes, .numeric, .bignumeric, .date, .datetime, .time, .interval, .dateRange, .datetimeRange:
            // With its quotes, which stand on both sides of it.
            out.reserve(text.count &+ 2)
            out.put(text.window, text.start &- 1, text.count &+ 2)
        case .int64:
            if NumberText.isShortInteger(text) {
                out.reserve(text.count)
                out.put(text.window, text.start, text.count)
            } else {
                try longInteger(text, out)
            }
        case .bool:
            guard text.equals("true") || text.equals("false") else { throw .cellType }
            out.reserve(text.count)
            out.put(text.window, text.start, text.count)
        case .float64:
            try float(text, out)
        case .timestamp:
            guard let microseconds = timestamps.microseconds(text) else { throw .cellType }
            out.reserve(29)
            out.put(UInt8(ascii: "\""))
            CivilTime.write(microseconds, to: out)
            out.put(UInt8(ascii: "\""))
        case .timestampRange:
            out.append("\"")
            try RowEncoding.timestampRange(text, timestamps, to: out)
            out.append("\"")
        case .record:
            throw .cellType
        }
    }

    private func longInteger(_ text: PlainText, _ out: OutputBuffer) throws(RowStreamError) {
        guard let number = NumberText.int64(text) else { throw .cellType }
        let isExact = number.magnitude <= Self.exactIntegerMax
        out.append(Array((isExact ? "\(number)" : "\"\(number)\"").utf8))
    }

    private func float(_ text: PlainText, _ out: OutputBuffer) throws(RowStreamError) {
        out.reserve(text.count &+ 2)
        switch NumberText.form(text) {
        case .fractional:
            out.put(text.window, text.start, text.count)
        case .whole:
            out.put(text.window, text.start, text.count)
            out.put(UInt64(UInt8(ascii: ".")) | UInt64(UInt8(ascii: "0")) << 8, bytes: 2)
        case .other:
            if let special = NumberText.Special(text) {
                out.append("\"")
                out.append(special.name)
                out.append("\"")
            } else {
                guard let number = Double(text.string), number.isFinite else { throw .cellType }
                out.append(Array(number.description.utf8))
            }
        }
    }
}
