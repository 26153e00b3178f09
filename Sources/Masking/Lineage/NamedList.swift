/// Something that may have a name.
protocol Named {
    var name: Name? { get }
}

/// A list of columns or tables in which they are found by name.
struct NamedList<Element: Named> {
    private(set) var elements: [Element]
    /// The names of the elements, -1 for none.
    private var names: [Int32]
    private var index: NameIndex?

    /// How many names are searched one by one.
    private static var scannedMax: Int { 256 }

    init(_ elements: [Element] = []) {
        self.elements = elements
        names = []
        names.reserveCapacity(elements.count)
        for element in elements { names.append(element.name.map { Int32(truncatingIfNeeded: $0.index) } ?? -1) }
        index = elements.count > Self.scannedMax ? NameIndex() : nil
    }

    mutating func append(contentsOf other: NamedList) {
        elements.append(contentsOf: other.elements)
        names.append(contentsOf: other.names)
        // An index that another list has too stays as it is; one of our own grows when it is asked next.
        if elements.count > Self.scannedMax && !isKnownUniquelyReferenced(&index) { index = NameIndex() }
    }

    /// The position of the first element of a name from a position on; nil when there is none.
    func position(of name: Name, from start: Int = 0) -> Int? {
        let wanted = Int32(truncatingIfNeeded: name.index)
        guard let index else {
            var position = start
            while position < names.count {
                if names[position] == wanted { return position }
                position += 1
            }
            return nil
        }
        index.build(names)
        return index.position(of: wanted, from: start)
    }
}

/// The positions of names in a long list, found out when one is looked for.
private final class NameIndex {
    private var first: [Int32: Int] = [:]
    private var last: [Int32: Int] = [:]
    /// For each position the next one of the same name; -1 for none.
    private var next: [Int] = []

    /// Takes in the names that are new.
    func build(_ names: [Int32]) {
        while next.count < names.count {
            let position = next.count
            next.append(-1)
            if let before = last.updateValue(position, forKey: names[position]) {
                next[before] = position
            } else {
                first[names[position]] = position
            }
        }
    }

    /// - Parameter start: 0, or the place after a position of the name.
    func position(of name: Int32, from start: Int) -> Int? {
        let position = start == 0 ? first[name] ?? -1 : next[start - 1]
        return position < 0 ? nil : position
    }
}
