import JSON
import TransparencyLog

/// What an entry says was erased, as the verifier reads it.
struct ErasureClaim: Sendable {
    let isContent: Bool
    let ranges: [ClosedRange<Int64>]

    /// Reads the entry of this number; null when it does not say what was erased, or names what comes after it.
    init?(_ entry: ArraySlice<UInt8>, sequence: Int64) {
        guard let json = try? JSONValue(parsing: Array(entry)), let items = json["ranges"]?.arrayValue else {
            return nil
        }
        switch json["class"]?.stringValue {
        case "texts": isContent = false
        case "content": isContent = true
        default: return nil
        }
        var ranges: [ClosedRange<Int64>] = []
        for item in items {
            guard let pair = item.arrayValue, pair.count == 2, let first = pair[0].integerValue,
                let last = pair[1].integerValue, 0 <= first, first <= last, last < sequence
            else { return nil }
            ranges.append(first...last)
        }
        self.ranges = ranges
    }
}

/// Compares the sealed records that are not there with those that entries under the checkpoint say were erased.
/// Keeps about a hundred bytes for each bundle of 256 entries.
struct ErasureCheck {
    /// A bit for each entry of a bundle.
    private typealias Places = SIMD4<UInt64>

    private struct Bundle {
        let index: Int64
        var texts = Places()
        var content = Places()
        var missing = Places()
    }

    private var bundles: [Bundle] = []
    private var texts: [ClosedRange<Int64>] = []
    private var content: [ClosedRange<Int64>] = []
    private var claimCount = 0
    /// Whether a record is missing that no entry says was erased.
    private(set) var hasUnannounced = false

    /// Takes entries under the checkpoint, whose records were looked for.
    mutating func add(_ entries: EntriesCheck) {
        for claim in entries.erasures {
            claimCount += 1
            if claim.isContent { content += claim.ranges } else { texts += claim.ranges }
        }
        guard let first = entries.blobDigests.keys.first else { return }
        var bundle = Bundle(index: first / Int64(Tile.fullWidth))
        for sequence in entries.blobDigests.keys {
            if entries.contentRecords.contains(sequence) {
                Self.insert(sequence, in: &bundle.content)
            } else {
                Self.insert(sequence, in: &bundle.texts)
            }
        }
        for sequence in entries.missingRecords { Self.insert(sequence, in: &bundle.missing) }
        bundles.append(bundle)
    }

    private static func insert(_ sequence: Int64, in places: inout Places) {
        let place = Int(sequence % Int64(Tile.fullWidth))
        places[place / 64] |= 1 << UInt64(place % 64)
    }

    private static func count(_ places: Places) -> Int {
        (0..<4).reduce(0) { $0 + places[$1].nonzeroBitCount }
    }

    /// Says what is missing and should not be, and what should be gone and is not.
    mutating func report(in result: inout AuditVerification) {
        let (texts, content) = (Self.union(texts), Self.union(content))
        var left = 0
        for bundle in bundles {
            let first = bundle.index * Int64(Tile.fullWidth)
            let announced =
                (bundle.texts & Self.places(of: texts, from: first))
                | (bundle.content & Self.places(of: content, from: first))
            result.erasedCount += Int64(Self.count(bundle.missing & announced))
            left += Self.count(announced & ~bundle.missing)
            let unannounced = bundle.missing & ~announced
            for place in 0..<Tile.fullWidth where unannounced[place / 64] >> UInt64(place % 64) & 1 == 1 {
                hasUnannounced = true
                result.add(
                    "has no sealed texts of this entry, and no entry says that they were erased",
                    file: LogLayout.blobName(ofBundle: bundle.index),
                    sequence: first + Int64(place)
                )
            }
        }
        result.erasureCount = claimCount
        if left > 0 {
            result.notices.append(
                "\(left) records are there that entries say are erased: it is under way, or was stopped"
            )
        }
    }

    /// The places that ranges cover in the bundle that begins with an entry.
    private static func places(of ranges: [ClosedRange<Int64>], from first: Int64) -> Places {
        var places = Places()
        let end = first + Int64(Tile.fullWidth)
        var low = ranges.startIndex
        var high = ranges.endIndex
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < first { low = middle + 1 } else { high = middle }
        }
        for range in ranges[low...] {
            guard range.lowerBound < end else { break }
            for sequence in max(range.lowerBound, first)...min(range.upperBound, end - 1) {
                insert(sequence, in: &places)
            }
        }
        return places
    }

    /// The same numbers in ranges that do not overlap, in order.
    private static func union(_ ranges: [ClosedRange<Int64>]) -> [ClosedRange<Int64>] {
        var union: [ClosedRange<Int64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = union.last, range.lowerBound <= last.upperBound {
                union[union.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                union.append(range)
            }
        }
        return union
    }
}
