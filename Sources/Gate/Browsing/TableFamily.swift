import Catalog

/// A table as lists show it: one by itself, or the newest of tables by day that have one name but for the day.
struct TableFamily: Sendable {
    let newest: TableListing
    /// How many tables there are of the family.
    var count = 1

    /// What reads all of a family: `events_*`; nil for a table by itself.
    var wildcard: String? {
        guard count > 1, let stem = DayShards.family(of: newest.id.table) else { return nil }
        return stem + "*"
    }

    /// The families of a dataset's tables, sorted by the names that stand for them.
    static func families(of tables: [TableListing]) -> [TableFamily] {
        var alone: [TableFamily] = []
        var families: [String: TableFamily] = [:]
        for table in tables {
            guard let stem = DayShards.family(of: table.id.table) else {
                alone.append(TableFamily(newest: table))
                continue
            }
            guard let family = families[stem] else {
                families[stem] = TableFamily(newest: table)
                continue
            }
            let newest = family.newest.id.table < table.id.table ? table : family.newest
            families[stem] = TableFamily(newest: newest, count: family.count + 1)
        }
        return (alone + families.values).sorted { $0.newest.id < $1.newest.id }
    }
}
