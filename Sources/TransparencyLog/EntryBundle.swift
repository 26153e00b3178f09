/// The bytes of entries beside each other: each behind its length in two bytes, the high one first.
///
/// <https://c2sp.org/tlog-tiles>, "Log entries".
public enum EntryBundle {
    /// The longest entry that the format can hold.
    public static let entryBytesMax = 0xFFFF

    /// Adds an entry to a bundle; `false`, and nothing added, when it is too long.
    public static func append(_ entry: [UInt8], to bundle: inout [UInt8]) -> Bool {
        guard entry.count <= entryBytesMax else { return false }
        bundle.append(UInt8(truncatingIfNeeded: entry.count >> 8))
        bundle.append(UInt8(truncatingIfNeeded: entry.count))
        bundle += entry
        return true
    }

    /// The places of the entries within a bundle's bytes; `nil` when these do not end with an entry.
    public static func ranges(in bundle: [UInt8]) -> [Range<Int>]? {
        var ranges: [Range<Int>] = []
        var next = 0
        while next < bundle.count {
            guard bundle.count - next >= 2 else { return nil }
            let length = Int(bundle[next]) << 8 | Int(bundle[next + 1])
            let start = next + 2
            guard bundle.count - start >= length else { return nil }
            ranges.append(start..<(start + length))
            next = start + length
        }
        return ranges
    }
}
