/// What a page says beside its rows. Members that are absent or `null` are `nil`.
public struct PageEnvelope: Sendable, Hashable {
    /// Whether the job is done (`jobComplete`); a page of `tabledata.list` does not say.
    public internal(set) var isComplete: Bool?
    /// How many rows the whole result has.
    public internal(set) var totalRows: Int64?
    /// What asks for the next page; `nil` on the last.
    public internal(set) var nextPageToken: String?
    /// Whether the result came from the cache.
    public internal(set) var cacheHit: Bool?
    /// The `schema` as it was written; checked to be JSON, and no more.
    public internal(set) var schema: [UInt8]?
    /// The `errors` as they were written; checked to be JSON, and no more.
    public internal(set) var errors: [UInt8]?
    /// The number of rows in this page.
    public internal(set) var rowCount = 0

    /// Keeps a member if it is one that counts.
    mutating func take(_ name: String, _ window: InputWindow, _ range: Range<Int>, _ scratch: InputBuffer) -> Bool {
        if window.byte(range.lowerBound) == UInt8(ascii: "n") { return true }
        switch name {
        case "jobComplete":
            isComplete = Self.bool(window, range)
            return isComplete != nil
        case "cacheHit":
            cacheHit = Self.bool(window, range)
            return cacheHit != nil
        case "totalRows":
            // A string by the specification of its type, `uint64` as JSON.
            totalRows = Int64(Self.text(window, range, scratch) ?? window.string(range))
            return totalRows.map { $0 >= 0 } ?? false
        case "pageToken":
            guard let token = Self.text(window, range, scratch), range.count <= RowStreamLimits.textBytesMax else {
                return false
            }
            nextPageToken = token.isEmpty ? nil : token
            return true
        case "schema":
            schema = window.bytes(range)
            return window.byte(range.lowerBound) == UInt8(ascii: "{")
        case "errors":
            errors = window.bytes(range)
            return window.byte(range.lowerBound) == UInt8(ascii: "[")
        default:
            return true
        }
    }

    private static func bool(_ window: InputWindow, _ range: Range<Int>) -> Bool? {
        switch window.byte(range.lowerBound) {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    private static func text(_ window: InputWindow, _ range: Range<Int>, _ scratch: InputBuffer) -> String? {
        guard window.byte(range.lowerBound) == UInt8(ascii: "\"") else { return nil }
        let plain = Escapes.decode(window, range.lowerBound + 1, range.count - 2, into: scratch)
        return plain.window.string(plain.start..<(plain.start + plain.count))
    }
}
