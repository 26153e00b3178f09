import Audit
import Catalog
import GoogleSQL
import JSON
import Masking

/// Prompts, written for what the caller may see.
extension QueryGate {
    private static let promptRead = "prompts/get"

    /// The text of a prompt.
    ///
    /// - Throws: also when an argument names what the caller cannot see.
    public func text(of prompt: WarehousePrompt, for caller: Caller) async throws(GateFailure) -> String {
        let caller = requester(caller)
        do throws(GateFailure) {
            let policy = try admit(caller, to: Self.promptRead)
            switch prompt {
            case .exploreDataset(let text):
                let dataset = try visibleDataset(text, under: policy)
                let (tables, total) = try await promptTables(in: [dataset], under: policy)
                let answer = PromptText.explore(name(of: dataset), tables, total: total)
                let kept: JSONObject = ["text": .string(answer)]
                try await recordRead(Self.promptRead, [dataset.description], tables.count, caller, answer: kept)
                return answer
            case .writeQuery(let question, let text):
                try Self.check("question", question, bytesMax: WarehousePrompt.questionBytesMax)
                let datasets =
                    try text.map { (text) throws(GateFailure) in [try visibleDataset(text, under: policy)] }
                    ?? visibleDatasets(under: policy)
                let (tables, total) = try await promptTables(in: datasets, under: policy)
                let answer = PromptText.write(question, tables, total: total)
                let kept: JSONObject = ["text": .string(answer)]
                try await recordRead(Self.promptRead, datasets.map(\.description), tables.count, caller, answer: kept)
                return answer
            case .profileColumn(let table, let column):
                return try await profile(column, of: table, for: caller, under: policy)
            case .explainRefusal(let sql):
                try Self.check("sql", sql, bytesMax: WarehousePrompt.statementBytesMax)
                return try await explanation(of: sql, for: caller, under: policy)
            }
        } catch {
            throw await recorded(error, tool: Self.promptRead, for: caller)
        }
    }

    private static func check(_ name: String, _ text: String, bytesMax: Int) throws(GateFailure) {
        guard text.utf8.count > bytesMax else { return }
        throw GateFailure("parameter.argument_range", "`\(name)` has over \(bytesMax) bytes", fix: "shorten it")
    }

    private func visibleDataset(_ text: String, under policy: MaskingPolicy) throws(GateFailure) -> DatasetID {
        guard let dataset = datasetID(text), schemas.isVisible(dataset, under: policy) else {
            throw Self.unknownDataset(text)
        }
        return dataset
    }

    /// The first tables of datasets with their masked columns, and how many there are in all.
    private func promptTables(
        in datasets: [DatasetID],
        under policy: MaskingPolicy
    ) async throws(GateFailure) -> (tables: [PromptText.Table], total: Int) {
        var all: [TableFamily] = []
        for dataset in datasets { all += try await families(in: dataset) }
        let shown = all.prefix(PromptText.tablesMax)
        let known = await recentCatalog.schemas(of: Set(shown.map(\.newest.id)), under: policy)
        let tables = shown.map { family in
            let id = family.newest.id
            let stem = name(of: id.datasetID)
            // What a view's columns derive from is for `describe_table` to find out.
            let schema = known[id].flatMap { $0.kind.viewDefinition == nil ? $0 : nil }
            return PromptText.Table(
                name: "\(stem).\(id.table)",
                kind: family.newest.kind.lowercased(),
                masked: schema.map { schema in
                    policy.describe(schema).compactMap { described in
                        described.mask.map { (described.path, $0.rule.name) }
                    }
                },
                wildcard: family.wildcard.map { "\(stem).\($0)" }
            )
        }
        return (tables, all.count)
    }

    private func profile(
        _ column: String,
        of table: String,
        for caller: Requester,
        under policy: MaskingPolicy
    ) async throws(GateFailure) -> String {
        guard let id = tableID(table), schemas.isVisible(id.datasetID, under: policy),
            let told = try await told(of: id, under: policy)
        else { throw Self.unknownTable(table) }
        let columns = told.content["columns"]?.arrayValue ?? []
        guard let found = columns.first(where: { $0["name"]?.stringValue == column }) else {
            throw GateFailure(
                "column.not_found",
                "`\(table)` has no column `\(column)`",
                fix: "`describe_table` names its columns"
            )
        }
        let answer = PromptText.profile(
            column,
            of: "\(name(of: id.datasetID)).\(id.table)",
            type: found["type"]?.stringValue ?? "",
            rule: found["masked"]?["rule"]?.stringValue
        )
        try await recordRead(Self.promptRead, [id.description], 1, caller, answer: ["text": .string(answer)])
        return answer
    }

    /// What the rewriter says of a statement; nothing is asked of BigQuery but schemas.
    private func explanation(
        of sql: String,
        for caller: Requester,
        under policy: MaskingPolicy
    ) async throws(GateFailure) -> String {
        let request = QueryRequest(sql: sql, parameters: nil, maxRows: nil, maxBytesBilled: nil, reason: nil)
        let prepared: PreparedQuery
        do {
            prepared = try await prepare(request, for: caller, under: policy)
        } catch {
            let failure = await recorded(error, of: request, tool: Self.promptRead, for: caller)
            // What is told is what was recorded: that the log cannot be written is no reason of the statement.
            guard failure.refusals.map(\.code) == error.refusals.map(\.code) else { throw failure }
            return PromptText.refused(sql, reasons: failure.refusals.map(\.told))
        }
        try await record(
            .queryEstimated(
                caller.auditContext,
                QueryEstimated(query: prepared.auditQuery, bytesProcessed: nil, bytesShown: nil)
            )
        )
        let masked = prepared.query.maskedColumns.map { "`\($0.column)` of `\($0.table)` by \($0.rule.name)" }
        return PromptText.notRefused(sql, masked: masked)
    }
}

extension Refusal {
    /// In a line: the code, the place, the reason and the fix.
    fileprivate var told: String {
        let place = position.map { " at line \($0.line), column \($0.column)" } ?? ""
        return "\(code)\(place): \(message). Fix: \(fix)"
    }
}
