import Catalog

/// Tables of any size: `t0`, `t1`, … with columns `key`, `c1`, `c2`, …, of which some carry tags, and views on each other.
struct BenchmarkWarehouse: Decodable {
    let tables: Int
    /// The columns of each table.
    let columns: Int
    /// How many of them carry tags, spread evenly.
    let tagged: Int
    /// How many views are on top of each other: `v1` reads `t0`, `v2` reads `v1`, each with all columns by name.
    let views: Int

    var snapshot: CatalogSnapshot {
        let columns = (0..<columns).map(column)
        let made = (0..<tables).map { TableSchema(id: id("t\($0)"), columns: columns) }
        let names = columns.map(\.name).joined(separator: ", ")
        let untagged = columns.map { Column(name: $0.name, type: $0.type) }
        let above = (0..<views).map { depth in
            let text = "SELECT \(names) FROM bank.\(depth == 0 ? "t0" : "v\(depth)") AS r"
            let kind = TableKind.view(ViewDefinition(query: text, usesLegacySQL: false))
            return TableSchema(id: id("v\(depth + 1)"), kind: kind, columns: untagged)
        }
        return CatalogSnapshot(tables: made + above)
    }

    private func id(_ name: String) -> TableID { TableID(project: "demo", dataset: "bank", table: name) }

    private func column(_ number: Int) -> Column {
        if number == 0 { return Column(name: "key", type: .scalar(.int64)) }
        let taggedBefore = (number - 1) * tagged / columns
        let isTagged = number * tagged / columns != taggedBefore
        return isTagged
            ? BenchmarkBank.tagged("c\(number)", taggedBefore) : BenchmarkBank.plain("c\(number)", number)
    }
}
