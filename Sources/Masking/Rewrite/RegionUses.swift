/// Where in a query names stand, to tell whether one stands in a region or in one inside it.
struct RegionUses {
    /// Each region's place when every region comes before those inside it, which follow it without a gap.
    private var places: [Int]
    /// How many regions are inside each, itself included.
    private var sizes: [Int]
    /// The places of the regions in which names stand, ascending.
    private var names: [Name: [Int]] = [:]
    private var qualified: [QualifiedName: [Int]] = [:]

    init(_ regions: [NameRegion]) {
        // A region is opened after the one around it, so that its number is the larger one.
        var sizes = [Int](repeating: 1, count: regions.count)
        for index in regions.indices.reversed() {
            if let parent = regions[index].parent { sizes[parent] += sizes[index] }
        }
        var places = [Int](repeating: 0, count: regions.count)
        var next = [Int](repeating: 1, count: regions.count)
        var order = [Int](repeating: 0, count: regions.count)
        for index in regions.indices {
            if let parent = regions[index].parent {
                places[index] = next[parent]
                next[parent] += sizes[index]
            }
            next[index] = places[index] + 1
            order[places[index]] = index
        }
        self.sizes = sizes
        self.places = places
        for (place, index) in order.enumerated() {
            for name in regions[index].names { names[name, default: []].append(place) }
            for name in regions[index].qualified { qualified[name, default: []].append(place) }
        }
    }

    /// Whether a column takes part at all where a table is read, rather than being left out by EXCEPT or named in
    /// another place only.
    ///
    /// A denied column is NULL in the text whatever this says, so that a mistake here shows nothing.
    ///
    /// - Parameter name: the column's; nil when the query does not have the name.
    func isUsed(_ name: Name?, of read: TableRead) -> Bool {
        if let leftOut = read.rowUse, !(name.map { leftOut.contains($0) } ?? false) { return true }
        if let name, stands(names[name], in: read.region) { return true }
        return read.aliases.contains { alias in
            if stands(names[alias], in: read.region) { return true }
            guard let name else { return false }
            return stands(qualified[QualifiedName(alias: alias, name: name)], in: read.region)
        }
    }

    /// Whether one of some places is that of a region or of one inside it.
    private func stands(_ found: [Int]?, in region: Int) -> Bool {
        guard let found, places.indices.contains(region) else { return false }
        var low = 0
        var high = found.count
        while low < high {
            let middle = (low + high) / 2
            if found[middle] < places[region] { low = middle + 1 } else { high = middle }
        }
        return low < found.count && found[low] < places[region] + sizes[region]
    }
}
