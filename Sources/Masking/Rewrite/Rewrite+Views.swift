import Catalog
import GoogleSQL

/// Views: their texts are rewritten inside, as if the caller had written them as subqueries.
extension Rewrite {
    /// The view's text with masks, or nil and a refusal.
    mutating func expand(_ schema: TableSchema, _ definition: ViewDefinition, table index: Int) -> ExpandedView? {
        let key = ViewSession.Key(view: schema.id, authority: stack.authority ?? schema.id.datasetID)
        let result: Result<ExpandedView, RefusalList>
        if let known = session.expanded[key] {
            result = known
        } else {
            result = rewritten(schema, definition)
            session.expanded[key] = result
        }
        switch result {
        case .success(let view): return view
        case .failure(let list):
            for refusal in list.refusals {
                refuse(refusal.code, refusal.message, table: index, fix: refusal.fix)
            }
            return nil
        }
    }

    private mutating func rewritten(
        _ schema: TableSchema,
        _ definition: ViewDefinition
    ) -> Result<ExpandedView, RefusalList> {
        if let refusal = refusal(of: schema, definition) { return .failure(RefusalList([refusal])) }
        let query = AnalyzedQuery.analyze(viewText: definition, of: schema.id)
        guard let walk = query.walk else { return .failure(told(query.refusals, of: .view(schema.id))) }
        var inner = stack
        inner.objects.append(.view(schema.id))
        let outerAliases = session.aliasesAround
        session.aliasesAround = aliasesAroundViews
        var nested = Rewrite(walk: walk, policy: policy, session: session, stack: inner)
        nested.readSchemas()
        if nested.canScan { nested.writeScans() }
        session = nested.session
        session.aliasesAround = outerAliases
        var refusals = query.refusals + nested.refusals
        if refusals.isEmpty && nested.isTooLong { refusals.append(.tooLong) }
        guard refusals.isEmpty else { return .failure(told(refusals, of: .view(schema.id))) }
        let masked = nested.finish(mappingDigest: policy.mappingDigest)
        let columns = nested.lineage().output().columns
        return .success(
            ExpandedView(
                sql: Self.named(masked.sql, as: schema, definition),
                columnSources: columns.flatMap { $0.count == schema.columns.count ? $0 : nil },
                masked: masked.maskedColumns,
                sources: nested.sources,
                touchesMaskedTable: masked.touchesMaskedTable
            )
        )
    }

    /// The text with the names of the schema's columns, by position. A set operation takes its names and order from its
    /// first operand, so that nothing has to be known of the names in the text.
    private static func named(_ sql: String, as schema: TableSchema, _ definition: ViewDefinition) -> String {
        guard definition.usesExplicitColumnNames else { return sql }
        let columns = schema.columns.map { "\($0.nothingText) AS \(quotedIdentifier($0.name))" }
        return "SELECT \(columns.joined(separator: ", ")) FROM UNNEST([1]) AS scrim_n WHERE FALSE UNION ALL (\(sql))"
    }

    // MARK: Reasons

    private func refusal(of schema: TableSchema, _ definition: ViewDefinition) -> Refusal? {
        let fix = "query the tables that it is made from"
        func refusal(_ code: String, _ message: String) -> Refusal {
            Refusal(code: code, message: "the view `\(schema.id)` \(message)", position: nil, fix: fix)
        }
        if definition.usesLegacySQL { return refusal("table.view_legacy_sql", "is written in legacy SQL") }
        for feature in ViewDefinition.Feature.allCases where definition.features.contains(feature) {
            switch feature {
            case .privacyPolicy:
                return refusal("table.view_privacy_policy", "has analysis rules, which only BigQuery can enforce")
            case .foreignDefinitions:
                return refusal("table.view_foreign", "is written in the dialect of another engine")
            case .userDefinedFunctions:
                return refusal("table.view_functions", "carries code of functions")
            }
        }
        return self.refusal(of: .view(schema.id))
    }

    /// Why a text cannot stand inside of those around it.
    func refusal(of object: ViewStack.Object) -> Refusal? {
        let isView = if case .view = object { true } else { false }
        if stack.objects.contains(object) {
            return Refusal(
                code: isView ? "table.view_cycle" : "function.cycle",
                message: "\(object.description) \(isView ? "reads" : "calls") itself",
                position: nil,
                fix: "query the tables that it is made from"
            )
        }
        guard stack.objects.count >= ViewStack.depthMax else { return nil }
        return Refusal(
            code: isView ? "limit.view_depth" : "limit.function_depth",
            message: "\(object.description) is nested deeper than \(ViewStack.depthMax) views and functions",
            position: nil,
            fix: "query the tables that it is made from"
        )
    }

    /// What stands against a text, as the caller may be told: no name of a table or routine that is hidden from them.
    func told(_ refusals: [Refusal], of object: ViewStack.Object) -> RefusalList {
        let hidden =
            session.snapshot.hidden.map { ($0.table, $0.dataset) }
            + session.snapshot.hiddenRoutines.map { ($0.routine, $0.dataset) }
        let isView = if case .view = object { true } else { false }
        let fix =
            isView ? "query the tables that it is made from" : "write what the function does in the query itself"
        return RefusalList(
            refusals.map { refusal in
                let family = refusal.code.prefix { $0 != "." }
                let isOfText = family == "syntax" || family == "statement" || family == "parameter"
                var message = "\(object.description) cannot be read through masks"
                let namesHidden = hidden.contains { refusal.message.contains($0) || refusal.message.contains($1) }
                if !namesHidden { message += ": \(refusal.message)" }
                return Refusal(
                    code: isOfText ? (isView ? "table.view_text" : "function.body") : refusal.code,
                    message: message,
                    position: nil,
                    fix: namesHidden ? "ask an administrator what to query in its place" : fix
                )
            }
        )
    }
}
