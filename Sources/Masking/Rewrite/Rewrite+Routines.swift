import Catalog
import GoogleSQL

/// Functions that somebody wrote: their bodies are rewritten inside, as if the caller had written them.
extension Rewrite {
    /// Rewrites the bodies of all functions that the text calls, or says why that cannot be done.
    mutating func readRoutines() {
        var failed: Set<RoutineTarget> = []
        for call in walk.routines.calls where called[call.target] == nil && !failed.contains(call.target) {
            switch expand(call.target) {
            case .success(let function): called[call.target] = function
            case .failure(let list):
                failed.insert(call.target)
                for refusal in list.refusals {
                    refuse(refusal.code, refusal.message, at: call.nameTokens, fix: refusal.fix)
                }
            }
        }
    }

    private mutating func expand(_ target: RoutineTarget) -> Result<ExpandedFunction, RefusalList> {
        let authority: DatasetID? =
            switch target {
            case .temporary: nil
            case .persistent(let id): stack.authority ?? id.datasetID
            }
        let key = ViewSession.FunctionKey(target: target, authority: authority)
        if let known = session.functions[key] { return known }
        let result: Result<ExpandedFunction, RefusalList> =
            switch target {
            case .temporary(let index): rewritten(functions[index], as: .temporary(functions[index].name))
            case .persistent(let id): rewritten(id)
            }
        session.functions[key] = result
        return result
    }

    private mutating func rewritten(_ id: RoutineID) -> Result<ExpandedFunction, RefusalList> {
        let entry: RoutineEntry? =
            stack.authority != nil
            ? session.snapshot.routines[id] : policy.allows(id.datasetID) ? session.snapshot[id] : .absent
        func refusal(_ code: String, _ message: String, _ fix: String) -> Result<ExpandedFunction, RefusalList> {
            .failure(RefusalList([Refusal(code: code, message: message, position: nil, fix: fix)]))
        }
        switch entry {
        case .absent?:
            return refusal(
                "function.not_found",
                "there is no function `\(id)`",
                "use a function of BigQuery's own, or one of a dataset that list_datasets shows"
            )
        case .unreadable?, nil:
            return refusal("function.unreadable", "the definition of `\(id)` could not be read", "try again later")
        case .routine(let routine)?:
            guard routine.id == id else {
                return refusal("function.unreadable", "another function was answered for `\(id)`", "try again later")
            }
            return rewritten(routine)
        }
    }

    private mutating func rewritten(_ routine: Routine) -> Result<ExpandedFunction, RefusalList> {
        switch SQLFunction.of(routine) {
        case .failure(let refusal):
            guard refusal.code == "function.javascript", session.allowsJavaScript else {
                return .failure(RefusalList([refusal]))
            }
            var sources = QuerySources()
            sources.routines[routine.id] = routine
            sources.calledRoutines.insert(routine.id)
            return .success(
                ExpandedFunction(
                    text: .call(routine.id, parameters: routine.parameters.count),
                    masked: [],
                    columns: nil,
                    sources: sources,
                    touchesMaskedTable: false,
                    isVolatile: true,
                    hasQuery: false
                )
            )
        case .success(let function):
            return rewritten(function, as: .routine(routine.id)).map { expanded in
                var expanded = expanded
                expanded.sources.routines[routine.id] = routine
                return expanded
            }
        }
    }

    private mutating func rewritten(
        _ function: SQLFunction,
        as object: ViewStack.Object
    ) -> Result<ExpandedFunction, RefusalList> {
        if let refusal = refusal(of: object) { return .failure(RefusalList([refusal])) }
        guard let walk = function.body.walk else { return .failure(told(function.body.refusals, of: object)) }
        var inner = stack
        inner.objects.append(object)
        let outerAliases = session.aliasesAround
        session.aliasesAround = aliasesAroundViews
        var nested = Rewrite(walk: walk, policy: policy, session: session, stack: inner)
        nested.functions = functions
        nested.readSchemas()
        nested.markParameters(of: function)
        if nested.canScan { nested.writeScans() }
        session = nested.session
        session.aliasesAround = outerAliases
        var refusals = function.body.refusals + nested.refusals
        if refusals.isEmpty && nested.isTooLong { refusals.append(.tooLong) }
        if let refusal = nested.shadowing(of: function) { refusals.append(refusal) }
        guard refusals.isEmpty else { return .failure(told(refusals, of: object)) }
        return .success(nested.expanded(function, as: object))
    }

    private func expanded(_ function: SQLFunction, as object: ViewStack.Object) -> ExpandedFunction {
        let masked = finish(mappingDigest: policy.mappingDigest)
        let tokens = function.bodyTokens(of: walk.parsed)
        let printed = TokenPrinter.print(walk.parsed, tokens: tokens, edits: edits)
        return ExpandedFunction(
            text: .body(function, FunctionText(printed: printed)),
            masked: masked.maskedColumns.map { shown($0, by: object) },
            columns: columns(of: masked, function),
            sources: sources,
            touchesMaskedTable: masked.touchesMaskedTable,
            isVolatile: function.isVolatile || called.values.contains(where: \.isVolatile),
            hasQuery: TokenFacts(walk.parsed, tokens).hasQuery || called.values.contains(where: \.hasQuery)
        )
    }

    /// The columns of a table function; nil when they are not known.
    private func columns(of masked: MaskedQuery, _ function: SQLFunction) -> [ExpandedFunction.Column]? {
        // What is passed as a table has columns that the body does not know.
        guard case .table(let declared) = function.result, !function.parameters.contains(where: \.isTable),
            let columns = masked.lineage.output.columns
        else { return nil }
        let labels = masked.lineage.output.labels
        guard let declared else {
            return columns.indices.map { ExpandedFunction.Column(name: labels[$0], sources: columns[$0]) }
        }
        return declared.map { column in
            let found = columns.indices.filter { labels[$0]?.lowercased() == column.name.lowercased() }
            let sources = found.isEmpty ? Array(masked.maskedColumns.indices) : found.flatMap { columns[$0] }
            return ExpandedFunction.Column(name: column.name, sources: sources)
        }
    }

    /// A masked column as the caller may be told of it: of a table that is hidden from them the function is named.
    private func shown(_ column: MaskedColumn, by object: ViewStack.Object) -> MaskedColumn {
        guard case .routine(let id) = object, session.snapshot.hides(column.table) else { return column }
        return MaskedColumn(table: id.asTable, column: "value", tag: column.tag, rule: column.rule)
    }

    /// In the query of a table function a column goes before a parameter of its name. Whether there is one is looked for
    /// in every table and function that the query reads.
    private func shadowing(of function: SQLFunction) -> Refusal? {
        let used = Set(walk.routines.parameterUses.map { walk.routines.parameters[$0.parameter] })
        guard function.isTable, !used.isEmpty else { return nil }
        func refusal(_ message: String) -> Refusal {
            Refusal(
                code: "function.body",
                message: message,
                position: nil,
                fix: "give the parameter another name"
            )
        }
        let names = Set(used.map { $0.lowercased() })
        for scan in scans.compactMap(\.self) {
            let schema = scan.masks.schema
            guard let name = schema.columns.lazy.compactMap({ $0.firstName(in: names) }).first else { continue }
            return refusal("`\(name)` is both a parameter and a column of `\(schema.id)`")
        }
        var columns: [[String]?] = function.parameters.compactMap { parameter in
            if case .table(let columns) = parameter.kind { .some(columns) } else { nil }
        }
        for call in walk.routines.calls where call.isTable {
            let found = called[call.target]?.columns?.compactMap(\.name)
            columns.append(found?.count == called[call.target]?.columns?.count ? found : nil)
        }
        for list in columns {
            guard let list else { return refusal("a parameter may have the name of a column that is not known here") }
            if let name = list.first(where: { names.contains($0.lowercased()) }) {
                return refusal("`\(name)` is both a parameter and a column")
            }
        }
        return nil
    }

    /// Marks the places where arguments are to stand.
    private mutating func markParameters(of function: SQLFunction) {
        let indices = function.parameters.indices
        if function.takesArgumentsInPlace {
            let values = indices.filter { !function.parameters[$0].isTable }
            for use in walk.routines.parameterUses where values.indices.contains(use.parameter) {
                edits.append(TokenEdit(tokens: use.tokens, text: FunctionText.hole(values[use.parameter])))
            }
        }
        let tables = indices.filter { function.parameters[$0].isTable }
        guard !tables.isEmpty, case .query(let query) = walk.parsed.statement, let with = query.with else { return }
        for (index, expression) in zip(tables, with.expressions) {
            edits.append(TokenEdit(tokens: expression.query.tokens, text: FunctionText.hole(index)))
        }
    }
}
