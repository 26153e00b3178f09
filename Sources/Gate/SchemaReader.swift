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
    private let wildcards: WildcardReader

    init(client: BigQueryClient, settings: GateSettings) {
        self.client = client
        datasets = Set(settings.datasets)
        wildcards = WildcardReader(client: client, tablesMax: settings.wildcardTablesMax)
    }

    /// Whether a dataset exists for this caller.
    func isVisible(_ dataset: DatasetID, under policy: MaskingPolicy) -> Bool {
        datasets.contains(dataset) && policy.allows(dataset)
    }

    /// The schemas of the tables as BigQuery tells them now, and of the tables that views among them read.
    ///
    /// What a view reads is read for the view's sake: by name it stays as absent as it is.
    func snapshot(of needs: TableNeeds, under policy: MaskingPolicy) async -> CatalogSnapshot {
        var hidden = needs.tables.filter { !isVisible($0.datasetID, under: policy) }
        var entries = Dictionary(uniqueKeysWithValues: hidden.map { ($0, CatalogEntry.absent) })
        var read = TableNeeds(tables: [])
        var wanted = needs.without(hidden)
        while !wanted.tables.isEmpty, read.tables.count + wanted.tables.count <= AnalyzedQuery.tablesMax {
            // A wildcard that is read once more is read for all that is known to be needed of it.
            read.formUnion(wanted)
            let found = await self.entries(of: wanted.tables, needs: read)
            entries.merge(found) { $1 }
            var below = TableNeeds(tables: [])
            for entry in found.values {
                if case .table(let schema) = entry { below.formUnion(AnalyzedQuery.needs(of: schema)) }
            }
            wanted = below.subtracting(read)
            hidden.formUnion(wanted.tables.filter { !isVisible($0.datasetID, under: policy) })
        }
        return CatalogSnapshot(entries: entries, hidden: hidden)
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

    private func entry(of table: TableID) async -> CatalogEntry {
        do {
            return try await client.table(table)
        } catch {
            return .unreadable(reason: error.description)
        }
    }

    /// Reads the schemas that a query was masked by again, and names those that are no longer what they were.
    ///
    /// An unchanged etag proves an unchanged schema; on another one the parts that masking rests on are compared, so
    /// that
    /// a new row in the table is no difference.
    func changes(since used: some Collection<TableSchema> & Sendable) async -> [TableID] {
        await withTaskGroup(of: TableID?.self) { group in
            var waiting = used.makeIterator()
            var changed: [TableID] = []
            for _ in 0..<Self.concurrentMax {
                guard let schema = waiting.next() else { break }
                group.addTask { await hasChanged(schema) ? schema.id : nil }
            }
            while let id = await group.next() {
                if let id { changed.append(id) }
                if let next = waiting.next() { group.addTask { await self.hasChanged(next) ? next.id : nil } }
            }
            return changed.sorted()
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
