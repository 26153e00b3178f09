import BigQuery
import Catalog
import Locks
import Masking

/// Reads what wildcard tables stand for: which tables match, and the schemas of those that a query may read.
///
/// The listing is read for each query, so that a table that is there is not missed. The schemas of matches are kept for
/// a while, because hundreds would have to be read each time; a query is not hurt by one that is out of date, because
/// every schema it used is read again after its job has started.
final class WildcardReader: Sendable {
    /// The most tables of a dataset that are listed; a wildcard in a larger one is refused.
    static let tablesListedMax = 50_000
    /// The most schemas that are kept; beyond this all are forgotten.
    static let schemasKeptMax = 5_000

    private struct Kept: Sendable {
        let schema: TableSchema
        let time: ContinuousClock.Instant
    }

    private struct Store: Sendable {
        var schemas: [TableID: Kept] = [:]
        /// Matches are alike as a rule: each list of columns is held once.
        var columns: Set<[Column]> = []

        mutating func insert(_ schema: TableSchema) -> TableSchema {
            if schemas.count >= WildcardReader.schemasKeptMax { self = Store() }
            let shared = schema.replacing(columns: columns.insert(schema.columns).memberAfterInsert)
            schemas[schema.id] = Kept(schema: shared, time: .now)
            return shared
        }
    }

    private let client: BigQueryClient
    private let tablesMax: Int
    private let store = Locked(Store())

    /// - Parameter tablesMax: the most tables that a query may read through one wildcard.
    init(client: BigQueryClient, tablesMax: Int) {
        self.client = client
        self.tablesMax = tablesMax
    }

    /// The tables of a dataset, all unless there are more than ``tablesListedMax``; nil when there is no such dataset.
    func listing(of dataset: DatasetID) async throws(BigQueryError) -> [TableListing]? {
        try await client.allTables(of: dataset, enough: Self.tablesListedMax)
    }

    /// What a wildcard stands for.
    ///
    /// - Parameters:
    ///   - listing: the tables of its dataset.
    ///   - admits: whether the query may read the table of a suffix.
    ///   - read: reads schemas.
    func entry(
        of pattern: TableID,
        among listing: [TableListing],
        admits: (String) -> Bool,
        read: (Set<TableID>) async -> [TableID: CatalogEntry]
    ) async -> CatalogEntry {
        guard listing.count <= Self.tablesListedMax else { return .unusableWildcard(.incompleteList) }
        let chosen: WildcardSelection
        do {
            let found = try WildcardSelection(of: pattern, among: listing, max: tablesMax, admits: admits)
            guard let found else { return .absent }
            chosen = found
        } catch {
            return .unusableWildcard(error)
        }
        let created = Dictionary(listing.map { ($0.id, $0.creationTime) }) { first, _ in first }
        var schemas = kept(Set(chosen.tables + [chosen.newest])) { created[$0] == $1.creationTime }
        let missing = Set(chosen.tables + [chosen.newest]).subtracting(schemas.keys)
        for (id, entry) in missing.isEmpty ? [:] : await read(missing) {
            guard case .table(let schema) = entry else { return .unreadable(reason: "`\(id)` could not be read") }
            switch schema.kind {
            case .table, .clone: schemas[id] = store.withLock { $0.insert(schema) }
            case .view, .materializedView: return .unusableWildcard(.view(id))
            case .external, .snapshot, .model, .unknown: return .unusableWildcard(.kind(schema.kind.name, id))
            }
        }
        let tables = chosen.tables.compactMap { schemas[$0] }
        guard let newest = schemas[chosen.newest], tables.count == chosen.tables.count else {
            return .unreadable(reason: "a table of `\(pattern)` was not read")
        }
        return .wildcard(
            WildcardTables(pattern: pattern, newest: newest, tables: tables, matchCount: chosen.matchCount)
        )
    }

    private func kept(_ tables: Set<TableID>, _ isSame: (TableID, TableSchema) -> Bool) -> [TableID: TableSchema] {
        let kept = store.withLock { $0.schemas }
        var found: [TableID: TableSchema] = [:]
        for id in tables {
            guard let seen = kept[id], seen.time.duration(to: .now) < GateSettings.schemaAgeMax, isSame(id, seen.schema)
            else { continue }
            found[id] = seen.schema
        }
        return found
    }

    /// Takes note of a schema that was read again; nil when it is not what it was.
    func noteAgain(_ schema: TableSchema?, of id: TableID) {
        store.withLock { store in
            guard store.schemas[id] != nil else { return }
            if let schema { _ = store.insert(schema) } else { store.schemas[id] = nil }
        }
    }
}
