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

    init(client: BigQueryClient, datasets: [DatasetID]) {
        self.client = client
        self.datasets = Set(datasets)
    }

    /// Whether a dataset exists for this caller.
    func isVisible(_ dataset: DatasetID, under policy: MaskingPolicy) -> Bool {
        datasets.contains(dataset) && policy.allows(dataset)
    }

    /// The schemas of the tables as BigQuery tells them now.
    func snapshot(of tables: Set<TableID>, under policy: MaskingPolicy) async -> CatalogSnapshot {
        let visible = tables.filter { isVisible($0.datasetID, under: policy) }
        var entries = Dictionary(uniqueKeysWithValues: tables.subtracting(visible).map { ($0, CatalogEntry.absent) })
        await withTaskGroup(of: (TableID, CatalogEntry).self) { group in
            var waiting = visible.makeIterator()
            for _ in 0..<Self.concurrentMax {
                guard let table = waiting.next() else { break }
                group.addTask { (table, await entry(of: table)) }
            }
            while let (table, entry) = await group.next() {
                entries[table] = entry
                if let next = waiting.next() { group.addTask { (next, await self.entry(of: next)) } }
            }
        }
        return CatalogSnapshot(entries: entries)
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
        switch await entry(of: schema.id) {
        case .table(let now):
            if let etag = schema.etag, now.etag == etag { return false }
            return now.kind != schema.kind || now.columns != schema.columns
                || now.partitioning != schema.partitioning || now.clustering != schema.clustering
        case .absent, .unreadable:
            // A schema that cannot be read again cannot vouch for the result.
            return true
        }
    }
}
