/// The text of a RANGE: `[start, end)`, a bound that is open being `UNBOUNDED` or `NULL`.
struct RangeText {
    /// The bounds; `nil` where there is none.
    let start: PlainText?
    let end: PlainText?

    /// Reads the two bounds, not what they are.
    init?(_ text: PlainText) {
        let window = text.window
        guard text.count >= 3, window.byte(text.start) == UInt8(ascii: "["),
            window.byte(text.end - 1) == UInt8(ascii: ")"),
            let comma = (text.start..<text.end).first(where: { window.byte($0) == UInt8(ascii: ",") })
        else { return nil }
        start = Self.bound(window, text.start + 1, comma)
        end = Self.bound(window, comma + 1, text.end - 1)
    }

    private static func bound(_ window: InputWindow, _ start: Int, _ end: Int) -> PlainText? {
        var start = start
        while start < end, window.byte(start) == UInt8(ascii: " ") { start += 1 }
        let bound = PlainText(window: window, start: start, count: end - start)
        return bound.equals("UNBOUNDED") || bound.equals("NULL") ? nil : bound
    }
}
