import BigQuery
import Catalog
import Locks
import Masking

/// What tables there are and what columns they have, as BigQuery told it a moment ago, so that one search after the
/// other does not read the whole warehouse again.
///
/// For searches only: what is masked is decided on schemas that are read for the query itself. What is kept is the
/// service account's view; who may see what is decided for each search.
final class RecentCatalog: Sendable {
    /// How long an answer of BigQuery is good for.
    static let ageMax: Duration = GateSettings.schemaAgeMax
    /// Tables of a dataset after which no further page of its list is asked for.
    static let tablesListedMax = 10_000
    /// Schemas that are kept at most; beyond this all are forgotten.
    static let schemasKeptMax = 2000

    private struct Seen<Value: Sendable>: Sendable {
        let value: Value
        let time: ContinuousClock.Instant

        var isFresh: Bool { time.duration(to: .now) < RecentCatalog.ageMax }
    }

    private let reader: SchemaReader
    private let lists = Locked<[DatasetID: Seen<[TableListing]>]>([:])
    private let schemas = Locked<[TableID: Seen<TableSchema>]>([:])

    init(reader: SchemaReader) { self.reader = reader }

    /// The tables of a dataset; none when there is no such dataset.
    ///
    /// - Parameter listedAfter: a list of before that moment is not good enough.
    func tables(
        of dataset: DatasetID,
        listedAfter oldest: ContinuousClock.Instant? = nil
    ) async throws(BigQueryError) -> [TableListing] {
        if let seen = lists.withLock({ $0[dataset] }), seen.isFresh, oldest.map({ seen.time >= $0 }) ?? true {
            return seen.value
        }
        let list = try await reader.client.allTables(of: dataset, enough: Self.tablesListedMax) ?? []
        // Keyed by the datasets of the configuration, so that it stays small.
        lists.withLock { $0[dataset] = Seen(value: list, time: .now) }
        return list
    }

    /// The schemas of those tables that can be read.
    func schemas(of tables: Set<TableID>, under policy: MaskingPolicy) async -> [TableID: TableSchema] {
        var found = schemas.withLock { kept in
            kept.filter { tables.contains($0.key) && $0.value.isFresh }.mapValues(\.value)
        }
        let missing = tables.subtracting(found.keys)
        guard !missing.isEmpty else { return found }
        var read: [TableID: Seen<TableSchema>] = [:]
        for (id, entry) in await reader.snapshot(of: TableNeeds(tables: missing), under: policy).entries {
            guard case .table(let schema) = entry else { continue }
            found[id] = schema
            read[id] = Seen(value: schema, time: .now)
        }
        let new = read
        schemas.withLock { kept in
            if kept.count + new.count > Self.schemasKeptMax { kept.removeAll() }
            kept.merge(new) { $1 }
        }
        return found
    }
}
