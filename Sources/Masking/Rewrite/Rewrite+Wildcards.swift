import Catalog
import GoogleSQL

/// Wildcard tables: what is read through them is pinned to the tables that were checked.
extension Rewrite {
    /// The schema by which a wildcard is masked, or nil and a refusal.
    mutating func schema(of wildcard: WildcardTables, index: Int) -> TableSchema? {
        let pattern = wildcard.pattern
        guard !wildcard.newest.columns.isEmpty else {
            let message = "the schema of `\(wildcard.newest.id)` has no columns"
            refuse("table.unreadable", message, table: index, fix: "try again later")
            return nil
        }
        let filters = walk.reads.indices.filter { walk.reads[$0].table == index }
            .map { walk.pseudo.suffixFilters[$0] ?? .everything }
        let read = wildcard.tables.filter { table in
            guard let suffix = table.id.suffix(in: pattern) else { return false }
            return filters.contains { $0.admits(suffix) }
        }
        switch policy.schema(of: wildcard, reading: read, in: stack.authority ?? pattern.datasetID) {
        case .success(let schema):
            wildcards[index] = WildcardTables(
                pattern: pattern,
                newest: wildcard.newest,
                tables: read,
                matchCount: wildcard.matchCount
            )
            return schema
        case .failure(let mismatch):
            refuse(Refusal(mismatch, of: wildcard), table: index)
            return nil
        }
    }

    mutating func refuse(_ refusal: Refusal, table index: Int) {
        refuse(refusal.code, refusal.message, table: index, fix: refusal.fix)
    }

    /// The tables that one read of a wildcard is pinned to.
    func pinned(_ wildcard: WildcardTables, by filter: SuffixFilter) -> [String] {
        wildcard.tables.compactMap { $0.id.suffix(in: wildcard.pattern) }.filter { filter.admits($0) }
    }

    /// The condition that pins a read: a table that appears after its tags were looked up is not read.
    static func pinning(_ suffixes: [String], alias: String) -> String {
        guard !suffixes.isEmpty else { return "FALSE" }
        let listed = suffixes.map(quotedString).joined(separator: ", ")
        return "\(alias).\(PseudoColumn.tableSuffix.name) IN (\(listed))"
    }
}
