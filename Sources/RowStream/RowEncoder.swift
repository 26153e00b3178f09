/// Writes rows in one format.
protocol RowEncoder: AnyObject {
    /// Writes a row, or keeps it for later. After an error what it has written of the row is taken back.
    func encode(_ tape: RowTape, _ window: InputWindow, to out: OutputBuffer) throws(RowStreamError)

    /// Writes what is kept, and the format's end.
    func finish(to out: OutputBuffer)
}

/// What several formats share.
enum RowEncoding {
    static let cellCount = RowStreamError(.shape, "a row has not one cell for each column")

    /// Whether values are written with the text that BigQuery has for them.
    static func isText(_ kind: ColumnPlan.Kind) -> Bool {
        switch kind {
        case .text, .bytes, .numeric, .bignumeric, .date, .datetime, .time, .interval, .dateRange, .datetimeRange: true
        case .bool, .int64, .float64, .timestamp, .timestampRange, .record: false
        }
    }

    /// `[start, end)`, the bounds as ISO 8601.
    static func timestampRange(
        _ text: PlainText,
        _ form: TimestampForm,
        to out: OutputBuffer
    ) throws(RowStreamError) {
        guard let range = RangeText(text) else { throw .cellType }
        out.append("[")
        try bound(range.start, form, to: out)
        out.append(", ")
        try bound(range.end, form, to: out)
        out.append(")")
    }

    private static func bound(_ bound: PlainText?, _ form: TimestampForm, to out: OutputBuffer) throws(RowStreamError) {
        guard let bound else {
            out.append("UNBOUNDED")
            return
        }
        guard let microseconds = form.microseconds(bound) else { throw .cellType }
        out.reserve(27)
        CivilTime.write(microseconds, to: out)
    }
}
