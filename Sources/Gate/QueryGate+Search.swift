import BigQuery
import Catalog
public import JSON
import Masking

/// Finding tables and columns by words.
extension QueryGate {
    /// One table that a search looks at.
    private struct Candidate {
        let summary: TableListing
        /// As callers write it.
        let name: String
        /// Whether a newer table of the same family stands for its columns.
        let isOlderShard: Bool
    }

    /// The tables and columns that the caller may see and that have all words of a text, the best first.
    public func searchSchema(_ text: String, limit: Int?, for caller: Caller) async throws(GateFailure) -> JSONObject {
        let caller = requester(caller)
        do throws(GateFailure) {
            let policy = try admit(caller, to: "search_schema")
            guard let search = SchemaSearch(text) else {
                throw GateFailure(
                    "parameter.argument_range",
                    "`text` has no word, or over \(SchemaSearch.textBytesMax) bytes",
                    fix: "give some words of a name or a description"
                )
            }
            let datasets = visibleDatasets(under: policy)
            let limit = min(max(limit ?? SchemaSearch.matchesDefault, 1), SchemaSearch.matchesMax)
            let start = ContinuousClock.now
            var best = try await found(search, in: datasets, limit: limit, listedAfter: nil, under: policy)
            // People look for what was just made: nothing is only said to be there by lists that are as new.
            if best.isEmpty {
                best = try await found(search, in: datasets, limit: limit, listedAfter: start, under: policy)
            }
            let answer: JSONObject = ["matches": .array(await json(of: best, under: policy))]
            try await recordRead("search_schema", datasets.map(\.description), best.count, caller, answer: answer)
            return answer
        } catch {
            throw await recorded(error, tool: "search_schema", for: caller)
        }
    }

    /// The best matches in tables that were listed after a moment, or a while ago.
    private func found(
        _ search: SchemaSearch,
        in datasets: [DatasetID],
        limit: Int,
        listedAfter oldest: ContinuousClock.Instant?,
        under policy: MaskingPolicy
    ) async throws(GateFailure) -> [SchemaMatch] {
        var candidates: [Candidate] = []
        for dataset in datasets { candidates += try await self.candidates(in: dataset, listedAfter: oldest) }
        let read = await recentCatalog.schemas(of: Self.tablesToRead(candidates, for: search), under: policy)
        var found: [SchemaMatch] = []
        for candidate in candidates {
            let matches = search.matches(
                table: candidate.name,
                kind: candidate.summary.kind,
                schema: read[candidate.summary.id],
                under: policy
            )
            found += matches.map { match in
                var match = match
                if candidate.isOlderShard { match.rank += SchemaMatch.ranks }
                return match
            }
        }
        return Array((0..<2 * SchemaMatch.ranks).flatMap { rank in found.filter { $0.rank == rank } }.prefix(limit))
    }

    /// The matches; for columns of views what they derive from is found out, once a view.
    private func json(of matches: some Sequence<SchemaMatch>, under policy: MaskingPolicy) async -> [JSONValue] {
        var derived: [TableID: [ColumnMask?]?] = [:]
        var values: [JSONValue] = []
        for match in matches {
            guard let view = match.view else {
                values.append(match.json(derived: []))
                continue
            }
            if derived[view.id] == nil {
                derived[view.id] = .some(try? await derivedMasks(of: view, under: policy).get())
            }
            // A column that cannot be read is not offered.
            if let masks = derived[view.id].flatMap(\.self) { values.append(match.json(derived: masks)) }
        }
        return values
    }

    private func candidates(
        in dataset: DatasetID,
        listedAfter oldest: ContinuousClock.Instant?
    ) async throws(GateFailure) -> [Candidate] {
        let tables = try await upstream { () throws(BigQueryError) in
            try await self.recentCatalog.tables(of: dataset, listedAfter: oldest)
        }
        let older = DayShards.older(of: tables.map(\.id.table))
        return tables.map { table in
            Candidate(
                summary: table,
                name: "\(name(of: dataset)).\(table.id.table)",
                isOlderShard: older.contains(table.id.table)
            )
        }
    }

    /// The tables whose columns are searched: not more than ``SchemaSearch/tablesReadMax``, likely ones first.
    private static func tablesToRead(_ candidates: [Candidate], for search: SchemaSearch) -> Set<TableID> {
        let current = candidates.filter { !$0.isOlderShard }
        let likely = current.filter { search.hasWord(in: $0.name) }
        let others = current.filter { !search.hasWord(in: $0.name) }
        return Set((likely + others).prefix(SchemaSearch.tablesReadMax).map(\.summary.id))
    }
}
