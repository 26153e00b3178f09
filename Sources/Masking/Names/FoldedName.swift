/// A name in lower case, ready to be looked up: names are compared without case.
///
/// Names of a schema are folded once and looked up in every query that reads the table.
struct FoldedName: Sendable, Hashable {
    /// The name in lower case.
    let text: String
    /// The hash of the bytes; of no meaning for a name beyond ASCII.
    let hash: UInt64
    /// Whether equality is equality of bytes. Beyond ASCII it is that of `String`, which knows equivalent characters.
    let isASCII: Bool

    init(_ name: String) {
        var hasher = NameHasher()
        var isASCII = true
        for byte in name.utf8 {
            isASCII = isASCII && byte < 0x80
            hasher.add(byte.lowerCasedASCII)
        }
        text = name.lowercased()
        // A few characters beyond ASCII have a lower case in ASCII.
        let foldsToASCII = !isASCII && text.utf8.allSatisfy { $0 < 0x80 }
        if foldsToASCII {
            hasher = NameHasher()
            for byte in text.utf8 { hasher.add(byte) }
        }
        hash = hasher.finish()
        self.isASCII = isASCII || foldsToASCII
    }

    static func == (left: FoldedName, right: FoldedName) -> Bool { left.text == right.text }

    func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

/// The positions of the names in a list.
struct FoldedNameIndex: Sendable {
    /// Positions of names of ASCII by hash, the first of each name, -1 for none. At most half are taken.
    private var slots: [Int32]
    /// All names by text, where there is one beyond ASCII.
    private var others: [String: Int] = [:]

    init(_ names: [FoldedName]) {
        var size = 16
        while size < 2 * names.count { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        for (position, name) in names.enumerated() where name.isASCII && first(name, in: names) == nil {
            var slot = Int(truncatingIfNeeded: name.hash) & (size - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (size - 1) }
            slots[slot] = Int32(truncatingIfNeeded: position)
        }
        if names.contains(where: { !$0.isASCII }) {
            others = Dictionary(zip(names.map(\.text), names.indices), uniquingKeysWith: { first, _ in first })
        }
    }

    /// The position of the first name that is equal.
    func first(_ name: FoldedName, in names: [FoldedName]) -> Int? {
        if !others.isEmpty { return others[name.text] }
        // A name beyond ASCII can be equal to one of ASCII, and has another hash.
        guard name.isASCII else { return names.firstIndex { $0.text == name.text } }
        return first(hash: name.hash, in: names) { $0.text == name.text }
    }

    /// Whether all names are of ASCII.
    var isOfASCII: Bool { others.isEmpty }

    /// The position of the first name of ASCII that has a hash and is equal.
    func first(hash: UInt64, in names: [FoldedName], where isEqual: (FoldedName) -> Bool) -> Int? {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let position = Int(slots[slot])
            if names[position].hash == hash, isEqual(names[position]) { return position }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }
}

/// A fast hash of short byte strings under a key that each process draws, so that nobody can choose names that collide.
struct NameHasher {
    private static let key = (first: UInt64.random(in: .min ... .max), second: UInt64.random(in: .min ... .max) | 1)

    private let multiplier: UInt64
    private var state: UInt64
    private var word: UInt64 = 0
    private var count: UInt64 = 0

    init() {
        let key = Self.key
        state = key.first
        multiplier = key.second
    }

    /// The hash of some letters of ASCII in lower case.
    static func hash(lowerCased letters: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
        var hasher = NameHasher()
        var index = range.lowerBound
        while range.upperBound - index >= 8 {
            var word: UInt64 = 0
            for offset in 0..<8 { word = word << 8 | UInt64(letters[index + offset].lowerCasedASCII) }
            hasher.mix(word)
            index += 8
        }
        var word: UInt64 = 0
        while index < range.upperBound {
            word = word << 8 | UInt64(letters[index].lowerCasedASCII)
            index += 1
        }
        hasher.mix(word)
        hasher.mix(UInt64(range.count))
        return hasher.state
    }

    mutating func add(_ byte: UInt8) {
        word = word << 8 | UInt64(byte)
        count &+= 1
        if count & 7 == 0 {
            mix(word)
            word = 0
        }
    }

    mutating func finish() -> UInt64 {
        mix(word)
        mix(count)
        return state
    }

    private mutating func mix(_ value: UInt64) {
        let (high, low) = (state ^ value).multipliedFullWidth(by: multiplier)
        state = high ^ low
    }
}

extension UInt8 {
    /// The letter in lower case; any other byte as it is.
    var lowerCasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }
}
