import Audit
import BigQuery
import Catalog
public import JSON
import Masking

/// What callers can learn of the warehouse without a query: only what they may see, and how it is masked for them.
///
/// Free text from the warehouse (descriptions) is data for the reader; that of a masked column is left out, because
/// it may
/// quote values.
extension QueryGate {
    /// The most datasets of one answer.
    static let listMax = 100

    /// The datasets that exist for the caller.
    public func listDatasets(cursor: String?, for caller: Caller) async throws(GateFailure) -> JSONObject {
        let caller = requester(caller)
        do throws(GateFailure) {
            let policy = try admit(caller, to: "list_datasets")
            let visible = visibleDatasets(under: policy)
            var rest = visible[...]
            if let cursor {
                let last = try opened(cursor, list: "datasets")
                rest = rest.drop { $0.description <= last }
            }
            let page = rest.prefix(Self.listMax)
            var items: [JSONValue] = []
            for id in page {
                guard
                    let dataset = try await upstream({ () throws(BigQueryError) in try await self.bigQuery.dataset(id) }
                    )
                else { continue }
                items.append([
                    "dataset": .string(name(of: id)),
                    "location": dataset.location.map { .string($0) } ?? .null,
                    "description": dataset.description.map { .string($0) } ?? .null,
                ])
            }
            var next: JSONValue = .null
            if page.count < rest.count, let last = page.last {
                next = .string(try sealed(last.description, list: "datasets"))
            }
            let answer: JSONObject = ["datasets": .array(items), "next_cursor": next]
            try await recordRead("list_datasets", page.map(\.description), items.count, caller, answer: answer)
            return answer
        } catch {
            throw await recorded(error, tool: "list_datasets", for: caller)
        }
    }

    /// The tables of a dataset.
    public func listTables(
        dataset text: String,
        cursor: String?,
        for caller: Caller
    ) async throws(GateFailure) -> JSONObject {
        let caller = requester(caller)
        do throws(GateFailure) {
            let policy = try admit(caller, to: "list_tables")
            guard let dataset = datasetID(text), schemas.isVisible(dataset, under: policy) else {
                throw Self.unknownDataset(text)
            }
            let token = try cursor.map { (text) throws(GateFailure) in try opened(text, list: dataset.description) }
            let page = try await upstream { () throws(BigQueryError) in
                try await self.bigQuery.tables(of: dataset, pageToken: token, pageMax: Self.listMax)
            }
            let items: [JSONValue] = page.elements.map {
                [
                    "table": .string("\(name(of: dataset)).\($0.id.table)"), "type": .string($0.kind),
                    "description": .null,
                ]
            }
            var next: JSONValue = .null
            if let token = page.nextPageToken { next = .string(try sealed(token, list: dataset.description)) }
            let answer: JSONObject = ["tables": .array(items), "next_cursor": next]
            try await recordRead("list_tables", [dataset.description], items.count, caller, answer: answer)
            return answer
        } catch {
            throw await recorded(error, tool: "list_tables", for: caller)
        }
    }

    /// A table's columns, with how each is masked for the caller.
    public func describeTable(_ text: String, for caller: Caller) async throws(GateFailure) -> JSONObject {
        let caller = requester(caller)
        do throws(GateFailure) {
            let policy = try admit(caller, to: "describe_table")
            guard let id = tableID(text), schemas.isVisible(id.datasetID, under: policy) else {
                throw Self.unknownTable(text)
            }
            guard let told = try await told(of: id, under: policy) else { throw Self.unknownTable(text) }
            try await recordRead(
                "describe_table",
                [id.description],
                told.columnCount,
                caller,
                answer: told.content
            )
            return told.content
        } catch {
            throw await recorded(error, tool: "describe_table", for: caller)
        }
    }

    /// A table's or wildcard's columns as the caller is told of them, and how many; nil when there is none.
    func told(
        of id: TableID,
        under policy: MaskingPolicy
    ) async throws(GateFailure) -> (content: JSONObject, columnCount: Int)? {
        guard let description = try await description(of: id, under: policy) else { return nil }
        let columns = description.columns
        let content: JSONObject = [
            "table": .string("\(name(of: id.datasetID)).\(id.table)"),
            "type": .string(description.schema.kind.name),
            "columns": .array(columns),
            "partitioning": description.partitioning,
            "clustering": .array(description.schema.clustering.map { .string($0) }),
            "notes": .array(description.notes.map { .string($0) }),
        ]
        return (content, columns.count)
    }

    /// What is known of a table or wildcard; nil when there is none.
    private func description(
        of id: TableID,
        under policy: MaskingPolicy
    ) async throws(GateFailure) -> TableDescription? {
        guard id.wildcardPrefix != nil else {
            let entry = try await upstream { () throws(BigQueryError) in try await self.bigQuery.table(id) }
            guard case .table(let schema) = entry else { return nil }
            let derived = await derivedMasks(of: schema, under: policy)
            return TableDescription(schema: schema, policy: policy, derived: derived)
        }
        switch await schemas.snapshot(of: TableNeeds(tables: [id]), under: policy)[id] {
        case .wildcard(let wildcard)?:
            switch policy.schema(of: wildcard, reading: wildcard.tables) {
            case .success(let schema):
                return TableDescription(schema: schema, policy: policy, derived: .success([]), wildcard: wildcard)
            case .failure(let mismatch): throw GateFailure([Refusal(mismatch, of: wildcard)])
            }
        case .unusableWildcard(let problem)?: throw GateFailure([Refusal(problem, of: id)])
        case .unreadable?:
            throw GateFailure("table.unreadable", "the tables of `\(id)` could not be read", fix: "try again later")
        case .absent?, .table?, nil: return nil
        }
    }

    // MARK: Names

    /// `dataset` or `project.dataset`; a project may have a domain (`example.com:project`), so the last dot counts.
    func datasetID(_ text: String) -> DatasetID? {
        let plain = text.filter { $0 != "`" }
        guard !plain.isEmpty else { return nil }
        guard let dot = plain.lastIndex(of: ".") else { return DatasetID(project: settings.project, dataset: plain) }
        return DatasetID(project: String(plain[..<dot]), dataset: String(plain[plain.index(after: dot)...]))
    }

    func tableID(_ text: String) -> TableID? {
        let plain = text.filter { $0 != "`" }
        guard let dot = plain.lastIndex(of: ".") else {
            guard let dataset = settings.defaultDataset, !plain.isEmpty else { return nil }
            return TableID(project: settings.project, dataset: dataset, table: plain)
        }
        guard let dataset = datasetID(String(plain[..<dot])) else { return nil }
        return TableID(
            project: dataset.project,
            dataset: dataset.dataset,
            table: String(plain[plain.index(after: dot)...])
        )
    }

    /// A dataset as callers write it: without the project when it is the configured one.
    func name(of dataset: DatasetID) -> String {
        dataset.project == settings.project ? dataset.dataset : dataset.description
    }

    static func unknownDataset(_ text: String) -> GateFailure {
        GateFailure(
            "table.dataset_not_found",
            "there is no dataset `\(text)`",
            fix: "`list_datasets` names those there are"
        )
    }

    static func unknownTable(_ text: String) -> GateFailure {
        GateFailure("table.not_found", "there is no table `\(text)`", fix: "`list_tables` names those of a dataset")
    }

    // MARK: Calls

    /// A call of BigQuery whose failure is told in our words: metadata errors can name what the caller may not see.
    func upstream<Answer: Sendable>(
        _ call: () async throws(BigQueryError) -> Answer
    ) async throws(GateFailure) -> Answer {
        do {
            return try await call()
        } catch {
            throw GateFailure(error, masked: true)
        }
    }

    /// Records an answer with names or types before it is given; where content is recorded, the answer itself too.
    func recordRead(
        _ tool: String,
        _ resources: [String],
        _ count: Int,
        _ caller: Requester,
        answer: JSONObject? = nil
    ) async throws(GateFailure) {
        let kept = settings.recordsContent ? answer.map { RecordedContent.answer($0) } : nil
        try await record(
            .metadataRead(
                caller.auditContext,
                MetadataRead(tool: tool, resources: resources, itemCount: count, keeping: kept)
            )
        )
    }

    func sealed(_ position: String, list: String) throws(GateFailure) -> String {
        do {
            return try keys.cursors.seal(
                position: position,
                list: list,
                expires: Self.now + GateSettings.cursorSecondsMax
            )
        } catch {
            throw GateFailure("policy.sealing", "no cursor could be made", fix: "tell the operator")
        }
    }

    func opened(_ cursor: String, list: String) throws(GateFailure) -> String {
        guard let position = keys.cursors.openPosition(cursor, list: list, now: Self.now) else {
            throw .unknownCursor
        }
        return position
    }
}
