internal import Audit

/// From when to when two histories are compared, in microseconds since 1970: the end is not part of it.
public struct ReconciliationPeriod: Sendable, Hashable {
    /// The most that two clocks are taken to differ.
    public static let clockSkewMicroseconds: Int64 = 60_000_000
    /// The longest that a job runs: 24 h for a script (<https://cloud.google.com/bigquery/quotas#query_jobs>).
    public static let jobMicrosecondsMax: Int64 = 86_400_000_000

    /// The first moment of it.
    public let from: Int64
    /// The first moment after it.
    public let before: Int64

    /// A period; `nil` when it is empty.
    public init?(from: Int64, before: Int64) {
        guard from < before, from >= 0 else { return nil }
        self.from = from
        self.before = before
    }

    /// When jobs were made that could belong to it on one side at least: those that began before it and ended in it, and
    /// those that another clock puts in it.
    public var madeFrom: Int64 { max(0, from - Self.jobMicrosecondsMax - Self.clockSkewMicroseconds) }
    /// The end of ``madeFrom``'s range.
    public var madeBefore: Int64 { before + Self.clockSkewMicroseconds }

    /// Whether something that lasted from `start` to `end` is, in part, in it.
    func touches(from start: Int64, to end: Int64) -> Bool { start < before && max(start, end) >= from }

    /// Whether a job that was made at that time can matter.
    func canMatter(made: Int64) -> Bool { made >= madeFrom && made < madeBefore }
}

/// A moment as people and Google's APIs write it.
public enum Moment {
    /// Microseconds since 1970 of an RFC 3339 time with any fraction and offset, or of the beginning of a day in UTC
    /// (`2026-11-01`); `nil` for any other text.
    public static func microseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        if bytes.count == 10 { return AuditTime.microseconds("\(text)T00:00:00.000000Z") }
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") else { return nil }
        var rest = bytes[19...]
        var fraction: [UInt8] = []
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = Array(rest.prefix { isDigit($0) })
            rest = rest.dropFirst(fraction.count)
            guard !fraction.isEmpty else { return nil }
        }
        let six = (fraction + Array(repeating: UInt8(ascii: "0"), count: 6)).prefix(6)
        let moment = bytes[..<10] + [UInt8(ascii: "T")] + bytes[11..<19] + [UInt8(ascii: ".")] + six
        guard let local = AuditTime.microseconds(String(decoding: moment, as: UTF8.self) + "Z"),
            let offset = offset(rest)
        else { return nil }
        return local - offset
    }

    /// `2026-11-22T18:27:00.123456Z`.
    public static func text(_ microseconds: Int64) -> String { AuditTime.text(microseconds: microseconds) }

    /// The moment that is now, by this machine's clock.
    public static var now: Int64 { AuditTime.now() }

    /// `Z` or `+hh:mm`, in microseconds.
    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        if bytes.elementsEqual([UInt8(ascii: "Z")]) || bytes.elementsEqual([UInt8(ascii: "z")]) { return 0 }
        let text = Array(bytes)
        guard text.count == 6, text[3] == UInt8(ascii: ":"), [1, 2, 4, 5].allSatisfy({ isDigit(text[$0]) }) else {
            return nil
        }
        func number(_ index: Int) -> Int64 { Int64(text[index] - 48) * 10 + Int64(text[index + 1] - 48) }
        let magnitude = (number(1) * 60 + number(4)) * 60_000_000
        switch text[0] {
        case UInt8(ascii: "+"): return magnitude
        case UInt8(ascii: "-"): return -magnitude
        default: return nil
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
