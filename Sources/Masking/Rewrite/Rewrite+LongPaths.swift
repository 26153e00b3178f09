import Catalog
import GoogleSQL

extension Rewrite {
    /// `bank.customers.email` means nothing once the table is a subquery of the name `customers`.
    mutating func refuseLongPaths() {
        guard !walk.longPaths.isEmpty else { return }
        let qualifiers = qualifiersOfAliases()
        let columns = Set(scans.flatMap { $0?.masks.names ?? [] })
        for long in walk.longPaths {
            let parts = long.path.parts
            let qualifier = parts[..<long.alias].map { $0.name.lowercased() }.joined(separator: ".")
            let isQualified =
                walk.name(of: parts[long.alias]).flatMap { qualifiers[$0]?.contains(qualifier) } ?? false
            guard isQualified && !columns.contains(FoldedName(parts[0].name)) else { continue }
            let short = long.path.names[long.alias...].map(quotedIdentifier).joined(separator: ".")
            refuse(
                "column.qualified",
                "`\(long.path.names.joined(separator: "."))` names a column through its dataset",
                at: long.path.tokens,
                fix: "write `\(short)`"
            )
        }
    }

    /// What can stand before each alias: the datasets of its tables, with and without their projects, lower case.
    private func qualifiersOfAliases() -> [Name: Set<String>] {
        let datasets = walk.tables.map { [$0.dataset.lowercased(), "\($0.project).\($0.dataset)".lowercased()] }
        var qualifiers: [Name: Set<String>] = [:]
        for read in walk.reads {
            for alias in read.aliases { qualifiers[alias, default: []].formUnion(datasets[read.table]) }
        }
        return qualifiers
    }
}
