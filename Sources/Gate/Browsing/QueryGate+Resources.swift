import Audit
import BigQuery
import Catalog
public import JSON
import Masking

/// One thing of the warehouse that can be read as a resource.
public struct WarehouseResource: Sendable, Hashable {
    /// `bq://project`, `bq://project/dataset` or `bq://project/dataset/table`.
    public let uri: String
    /// The name in queries.
    public let name: String
    /// What it is, in a few words; nothing that stands in the warehouse.
    public let description: String
}

/// A page of ``WarehouseResource``s.
public struct WarehouseResourcePage: Sendable, Hashable {
    /// The resources, a project before its datasets and a dataset before its tables.
    public let resources: [WarehouseResource]
    /// What asks for the next page; nil on the last one.
    public let nextCursor: String?
}

/// Projects, datasets and tables as resources: what the tools for metadata tell, under a URI, with the same checks and
/// in the same log.
extension QueryGate {
    /// Resources of one page of their list.
    static let resourcesListedMax = 100
    /// Tables that a dataset's card names.
    static let tablesOnCardMax = 500
    private static let resourceRead = "resources/read"
    private static let resourceList = "resources/list"

    /// The projects, datasets and tables that exist for the caller.
    ///
    /// Of tables by day only the newest is listed; each of them can be read.
    public func listResources(
        cursor: String?,
        for caller: Caller
    ) async throws(GateFailure) -> WarehouseResourcePage {
        let caller = requester(caller)
        do throws(GateFailure) {
            let policy = try admit(caller, to: Self.resourceList)
            var start: ResourceURI?
            if let cursor {
                start = ResourceURI(try opened(cursor, list: Self.resourceList))
                if start == nil { throw GateFailure.unknownCursor }
            }
            let datasets = visibleDatasets(under: policy)
            var found: [(uri: ResourceURI, resource: WarehouseResource)] = []
            for (position, dataset) in datasets.enumerated() where found.count <= Self.resourcesListedMax {
                if position == 0 || datasets[position - 1].project != dataset.project {
                    found.append(resource(.project(dataset.project)))
                }
                if let start, case .table(let last) = start, dataset < last.datasetID { continue }
                found += try await resources(of: dataset)
                if let start { found.removeAll { $0.uri <= start } }
            }
            if let start { found.removeAll { $0.uri <= start } }
            let page = found.prefix(Self.resourcesListedMax)
            var next: String?
            if page.count < found.count, let last = page.last {
                next = try sealed(last.uri.text, list: Self.resourceList)
            }
            let answer: JSONObject = [
                "resources": .array(
                    page.map {
                        [
                            "uri": .string($0.resource.uri), "name": .string($0.resource.name),
                            "description": .string($0.resource.description),
                        ]
                    }
                )
            ]
            try await recordRead(Self.resourceList, datasets.map(\.description), page.count, caller, answer: answer)
            return WarehouseResourcePage(resources: page.map(\.resource), nextCursor: next)
        } catch {
            throw await recorded(error, tool: Self.resourceList, for: caller)
        }
    }

    /// What is told of a resource; nil when there is none for this caller, whatever the reason.
    public func readResource(_ uri: String, for caller: Caller) async throws(GateFailure) -> JSONObject? {
        let caller = requester(caller)
        do throws(GateFailure) {
            let policy = try admit(caller, to: Self.resourceRead)
            if let uri = ResourceURI(uri), let card = try await card(of: uri, under: policy) {
                try await recordRead(Self.resourceRead, [card.subject], card.itemCount, caller, answer: card.content)
                return card.content
            }
            let missing = GateFailure(
                "table.not_found",
                "there is no such resource",
                fix: "`resources/list` names those there are"
            )
            let failure = await recorded(missing, tool: Self.resourceRead, for: caller)
            // What was not recorded is not told either, not even that there is nothing.
            if failure.refusals.map(\.code) != missing.refusals.map(\.code) { throw failure }
            return nil
        } catch {
            throw await recorded(error, tool: Self.resourceRead, for: caller)
        }
    }

    /// The datasets that exist for a policy, sorted.
    func visibleDatasets(under policy: MaskingPolicy) -> [DatasetID] {
        settings.datasets.filter { schemas.isVisible($0, under: policy) }.sorted()
    }

    /// Whether a URI is of something that may exist for the policy: a dataset that it sees, or what is above or in one.
    func isVisible(_ uri: ResourceURI, under policy: MaskingPolicy) -> Bool {
        switch uri {
        case .project(let project): visibleDatasets(under: policy).contains { $0.project == project }
        case .dataset(let id): schemas.isVisible(id, under: policy)
        case .table(let id): schemas.isVisible(id.datasetID, under: policy)
        }
    }

    // MARK: Cards

    /// What one resource has to say.
    private struct Card {
        let content: JSONObject
        /// For the log.
        let subject: String
        let itemCount: Int
    }

    private func card(of uri: ResourceURI, under policy: MaskingPolicy) async throws(GateFailure) -> Card? {
        guard isVisible(uri, under: policy) else { return nil }
        switch uri {
        case .project(let project):
            let datasets = visibleDatasets(under: policy).filter { $0.project == project }
            let content: JSONObject = [
                "project": .string(project),
                "datasets": .array(
                    datasets.map { ["dataset": .string(name(of: $0)), "uri": .string(ResourceURI.dataset($0).text)] }
                ),
            ]
            return Card(content: content, subject: project, itemCount: datasets.count)
        case .dataset(let id):
            return try await datasetCard(id)
        case .table(let id):
            guard let described = try await told(of: id, under: policy) else { return nil }
            return Card(content: described.content, subject: id.description, itemCount: described.columnCount)
        }
    }

    private func datasetCard(_ id: DatasetID) async throws(GateFailure) -> Card? {
        let found = try await upstream { () throws(BigQueryError) in try await self.bigQuery.dataset(id) }
        guard let found else { return nil }
        let families = try await families(in: id)
        let shown = families.prefix(Self.tablesOnCardMax)
        let content: JSONObject = [
            "dataset": .string(name(of: id)),
            "location": found.location.map { .string($0) } ?? .null,
            "description": found.description.map { .string($0) } ?? .null,
            "tables": .array(
                shown.map { family in
                    var entry: JSONObject = [
                        "table": .string("\(name(of: id)).\(family.newest.id.table)"),
                        "type": .string(family.newest.kind),
                        "uri": .string(ResourceURI.table(family.newest.id).text),
                    ]
                    if let wildcard = family.wildcard { entry["wildcard"] = .string("\(name(of: id)).\(wildcard)") }
                    return .object(entry)
                }
            ),
            "truncated": .bool(shown.count < families.count),
        ]
        return Card(content: content, subject: id.description, itemCount: shown.count)
    }

    // MARK: Lists

    /// The tables of a dataset, those by day as one.
    func families(in dataset: DatasetID) async throws(GateFailure) -> [TableFamily] {
        let tables = try await upstream { () throws(BigQueryError) in try await self.recentCatalog.tables(of: dataset) }
        return TableFamily.families(of: tables)
    }

    /// A dataset and its tables; nothing when BigQuery has no such dataset.
    private func resources(
        of dataset: DatasetID
    ) async throws(GateFailure) -> [(uri: ResourceURI, resource: WarehouseResource)] {
        let families = try await families(in: dataset)
        if families.isEmpty {
            let found = try await upstream { () throws(BigQueryError) in try await self.bigQuery.dataset(dataset) }
            guard found != nil else { return [] }
        }
        return [resource(.dataset(dataset))] + families.map { resource(.table($0.newest.id), family: $0) }
    }

    private func resource(
        _ uri: ResourceURI,
        family: TableFamily? = nil
    ) -> (uri: ResourceURI, resource: WarehouseResource) {
        let (name, description) =
            switch uri {
            case .project(let project): (project, "project: its datasets")
            case .dataset(let id): (self.name(of: id), "dataset: its tables")
            case .table(let id):
                (
                    "\(self.name(of: id.datasetID)).\(id.table)",
                    family.map { self.description(of: $0) } ?? "table: its columns, and how they are masked for you"
                )
            }
        return (uri, WarehouseResource(uri: uri.text, name: name, description: description))
    }

    private func description(of family: TableFamily) -> String {
        let kind = family.newest.kind.lowercased()
        guard let wildcard = family.wildcard else { return "\(kind): its columns, and how they are masked for you" }
        return "\(kind): the newest of \(family.count) by day; `\(wildcard)` reads them all"
    }
}
