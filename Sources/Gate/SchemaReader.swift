import BigQuery
import Catalog
import Masking

/// Reads schemas for a query: what a caller may not see is as if absent, what cannot be read is said to be unreadable.
struct SchemaReader: Sendable {
    /// Schemas fetched at the same time; the rest waits, so that one query cannot use up the service account's quota of
    /// 300 concurrent requests (BigQuery's quotas).
    static let concurrentMax = 8

    let client: BigQueryClient
    let datasets: Set<DatasetID>
    let wildcards: WildcardReader

    init(client: BigQueryClient, settings: GateSettings) {
        self.client = client
        datasets = Set(settings.datasets)
        wildcards = WildcardReader(client: client, tablesMax: settings.wildcardTablesMax)
    }

    /// Whether a dataset exists for this caller.
    func isVisible(_ dataset: DatasetID, under policy: MaskingPolicy) -> Bool {
        datasets.contains(dataset) && policy.allows(dataset)
    }

    /// The schemas of the tables as BigQuery tells them now, the definitions of the routines, and what views and routines
    /// among them need.
    ///
    /// What a view or a routine reads is read for its sake: by name it stays as absent as it is.
    func snapshot(of needs: TableNeeds, under policy: MaskingPolicy) async -> CatalogSnapshot {
        var hidden = needs.tables.filter { !isVisible($0.datasetID, under: policy) }
        var hiddenRoutines = needs.routines.filter { !isVisible($0.datasetID, under: policy) }
        var entries = Dictionary(uniqueKeysWithValues: hidden.map { ($0, CatalogEntry.absent) })
        var routines: [RoutineID: RoutineEntry] = [:]
        var read = TableNeeds(tables: [])
        var wanted = needs.without(hidden).without(hiddenRoutines)
        while !wanted.isEmpty, read.count + wanted.count <= AnalyzedQuery.tablesMax {
            // A wildcard that is read once more is read for all that is known to be needed of it.
            read.formUnion(wanted)
            let found = await self.entries(of: wanted.tables, needs: read)
            let definitions = await self.entries(of: wanted.routines)
            entries.merge(found) { $1 }
            routines.merge(definitions) { $1 }
            var below = TableNeeds(tables: [])
            for entry in found.values {
                if case .table(let schema) = entry { below.formUnion(AnalyzedQuery.needs(of: schema)) }
            }
            for entry in definitions.values {
                if case .routine(let routine) = entry { below.formUnion(AnalyzedQuery.needs(of: routine)) }
            }
            wanted = below.subtracting(read)
            hidden.formUnion(wanted.tables.filter { !isVisible($0.datasetID, under: policy) })
            hiddenRoutines.formUnion(wanted.routines.filter { !isVisible($0.datasetID, under: policy) })
        }
        return CatalogSnapshot(entries: entries, hidden: hidden, routines: routines, hiddenRoutines: hiddenRoutines)
    }

    private func entries(of tables: Set<TableID>, needs: TableNeeds) async -> [TableID: CatalogEntry] {
        let patterns = tables.filter { $0.wildcardPrefix != nil }
        var entries = await entries(of: tables.subtracting(patterns))
        for (dataset, patterns) in Dictionary(grouping: patterns, by: \.datasetID) {
            let listing: [TableListing]?
            do {
                listing = try await wildcards.listing(of: dataset)
            } catch {
                for pattern in patterns { entries[pattern] = .unreadable(reason: error.description) }
                continue
            }
            for pattern in patterns {
                guard let listing else {
                    entries[pattern] = .absent
                    continue
                }
                entries[pattern] = await wildcards.entry(of: pattern, among: listing) {
                    needs.admits($0, of: pattern)
                } read: {
                    await self.entries(of: $0)
                }
            }
        }
        return entries
    }

    private func entries(of tables: Set<TableID>) async -> [TableID: CatalogEntry] {
        await withTaskGroup(of: (TableID, CatalogEntry).self) { group in
            var entries: [TableID: CatalogEntry] = [:]
            var waiting = tables.makeIterator()
            for _ in 0..<Self.concurrentMax {
                guard let table = waiting.next() else { break }
                group.addTask { (table, await entry(of: table)) }
            }
            while let (table, entry) = await group.next() {
                entries[table] = entry
                if let next = waiting.next() { group.addTask { (next, await self.entry(of: next)) } }
            }
            return entries
        }
    }

    private func entries(of routines: Set<RoutineID>) async -> [RoutineID: RoutineEntry] {
        await withTaskGroup(of: (RoutineID, RoutineEntry).self) { group in
            var entries: [RoutineID: RoutineEntry] = [:]
            var waiting = routines.makeIterator()
            for _ in 0..<Self.concurrentMax {
                guard let routine = waiting.next() else { break }
                group.addTask { (routine, await entry(of: routine)) }
            }
            while let (routine, entry) = await group.next() {
                entries[routine] = entry
                if let next = waiting.next() { group.addTask { (next, await self.entry(of: next)) } }
            }
            return entries
        }
    }

    func entry(of routine: RoutineID) async -> RoutineEntry {
        do {
            return try await client.routine(routine)
        } catch {
            return .unreadable(reason: error.description)
        }
    }

    func entry(of table: TableID) async -> CatalogEntry {
        do {
            return try await client.table(table)
        } catch {
            return .unreadable(reason: error.description)
        }
    }
}
