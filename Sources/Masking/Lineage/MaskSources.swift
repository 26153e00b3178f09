/// One masked column that a value derives from, at a known place in the value.
struct MaskSource: Hashable {
    /// Index into the query's masked columns.
    let index: Int
    /// The fields from the value down to where the masked part is; not empty.
    let path: [Name]
}

/// The masked columns that a value derives from, each anywhere in the value or at a known place.
///
/// Values are many and copied often, and few queries mask more than 64 columns: so those are bits of one number.
struct MaskSources: Equatable {
    /// Those from 0 to 63 that may be anywhere in the value.
    private var low: UInt64 = 0
    /// All others; nil when there are none.
    private var rest: Rest?

    private final class Rest: Equatable {
        /// Those from 64 that may be anywhere in the value.
        var high: BitRun
        /// Those whose place in the value is known.
        var placed: Set<MaskSource>

        init(high: BitRun = BitRun(), placed: Set<MaskSource> = []) {
            self.high = high
            self.placed = placed
        }

        static func == (left: Rest, right: Rest) -> Bool { left.high == right.high && left.placed == right.placed }
    }

    /// Bits of 64-bit words, from the first word that has one to the last: a value of a wide table mostly has one bit.
    private struct BitRun: Equatable {
        private(set) var firstWord = 0
        private(set) var words: [UInt64] = []

        mutating func insert(_ index: Int) {
            let word = index / 64
            extend(to: word..<word + 1)
            words[word - firstWord] |= 1 << UInt64(index % 64)
        }

        mutating func formUnion(_ other: BitRun) {
            if other.words.isEmpty { return }
            extend(to: other.firstWord..<other.firstWord + other.words.count)
            for (offset, bits) in other.words.enumerated() { words[other.firstWord - firstWord + offset] |= bits }
        }

        private mutating func extend(to range: Range<Int>) {
            if words.isEmpty { firstWord = range.lowerBound }
            if range.lowerBound < firstWord {
                words.insert(contentsOf: repeatElement(0, count: firstWord - range.lowerBound), at: 0)
                firstWord = range.lowerBound
            }
            while firstWord + words.count < range.upperBound { words.append(0) }
        }
    }

    init() {}

    /// Some masked columns, each anywhere in the value.
    init(_ indices: [Int]) {
        for index in indices { insert(index) }
    }

    /// Adds a masked column.
    ///
    /// - Parameter path: the fields from the value down to where the masked part is; empty when it may be anywhere.
    mutating func insert(_ index: Int, at path: [Name] = []) {
        if path.isEmpty && index < 64 {
            low |= 1 << UInt64(index)
            return
        }
        let rest = ownRest()
        guard path.isEmpty else {
            rest.placed.insert(MaskSource(index: index, path: path))
            return
        }
        rest.high.insert(index)
    }

    mutating func formUnion(_ other: MaskSources) {
        low |= other.low
        guard let more = other.rest, rest !== more else { return }
        guard rest != nil else {
            rest = more
            return
        }
        let rest = ownRest()
        rest.high.formUnion(more.high)
        rest.placed.formUnion(more.placed)
    }

    func union(_ other: MaskSources) -> MaskSources {
        var all = self
        all.formUnion(other)
        return all
    }

    /// What this value alone holds of the others, to be changed.
    private mutating func ownRest() -> Rest {
        // Asked before it is bound, which would be one more reference to it.
        if isKnownUniquelyReferenced(&rest), let rest { return rest }
        let own = Rest(high: rest?.high ?? BitRun(), placed: rest?.placed ?? [])
        rest = own
        return own
    }

    /// Their indices, ascending.
    var indices: [Int] {
        let all = blurred
        var indices: [Int] = []
        Self.add(all.low, ofWord: 0, to: &indices)
        guard let high = all.rest?.high else { return indices }
        for (offset, bits) in high.words.enumerated() { Self.add(bits, ofWord: high.firstWord + offset, to: &indices) }
        return indices
    }

    private static func add(_ bits: UInt64, ofWord word: Int, to indices: inout [Int]) {
        var bits = bits
        while bits != 0 {
            indices.append(word * 64 + bits.trailingZeroBitCount)
            bits &= bits - 1
        }
    }

    /// The same without places, as of one part of something from which the parts can no longer be told.
    var blurred: MaskSources {
        guard let rest, !rest.placed.isEmpty else { return self }
        var all = withoutPlaced
        for source in rest.placed { all.insert(source.index) }
        return all
    }

    /// Whether none of them has a place.
    var isUnplaced: Bool { rest?.placed.isEmpty ?? true }

    /// Those that may be anywhere in the value.
    var withoutPlaced: MaskSources {
        var found = MaskSources()
        found.low = low
        if let rest, !rest.high.words.isEmpty { found.rest = Rest(high: rest.high) }
        return found
    }

    /// Those of a field of the value.
    func field(_ name: Name) -> MaskSources {
        guard let rest, !rest.placed.isEmpty else { return self }
        var found = withoutPlaced
        for source in rest.placed where source.path.first == name {
            found.insert(source.index, at: Array(source.path.dropFirst()))
        }
        return found
    }

    /// Those of a STRUCT of which the value is a field.
    func nested(under name: Name?) -> MaskSources {
        guard let name else { return blurred }
        var found = MaskSources()
        for index in withoutPlaced.indices { found.insert(index, at: [name]) }
        for source in rest?.placed ?? [] { found.insert(source.index, at: [name] + source.path) }
        return found
    }
}
