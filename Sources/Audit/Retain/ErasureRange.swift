import JSON
import TransparencyLog

/// Records of one class that are erased: all that the entries from `first` to `last` have.
public struct ErasureRange: Sendable, Hashable {
    /// The number of the first entry.
    public let first: Int64
    /// The number of the last entry.
    public internal(set) var last: Int64
    /// How many records these are.
    public internal(set) var count: Int

    var json: JSONValue { .array([.integer(first), .integer(last)]) }

    /// The ranges that an entry names; null when it names none, or others than there can be.
    static func ranges(in json: JSONValue?, before sequence: Int64) -> [ClosedRange<Int64>]? {
        guard let items = json?.arrayValue else { return nil }
        var ranges: [ClosedRange<Int64>] = []
        for item in items {
            guard let pair = item.arrayValue, pair.count == 2, let first = pair[0].integerValue,
                let last = pair[1].integerValue, first >= 0, first <= last, last < sequence
            else { return nil }
            ranges.append(first...last)
        }
        return ranges
    }
}

/// Which records the entries of a log say were erased.
public struct ErasedRecords: Sendable {
    private var ranges: [RetentionClass: [(range: ClosedRange<Int64>, entry: Int64)]] = [:]

    /// None.
    public init() {}

    /// Takes what an entry says; entries of other types say nothing.
    public mutating func add(_ entry: AuditEntry) {
        guard entry.type == ContentErased.type,
            let named = entry.json["class"]?.stringValue.flatMap(RetentionClass.init(rawValue:)),
            let found = ErasureRange.ranges(in: entry.json["ranges"], before: entry.sequence)
        else { return }
        ranges[named, default: []] += found.map { ($0, entry.sequence) }
    }

    /// The number of the entry that says that the record of `entry` was erased; null when none does.
    public func announcement(of entry: AuditEntry) -> Int64? {
        ranges[RetentionClass(ofType: entry.type)]?.first { $0.range.contains(entry.sequence) }?.entry
    }

    mutating func add(_ found: [ErasureRange], of retentionClass: RetentionClass, entry: Int64) {
        ranges[retentionClass, default: []] += found.map { ($0.first...$0.last, entry) }
    }

    /// The bundles that hold entries of the ranges, in order and each once.
    var bundles: [ClosedRange<Int64>] {
        let width = Int64(Tile.fullWidth)
        let all = ranges.values.joined().map { ($0.range.lowerBound / width, $0.range.upperBound / width) }
        var bundles: [ClosedRange<Int64>] = []
        for (first, last) in all.sorted(by: { $0 < $1 }) {
            let first = max(first, bundles.last.map { $0.upperBound + 1 } ?? 0)
            if first <= last { bundles.append(first...last) }
        }
        return bundles
    }

    /// What is said of some entries.
    func limited(to entries: ClosedRange<Int64>) -> ErasedRecords {
        var limited = ErasedRecords()
        limited.ranges = ranges.mapValues { ranges in ranges.filter { $0.range.overlaps(entries) } }
        return limited
    }

    func contains(_ sequence: Int64, _ retentionClass: RetentionClass) -> Bool {
        ranges[retentionClass]?.contains { $0.range.contains(sequence) } ?? false
    }
}
