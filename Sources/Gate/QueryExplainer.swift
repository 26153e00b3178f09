public import BigQuery
public import Catalog
import Cryptography
import FoundationEssentials
public import JSON
public import Masking

/// Masks queries without running them, for `scrim explain`: the same parsing, resolving and rewriting as a request's.
public struct QueryExplainer: Sendable {
    /// Where schemas come from.
    public enum Source: Sendable {
        /// BigQuery, as for a request.
        case bigQuery(BigQueryClient)
        /// Tables given by the person who asks; a table that is not among them is absent.
        case snapshot(CatalogSnapshot)
    }

    private let settings: GateSettings
    private let policy: MaskingPolicy
    private let source: Source
    /// Explaining needs some key for `KEYED_TOKEN`, and must not need the real one.
    private let tokens: KeyRing?

    /// Creates an explainer for someone with these roles; nil when the mapping has no such role.
    public init?(settings: GateSettings, mapping: Mapping, roles: [String], source: Source) {
        guard let policy = mapping.policy(for: roles, project: settings.project) else { return nil }
        self.settings = settings
        self.policy = policy
        self.source = source
        self.tokens = try? KeyRing.generate(now: .now)
    }

    /// What would be sent, or every reason why not.
    public func explain(_ sql: String) async -> Result<MaskedQuery, GateFailure> {
        let defaults = NameDefaults(project: settings.project, dataset: settings.defaultDataset)
        let analyzed = AnalyzedQuery.analyze(sql, defaults: defaults, parameters: [])
        let snapshot: CatalogSnapshot
        switch source {
        case .bigQuery(let client):
            let reader = SchemaReader(client: client, settings: settings)
            snapshot = await reader.snapshot(of: analyzed.needs, under: policy)
        case .snapshot(let given): snapshot = self.snapshot(of: analyzed, from: given)
        }
        return MaskingRewriter(policy: policy, tokenKeys: tokens, allowsJavaScript: settings.allowsJavaScript)
            .rewrite(analyzed, against: snapshot)
            .mapError { GateFailure($0.refusals) }
    }

    /// The given tables with what the wildcards of the query, and of views among the tables, stand for.
    private func snapshot(of analyzed: AnalyzedQuery, from given: CatalogSnapshot) -> CatalogSnapshot {
        let tables = given.entries.values.compactMap { entry in
            if case .table(let schema) = entry { schema } else { nil }
        }
        var needs = analyzed.needs
        for table in tables { needs.formUnion(AnalyzedQuery.needs(of: table)) }
        for case .routine(let routine) in given.routines.values { needs.formUnion(AnalyzedQuery.needs(of: routine)) }
        var entries = given.entries
        for id in needs.tables where entries[id] == nil {
            guard id.wildcardPrefix != nil else {
                if analyzed.tables.contains(id) { entries[id] = .absent }
                continue
            }
            entries[id] = .wildcard(id, among: tables, max: settings.wildcardTablesMax) { needs.admits($0, of: id) }
        }
        var routines = given.routines
        for id in needs.routines where routines[id] == nil { routines[id] = .absent }
        func isHidden(_ dataset: DatasetID) -> Bool { !settings.datasets.contains(dataset) || !policy.allows(dataset) }
        return CatalogSnapshot(
            entries: entries,
            hidden: Set(entries.keys.filter { isHidden($0.datasetID) }),
            routines: routines,
            hiddenRoutines: Set(routines.keys.filter { isHidden($0.datasetID) })
        )
    }

    /// `{"printed", "masked_columns", "columns"}`: the columns of the result in order with `name`, null where the text
    /// gives none, and `masked`; null as a whole when their number is not known from the text.
    public func json(_ query: MaskedQuery) -> JSONObject {
        [
            "printed": .string(query.sql),
            "masked_columns": QueryAnswer.maskedColumns(query),
            "columns": query.outputColumns.map { columns in
                .array(
                    columns.map { column in
                        [
                            "name": column.name.map { .string($0) } ?? .null,
                            "masked": column.mask.map(QueryAnswer.maskJSON) ?? .null,
                        ]
                    }
                )
            } ?? .null,
        ]
    }
}
