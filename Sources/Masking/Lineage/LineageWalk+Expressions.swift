import GoogleSQL

extension LineageWalk {
    /// What a path means: the innermost level that knows its first part; all masked columns when none does.
    func resolve(_ path: PathExpression, in scope: LineageScope) -> LineageValue {
        guard let first = path.parts.first.map({ context.name(of: $0) }) else { return unknown }
        // What a level may mean whose columns are not known; then the levels around it may be meant as well.
        var possible: MaskSources?
        var level = scope.frames.count - 1
        while level >= 0 {
            let frame = scope.frames[level]
            if let value = resolve(path, first, in: frame) {
                guard let possible else { return value }
                return LineageValue(sources: value.sources.blurred.union(possible), shape: .unknown)
            }
            if frame.count == nil { possible = (possible ?? MaskSources()).union(frame.taint.blurred) }
            level -= 1
        }
        guard let possible else { return unknown }
        return LineageValue(sources: possible, shape: .unknown)
    }

    /// The value of a path whose first part means something at a level; nil when it does not.
    private func resolve(_ path: PathExpression, _ first: Name, in frame: LineageFrame) -> LineageValue? {
        var found: LineageValue?
        var table = frame.tables.position(of: first)
        while let position = table {
            Self.add(value(of: path, in: frame.tables.elements[position]), to: &found)
            table = frame.tables.position(of: first, from: position + 1)
        }
        if frame.count == nil { return found }
        if let column = frame.column(named: first, in: context) {
            Self.add(fields(path.parts[1...], of: column), to: &found)
        }
        return found
    }

    /// The value of a path whose first part is the alias of a table.
    private func value(of path: PathExpression, in table: LineageTable) -> LineageValue {
        if let element = table.element { return fields(path.parts[1...], of: element) }
        let rows = table.rows
        guard path.parts.count > 1 else { return context.spend(rows.count ?? 1) ? rows.rowValue : unknown }
        guard let column = rows.column(named: context.name(of: path.parts[1])) else { return rows.blurred }
        return fields(path.parts[2...], of: column)
    }

    private static func add(_ value: LineageValue, to found: inout LineageValue?) {
        if found == nil { found = value } else { found?.sources.formUnion(value.sources) }
    }

    private func fields(_ parts: ArraySlice<Identifier>, of value: LineageValue) -> LineageValue {
        if parts.isEmpty { return value }
        var value = value
        for part in parts { value = field(context.name(of: part), of: value) }
        return value
    }

    /// What a value derives from.
    // As in `QueryWalk`, the cases are not bound here, to keep the frame small.
    func value(of expression: Expression, in scope: LineageScope) -> LineageValue {
        guard context.spend(LineageContext.stepsOfExpression) else { return unknown }
        return switch expression {
        case .literal, .range, .parameter, .systemVariable, .interval: LineageValue()
        case .graph: LineageValue(sources: everything, shape: .unknown)
        case .path, .parenthesized: valueOfPath(expression, in: scope)
        case .access: valueOfAccess(expression, in: scope)
        case .call: valueOfCall(expression, in: scope)
        case .subquery: valueOfSubquery(expression, in: scope)
        case .structure: valueOfStructure(expression, in: scope)
        case .array: valueOfArray(expression, in: scope)
        case .with: valueOfWith(expression, in: scope)
        case .quantifiedLike, .inside: valueOfMembership(expression, in: scope)
        case .unary, .not, .test, .binary, .conjunction, .disjunction, .comparison, .between:
            valueOfOperator(expression, in: scope)
        case .new, .conditional, .cast, .extract, .replaceFields: valueOfForm(expression, in: scope)
        }
    }

    private func valueOfPath(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        if case .parenthesized(let node) = expression { return value(of: node.expression, in: scope) }
        guard case .path(let path) = expression else { return unknown }
        if context.namesPseudoColumn(path) { return LineageValue() }
        return resolve(path, in: scope)
    }

    private func valueOfAccess(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        guard case .access(let chain) = expression else { return unknown }
        return value(of: chain, in: scope)
    }

    private func valueOfCall(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        guard case .call(let call) = expression else { return unknown }
        return value(of: call, in: scope)
    }

    private func valueOfSubquery(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        guard case .subquery(let node) = expression else { return unknown }
        return value(of: node, in: scope)
    }

    private func valueOfStructure(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        guard case .structure(let node) = expression else { return unknown }
        var found = LineageValue(shape: .unknown)
        for field in node.fields {
            let label = node.hasKeyword && node.type == nil ? Self.label(of: field) : nil
            let sources = value(of: field.expression, in: scope).sources
            found.sources.formUnion(sources.nested(under: label.map { context.name(of: $0) }))
        }
        return found
    }

    private func valueOfArray(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        guard case .array(let node) = expression else { return unknown }
        var found = LineageValue(shape: .unknown)
        add(node.elements, to: &found.sources, in: scope)
        if case .literal? = node.elements.first { found.shape = .scalar }
        return found
    }

    private func valueOfWith(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        guard case .with(let node) = expression else { return unknown }
        var inner = scope
        for variable in node.variables {
            let value = value(of: variable.value, in: inner)
            inner = inner.inside(LineageFrame(LineageRows(columns: [column(variable.name, value)])))
        }
        return value(of: node.result, in: inner)
    }

    private func valueOfMembership(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        var sources = MaskSources()
        if case .quantifiedLike(let node) = expression {
            add(node.left, to: &sources, in: scope)
            add(node.patterns, to: &sources, in: scope)
        }
        if case .inside(let node) = expression {
            add(node.left, to: &sources, in: scope)
            add(node.set, to: &sources, in: scope)
        }
        return LineageValue(sources: sources, shape: .unknown)
    }

    // MARK: Values that are made of all of their parts

    private func valueOfOperator(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        var sources = MaskSources()
        if case .unary(let node) = expression { add(node.operand, to: &sources, in: scope) }
        if case .not(let node) = expression { add(node.operand, to: &sources, in: scope) }
        if case .test(let node) = expression { add(node.operand, to: &sources, in: scope) }
        if case .binary(let node) = expression {
            add(node.first, to: &sources, in: scope)
            for operand in node.rest { add(operand.expression, to: &sources, in: scope) }
        }
        if case .conjunction(let node) = expression { add(node.operands, to: &sources, in: scope) }
        if case .disjunction(let node) = expression { add(node.operands, to: &sources, in: scope) }
        if case .comparison(let node) = expression {
            add(node.left, to: &sources, in: scope)
            add(node.right, to: &sources, in: scope)
        }
        if case .between(let node) = expression {
            add(node.operand, to: &sources, in: scope)
            add(node.lower, to: &sources, in: scope)
            add(node.upper, to: &sources, in: scope)
        }
        return LineageValue(sources: sources, shape: .unknown)
    }

    private func valueOfForm(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        var sources = MaskSources()
        if case .conditional(let node) = expression {
            if let operand = node.operand { add(operand, to: &sources, in: scope) }
            for branch in node.branches {
                add(branch.condition, to: &sources, in: scope)
                add(branch.result, to: &sources, in: scope)
            }
            if let fallback = node.fallback { add(fallback, to: &sources, in: scope) }
        }
        if case .cast(let node) = expression {
            add(node.value, to: &sources, in: scope)
            if let format = node.format { add(format, to: &sources, in: scope) }
            if let timeZone = node.timeZone { add(timeZone, to: &sources, in: scope) }
        }
        if case .extract(let node) = expression {
            add(node.value, to: &sources, in: scope)
            if let timeZone = node.timeZone { add(timeZone, to: &sources, in: scope) }
        }
        if case .new(let node) = expression {
            for argument in node.arguments { add(argument.expression, to: &sources, in: scope) }
        }
        if case .replaceFields(let node) = expression {
            add(node.value, to: &sources, in: scope)
            for replacement in node.replacements { add(replacement.value, to: &sources, in: scope) }
        }
        return LineageValue(sources: sources, shape: .unknown)
    }

    /// Adds what an expression derives from, as one part of something from which the parts can no longer be told.
    private func add(_ expression: Expression, to sources: inout MaskSources, in scope: LineageScope) {
        sources.formUnion(value(of: expression, in: scope).sources.blurred)
    }

    private func add(_ expressions: [Expression], to sources: inout MaskSources, in scope: LineageScope) {
        for expression in expressions { add(expression, to: &sources, in: scope) }
    }

    private func add(_ set: MembershipSet, to sources: inout MaskSources, in scope: LineageScope) {
        switch set {
        case .list(let expressions): add(expressions, to: &sources, in: scope)
        case .unnest(let unnest):
            for array in unnest.arrays { add(array.expression, to: &sources, in: scope) }
        case .subquery(let query): sources.formUnion(rows(of: query, in: scope).taint.blurred)
        case .graph: sources.formUnion(everything)
        }
    }

    private func value(of chain: AccessChain, in scope: LineageScope) -> LineageValue {
        var current = value(of: chain.base, in: scope)
        for access in chain.accesses {
            switch access {
            case .field(let name): current = field(context.name(of: name), of: current)
            case .extensionField: current = current.blurred
            case .subscripted(let expression):
                // An element of an array has the fields of all; the index may tell something too.
                current.sources.formUnion(value(of: expression, in: scope).blurred.sources)
            case .call(let call):
                let argument = current
                current = value(of: call, isChained: true, in: scope)
                current.sources.formUnion(argument.blurred.sources)
            }
        }
        return current
    }

    private func value(of node: SubqueryExpression, in scope: LineageScope) -> LineageValue {
        let found = rows(of: node.query, in: scope)
        switch node.kind {
        case .exists: return found.blurred
        case .scalar, .array:
            guard let columns = found.columns else { return found.blurred }
            let isRow = columns.count != 1 || node.query.givesStruct
            var value = isRow ? found.rowValue : columns.first?.value ?? found.blurred
            value.sources.formUnion(found.choice)
            return value
        }
    }

    private func value(of call: FunctionCall, isChained: Bool = false, in scope: LineageScope) -> LineageValue {
        let name = call.name.parts.last?.name.uppercased() ?? ""
        let body = rows(ofCallAt: call.tokens)
        let word = body == nil ? WordArguments.place(in: name, isChained: isChained) : nil
        var sources = body?.taint ?? MaskSources()
        // The body of a function that somebody wrote may hold an aggregate.
        if call.over != nil || body != nil || PassingFunctions.ofManyRows.contains(name) {
            context.callsOfManyRows += 1
            sources.formUnion(scope.frames.last?.choice ?? MaskSources())
        }
        for (index, argument) in call.arguments.enumerated() {
            switch argument {
            case .expression(let node):
                if index == word && WordArguments.isWord(node.expression) { continue }
                add(node.expression, to: &sources, in: scope)
            case .star, .sequence: break
            case .named(let node):
                switch node.value {
                case .expression(let expression): add(expression, to: &sources, in: scope)
                case .lambda, .inputTable, .table: sources.formUnion(everything)
                }
            // The parameters of a lambda are not followed.
            case .lambda: sources.formUnion(everything)
            }
        }
        for modifier in call.modifiers { add(modifier, to: &sources, in: scope) }
        if let over = call.over { add(over, to: &sources, in: scope) }
        return LineageValue(sources: sources, shape: .unknown)
    }

    private func add(_ window: WindowReference, to sources: inout MaskSources, in scope: LineageScope) {
        switch window {
        case .inline(let window):
            add(window.partitionBy, to: &sources, in: scope)
            for item in window.orderBy?.items ?? [] { add(item.expression, to: &sources, in: scope) }
            // What a named window partitions and orders by is not followed.
            if window.base != nil { sources.formUnion(scope.frames.last?.taint.blurred ?? MaskSources()) }
        case .named: sources.formUnion(scope.frames.last?.taint.blurred ?? MaskSources())
        }
    }

    private func add(_ modifier: FunctionModifier, to sources: inout MaskSources, in scope: LineageScope) {
        switch modifier {
        case .ignoreNulls, .respectNulls, .withReport, .limit: break
        case .groupBy(let groupBy): sources.formUnion(groups(of: groupBy, nil, in: scope))
        case .filter(let expression), .havingMax(let expression), .havingMin(let expression),
            .having(let expression):
            add(expression, to: &sources, in: scope)
        case .clamped(let lower, let upper):
            add(lower, to: &sources, in: scope)
            add(upper, to: &sources, in: scope)
        case .orderBy(let orderBy):
            for item in orderBy.items { add(item.expression, to: &sources, in: scope) }
        }
    }
}

extension Query {
    /// Whether each row is one STRUCT.
    fileprivate var givesStruct: Bool {
        if case .select(let select) = body, case .structure? = select.shape { true } else { false }
    }
}
