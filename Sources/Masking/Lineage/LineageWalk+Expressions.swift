import GoogleSQL

extension LineageWalk {
    /// What a path means: the innermost level that knows its first part; all masked columns when none does.
    func resolve(_ names: [String], in scope: LineageScope) -> LineageValue {
        for frame in scope.frames.reversed() {
            if let value = frame.resolve(names) { return value }
        }
        return LineageValue(sources: everything, shape: .unknown)
    }

    /// What a value derives from.
    // As in `QueryWalk`, the cases are not bound here, to keep the frame small.
    func value(of expression: Expression, in scope: LineageScope) -> LineageValue {
        switch expression {
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
        case .unary, .not, .binary, .conjunction, .disjunction, .comparison, .between, .test, .new, .conditional, .cast,
            .extract, .replaceFields:
            Self.parts(of: expression).map { blend($0, in: scope) } ?? unknown
        }
    }

    private func valueOfPath(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        if case .parenthesized(let node) = expression { return value(of: node.expression, in: scope) }
        guard case .path(let path) = expression else { return unknown }
        return resolve(path.parts.map { $0.name.lowercased() }, in: scope)
    }

    private var unknown: LineageValue { LineageValue(sources: everything, shape: .unknown) }

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
        var found = LineageValue(sources: [], shape: .unknown)
        for field in node.fields {
            let name = node.hasKeyword && node.type == nil ? Self.label(of: field)?.lowercased() : nil
            found.sources.formUnion(value(of: field.expression, in: scope).nested(under: name))
        }
        return found
    }

    private func valueOfArray(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        guard case .array(let node) = expression else { return unknown }
        var found = blend(node.elements, in: scope)
        if case .literal? = node.elements.first { found.shape = .scalar }
        return found
    }

    private func valueOfWith(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        guard case .with(let node) = expression else { return unknown }
        var inner = scope
        for variable in node.variables {
            let value = value(of: variable.value, in: inner)
            let column = LineageColumn(label: variable.name.name, value: value)
            inner = inner.inside(Self.frame(of: LineageRows(columns: [column])))
        }
        return value(of: node.result, in: inner)
    }

    private func valueOfMembership(_ expression: Expression, in scope: LineageScope) -> LineageValue {
        if case .quantifiedLike(let node) = expression { return blend([node.left], with: node.patterns, in: scope) }
        guard case .inside(let node) = expression else { return unknown }
        return blend([node.left], with: node.set, in: scope)
    }

    /// The operands of an operator or form whose value is made of all of them; nil for what is none.
    private static func parts(of expression: Expression) -> [Expression]? {
        switch expression {
        case .unary(let node): [node.operand]
        case .not(let node): [node.operand]
        case .test(let node): [node.operand]
        case .binary(let node): [node.first] + node.rest.map(\.expression)
        case .conjunction(let node), .disjunction(let node): node.operands
        case .comparison(let node): [node.left, node.right]
        case .between(let node): [node.operand, node.lower, node.upper]
        case .new(let node): node.arguments.map(\.expression)
        case .conditional(let node):
            node.branches.flatMap { [$0.condition, $0.result] } + [node.operand, node.fallback].compactMap(\.self)
        case .cast(let node): [node.value] + [node.format, node.timeZone].compactMap(\.self)
        case .extract(let node): [node.value] + [node.timeZone].compactMap(\.self)
        case .replaceFields(let node): [node.value] + node.replacements.map(\.value)
        case .literal, .range, .parameter, .systemVariable, .interval, .path, .access, .parenthesized,
            .quantifiedLike, .inside, .structure, .array, .with, .call, .subquery, .graph:
            nil
        }
    }

    /// Several values put together so that the parts can no longer be told.
    private func blend(_ expressions: [Expression], in scope: LineageScope) -> LineageValue {
        var sources: Set<MaskSource> = []
        for expression in expressions {
            for source in value(of: expression, in: scope).sources {
                sources.insert(MaskSource(index: source.index, path: []))
            }
        }
        return LineageValue(sources: sources, shape: .unknown)
    }

    private func blend(_ expressions: [Expression], with set: MembershipSet, in scope: LineageScope) -> LineageValue {
        switch set {
        case .list(let more): return blend(expressions + more, in: scope)
        case .unnest(let unnest): return blend(expressions + unnest.arrays.map(\.expression), in: scope)
        case .subquery(let query):
            var found = blend(expressions, in: scope)
            found.sources.formUnion(rows(of: query, in: scope).blurred.sources)
            return found
        case .graph: return LineageValue(sources: everything, shape: .unknown)
        }
    }

    private func value(of chain: AccessChain, in scope: LineageScope) -> LineageValue {
        var current = value(of: chain.base, in: scope)
        for access in chain.accesses {
            switch access {
            case .field(let name): current = current.field(name.name.lowercased())
            case .extensionField: current = current.blurred
            case .subscripted(let expression):
                // An element of an array has the fields of all; the index may tell something too.
                current.sources.formUnion(value(of: expression, in: scope).blurred.sources)
            case .call(let call):
                let argument = current
                current = value(of: call, in: scope)
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
            if columns.count == 1, let only = columns.first, !node.query.givesStruct { return only.value }
            return found.rowValue
        }
    }

    private func value(of call: FunctionCall, in scope: LineageScope) -> LineageValue {
        let name = call.name.parts.last?.name.uppercased() ?? ""
        var parts: [Expression] = []
        var sources: Set<MaskSource> = []
        for argument in call.arguments {
            switch argument {
            case .expression(let node):
                if !WordArguments.isWord(node.expression, of: name) { parts.append(node.expression) }
            case .star, .sequence: break
            case .named(let node):
                switch node.value {
                case .expression(let expression): parts.append(expression)
                case .lambda, .inputTable, .table: sources.formUnion(everything)
                }
            // The parameters of a lambda are not followed.
            case .lambda: sources.formUnion(everything)
            }
        }
        for modifier in call.modifiers { add(modifier, to: &parts) }
        switch call.over {
        case .inline(let window)?:
            parts += window.partitionBy + (window.orderBy?.items.map(\.expression) ?? [])
            // What a named window partitions and orders by is not followed.
            if window.base != nil { sources.formUnion(scope.frames.last?.star.blurred.sources ?? []) }
        case .named?: sources.formUnion(scope.frames.last?.star.blurred.sources ?? [])
        case nil: break
        }
        var found = blend(parts, in: scope)
        found.sources.formUnion(sources)
        return found
    }

    private func add(_ modifier: FunctionModifier, to parts: inout [Expression]) {
        switch modifier {
        case .ignoreNulls, .respectNulls, .withReport, .limit, .groupBy: break
        case .filter(let expression), .havingMax(let expression), .havingMin(let expression),
            .having(let expression):
            parts.append(expression)
        case .clamped(let lower, let upper): parts += [lower, upper]
        case .orderBy(let orderBy): parts += orderBy.items.map(\.expression)
        }
    }
}

extension Query {
    /// Whether each row is one STRUCT.
    fileprivate var givesStruct: Bool {
        if case .select(let select) = body, case .structure? = select.shape { true } else { false }
    }
}
