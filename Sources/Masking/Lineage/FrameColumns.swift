/// The columns of the rows of a FROM clause, one after another, but for those that USING shows once.
///
/// Nothing is copied before `*` is asked for, and a name is looked up in all rows at once: a query can join hundreds of
/// wide tables and name a column of each.
struct FrameColumns {
    /// Columns that a join with USING shows once, before all others.
    private struct Merge {
        let columns: [LineageColumn]
        /// How many of the rows they stand for: those before the join and those that it adds.
        let partCount: Int
    }

    /// How many rows are asked for a column one after another.
    private static let askedMax = 8

    private var parts: [LineageRows]
    private var merges: [Merge] = []
    /// The last of `merges` that has a name.
    private var lastMerges: [Name: Int] = [:]
    /// What the names of the text mean, as far as `parts` were taken in: once they are more than a few.
    private var values: [Name: LineageValue] = [:]
    private var indexedCount = 0
    /// The columns of the parts that are not taken in.
    private var waitingCount: Int

    init(_ parts: [LineageRows] = []) {
        self.parts = parts
        waitingCount = parts.reduce(0) { $0 + ($1.count ?? 0) }
    }

    /// The rows, when they are of one table only.
    var only: LineageRows? { merges.isEmpty && parts.count == 1 ? parts.first : nil }

    /// All columns in order; only to be asked where those of all parts are known.
    var all: [LineageColumn] {
        // The last join's come first. One that a later join shows again is not where it was.
        var columns = merges.indices.reversed().flatMap { index in
            merges[index].columns.filter { $0.name.map { lastMerges[$0] == index } ?? true }
        }
        for (position, part) in parts.enumerated() {
            let own = part.columns ?? []
            columns += merges.isEmpty ? own : own.filter { !isMerged($0.name, ofPart: position) }
        }
        return columns
    }

    /// Adds rows after these.
    mutating func append(_ rows: LineageRows) {
        parts.append(rows)
        waitingCount += rows.count ?? 0
    }

    /// Adds others after these.
    mutating func append(contentsOf other: FrameColumns) {
        if other.merges.isEmpty {
            for part in other.parts { append(part) }
        } else {
            append(LineageRows(columns: other.all))
        }
    }

    /// Shows columns of all rows so far once: each stands for all of its name.
    mutating func merge(_ columns: [LineageColumn]) {
        for column in columns {
            guard let name = column.name else { continue }
            lastMerges[name] = merges.count
            if indexedCount > 0 { values[name] = column.value }
        }
        merges.append(Merge(columns: columns, partCount: parts.count))
    }

    /// How much work it is to look up a name, as steps of a ``LineageContext``.
    var stepsOfLookup: Int { parts.count > Self.askedMax ? 1 + waitingCount : parts.count }

    /// The columns of a name as one value; nil when there is none.
    ///
    /// - Parameter isOfText: whether the name stands in the query's text.
    mutating func column(named name: Name, isOfText: Bool) -> LineageValue? {
        if isOfText && parts.count > Self.askedMax {
            index()
            return values[name]
        }
        let merge = lastMerges[name].map { merges[$0] }
        var found = merge?.columns.first { $0.name == name }?.value
        for part in parts[(merge?.partCount ?? 0)...] {
            if let column = part.column(named: name) { Self.add(column, to: &found) }
        }
        return found
    }

    /// Takes in the parts that are new.
    private mutating func index() {
        if indexedCount == 0 {
            for merge in merges {
                for column in merge.columns { if let name = column.name { values[name] = column.value } }
            }
        }
        for position in indexedCount..<parts.count {
            parts[position].forEachNamed { name, value in
                if !isMerged(name, ofPart: position) { Self.add(value, to: &values[name]) }
            }
        }
        indexedCount = parts.count
        waitingCount = 0
    }

    /// Whether a column is shown as a merged one only.
    private func isMerged(_ name: Name?, ofPart position: Int) -> Bool {
        guard let merge = name.flatMap({ lastMerges[$0] }) else { return false }
        return position < merges[merge].partCount
    }

    private static func add(_ value: LineageValue, to found: inout LineageValue?) {
        if found == nil { found = value } else { found?.sources.formUnion(value.sources) }
    }
}
