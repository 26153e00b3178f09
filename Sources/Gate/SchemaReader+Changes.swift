import Catalog
import Masking

extension SchemaReader {
    /// One thing that a query was masked by.
    private enum Basis: Sendable {
        case table(TableSchema)
        case routine(Routine)

        var name: String {
            switch self {
            case .table(let schema): schema.id.description
            case .routine(let routine): routine.id.description
            }
        }
    }

    /// Reads what a query was masked by again, and names the tables and routines that are no longer what they were.
    ///
    /// An unchanged etag proves an unchanged schema or definition; on another one the parts that masking rests on are
    /// compared, so that a new row in the table is no difference.
    func changes(since query: MaskedQuery) async -> [String] {
        let used = query.schemas.values.map { Basis.table($0) } + query.routines.values.map { Basis.routine($0) }
        return await withTaskGroup(of: String?.self) { group in
            var waiting = used.makeIterator()
            var changed: [String] = []
            for _ in 0..<Self.concurrentMax {
                guard let basis = waiting.next() else { break }
                group.addTask { await hasChanged(basis) ? basis.name : nil }
            }
            while let name = await group.next() {
                if let name { changed.append(name) }
                if let next = waiting.next() { group.addTask { await self.hasChanged(next) ? next.name : nil } }
            }
            return changed.sorted()
        }
    }

    private func hasChanged(_ basis: Basis) async -> Bool {
        switch basis {
        case .table(let schema): return await hasChanged(schema)
        case .routine(let routine):
            guard case .routine(let now) = await entry(of: routine.id) else { return true }
            return !routine.isSame(as: now)
        }
    }

    private func hasChanged(_ schema: TableSchema) async -> Bool {
        guard case .table(let now) = await entry(of: schema.id) else {
            // A schema that cannot be read again cannot vouch for the result.
            wildcards.noteAgain(nil, of: schema.id)
            return true
        }
        wildcards.noteAgain(now, of: schema.id)
        if let etag = schema.etag, now.etag == etag { return false }
        return now.kind != schema.kind || now.columns != schema.columns
            || now.partitioning != schema.partitioning || now.clustering != schema.clustering
    }
}
