/// A name of a query, compared without case: an index into the query's ``NameTable``.
struct Name: Sendable, Hashable {
    let index: Int
}

/// The distinct names of a query, each folded and hashed once; after that names are small numbers.
///
/// Two names are one exactly when their `lowercased()` are equal strings.
struct NameTable: Sendable {
    private struct Entry {
        let hash: UInt64
        /// Where its text starts in `letters`; it ends where the next one starts.
        let start: Int32
        let isASCII: Bool
    }

    /// The texts in lower case, one after another.
    private var letters: [UInt8] = []
    private var entries: [Entry] = []
    /// Indices of names of ASCII by hash, -1 for none; collisions go to the next slot. At most half are taken.
    private var slots: [Int32]
    /// All names by text, once there was one beyond ASCII; empty before.
    private var others: [String: Name] = [:]

    init(capacity: Int) {
        var size = 16
        while size < 2 * capacity { size *= 2 }
        slots = [Int32](repeating: -1, count: size)
        letters.reserveCapacity(8 * capacity)
        entries.reserveCapacity(capacity)
    }

    /// How many names there are.
    var count: Int { entries.count }

    /// The name in lower case.
    func text(of name: Name) -> String {
        String(decoding: letters[start(of: name.index)..<start(of: name.index + 1)], as: UTF8.self)
    }

    /// The first byte of the name in lower case; nil for an empty one.
    func firstByte(of name: Name) -> UInt8? {
        let start = start(of: name.index)
        return start < self.start(of: name.index + 1) ? letters[start] : nil
    }

    /// The position of a name in a list; nil when it is not there.
    func position(of name: Name, in list: [FoldedName], _ index: FoldedNameIndex) -> Int? {
        let entry = entries[name.index]
        guard entry.isASCII, index.isOfASCII else { return index.first(FoldedName(text(of: name)), in: list) }
        return index.first(hash: entry.hash, in: list) { isText($0.text, of: name.index) }
    }

    /// The name of a text, new or known.
    mutating func intern(_ text: String) -> Name {
        let bytes = Array(text.utf8)
        guard bytes.allSatisfy({ $0 < 0x80 }) else { return intern(FoldedName(text)) }
        return intern(bytes, 0..<bytes.count)
    }

    /// The name of some letters of ASCII, new or known.
    mutating func intern(_ bytes: [UInt8], _ range: Range<Int>) -> Name {
        let hash = NameHasher.hash(lowerCased: bytes.span, range)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] >= 0 {
            let index = Int(slots[slot])
            if entries[index].hash == hash, isText(bytes, range, of: index) { return Name(index: index) }
            slot = (slot + 1) & (slots.count - 1)
        }
        let text = others.isEmpty ? nil : String(decoding: bytes[range].map(\.lowerCasedASCII), as: UTF8.self)
        if let text, let known = others[text] { return known }
        slots[slot] = Int32(truncatingIfNeeded: entries.count)
        let entry = Entry(hash: hash, start: Int32(truncatingIfNeeded: letters.count), isASCII: true)
        for index in range { letters.append(bytes[index].lowerCasedASCII) }
        let name = add(entry, as: text)
        if 2 * entries.count > slots.count { growSlots() }
        return name
    }

    /// The name of a folded text, new or known.
    mutating func intern(_ folded: FoldedName) -> Name {
        if !folded.isASCII { indexBeyondASCII() }
        if let known = find(folded) { return known }
        if folded.isASCII { return intern(folded.text) }
        let entry = Entry(hash: 0, start: Int32(truncatingIfNeeded: letters.count), isASCII: false)
        letters.append(contentsOf: folded.text.utf8)
        return add(entry, as: folded.text)
    }

    /// The name of a folded text; nil when the query has none. A name beyond ASCII is found only after
    /// ``indexBeyondASCII()``.
    func find(_ folded: FoldedName) -> Name? { find([folded], 0) }

    /// The name that is equal to one of a list; nil when the query has none.
    func find(_ list: [FoldedName], _ position: Int) -> Name? {
        // The list is not copied, and its text is looked at only where the hash is the same.
        if list[position].isASCII {
            let hash = list[position].hash
            var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
            while slots[slot] >= 0 {
                let index = Int(slots[slot])
                if entries[index].hash == hash, isText(list[position].text, of: index) { return Name(index: index) }
                slot = (slot + 1) & (slots.count - 1)
            }
        }
        return others.isEmpty ? nil : others[list[position].text]
    }

    /// Makes names beyond ASCII known: they can be equal to names of other bytes.
    mutating func indexBeyondASCII() {
        guard others.isEmpty else { return }
        for index in entries.indices { others[text(of: Name(index: index))] = Name(index: index) }
    }

    private func start(of index: Int) -> Int { index < entries.count ? Int(entries[index].start) : letters.count }

    private func isText(_ text: String, of index: Int) -> Bool {
        let start = start(of: index)
        let bytes = text.utf8
        guard self.start(of: index + 1) - start == bytes.count else { return false }
        let letters = letters.span
        var position = start
        for byte in bytes {
            if letters[position] != byte { return false }
            position += 1
        }
        return true
    }

    private func isText(_ bytes: [UInt8], _ range: Range<Int>, of index: Int) -> Bool {
        let start = start(of: index)
        guard self.start(of: index + 1) - start == range.count else { return false }
        let (letters, bytes) = (letters.span, bytes.span)
        for offset in 0..<range.count
        where letters[start + offset] != bytes[range.lowerBound + offset].lowerCasedASCII { return false }
        return true
    }

    private mutating func add(_ entry: Entry, as text: String?) -> Name {
        let name = Name(index: entries.count)
        entries.append(entry)
        if let text { others[text] = name }
        return name
    }

    private mutating func growSlots() {
        slots = [Int32](repeating: -1, count: 2 * slots.count)
        for (index, entry) in entries.enumerated() where entry.isASCII {
            var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
            while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(truncatingIfNeeded: index)
        }
    }
}
