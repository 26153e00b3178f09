/// Expressions: only the queries inside matter.
extension ReferenceCollector {
    mutating func visit(_ expression: Expression, _ visible: Names) {
        switch expression {
        case .literal, .range, .parameter, .systemVariable, .path: break
        case .access(let node): visit(node, visible)
        case .unary(let node): visit(node.operand, visible)
        case .not(let node): visit(node.operand, visible)
        case .binary(let node):
            visit(node.first, visible)
            for operand in node.rest { visit(operand.expression, visible) }
        case .conjunction(let node), .disjunction(let node):
            for operand in node.operands { visit(operand, visible) }
        case .comparison(let node):
            visit(node.left, visible)
            visit(node.right, visible)
        case .quantifiedLike(let node):
            visit(node.left, visible)
            visit(node.hint)
            visit(node.patterns, visible)
        case .between(let node):
            visit(node.operand, visible)
            visit(node.lower, visible)
            visit(node.upper, visible)
        case .inside(let node):
            visit(node.left, visible)
            visit(node.hint)
            visit(node.set, visible)
        case .test(let node): visit(node.operand, visible)
        case .parenthesized(let node): visit(node.expression, visible)
        case .structure(let node):
            for field in node.fields { visit(field.expression, visible) }
        case .array(let node):
            for element in node.elements { visit(element, visible) }
        case .interval(let node): visit(node.value, visible)
        case .new, .conditional, .cast, .extract, .with, .replaceFields: visitForm(expression, visible)
        case .call(let node): visit(node, visible)
        case .subquery(let node):
            visit(node.hint)
            _ = visit(node.query, visible)
        case .graph(let node): visit(node, visible)
        }
    }

    /// Visits the forms with a keyword.
    private mutating func visitForm(_ expression: Expression, _ visible: Names) {
        switch expression {
        case .new(let node):
            for argument in node.arguments { visit(argument.expression, visible) }
        case .conditional(let node):
            if let operand = node.operand { visit(operand, visible) }
            for branch in node.branches {
                visit(branch.condition, visible)
                visit(branch.result, visible)
            }
            if let fallback = node.fallback { visit(fallback, visible) }
        case .cast(let node):
            visit(node.value, visible)
            if let format = node.format { visit(format, visible) }
            if let timeZone = node.timeZone { visit(timeZone, visible) }
        case .extract(let node):
            visit(node.part, visible)
            visit(node.value, visible)
            if let timeZone = node.timeZone { visit(timeZone, visible) }
        case .with(let node):
            for variable in node.variables { visit(variable.value, visible) }
            visit(node.result, visible)
        case .replaceFields(let node):
            visit(node.value, visible)
            for replacement in node.replacements { visit(replacement.value, visible) }
        case .literal, .range, .parameter, .systemVariable, .path, .access, .unary, .not, .binary, .conjunction,
            .disjunction, .comparison, .quantifiedLike, .between, .inside, .test, .parenthesized, .structure, .array,
            .interval, .call, .subquery, .graph:
            break  // `visit(_:_:)` has these.
        }
    }

    private mutating func visit(_ chain: AccessChain, _ visible: Names) {
        visit(chain.base, visible)
        for access in chain.accesses {
            switch access {
            case .field, .extensionField: break
            case .subscripted(let expression): visit(expression, visible)
            case .call(let call): visit(call, visible)
            }
        }
    }

    private mutating func visit(_ set: MembershipSet, _ visible: Names) {
        switch set {
        case .list(let expressions):
            for expression in expressions { visit(expression, visible) }
        case .subquery(let query): _ = visit(query, visible)
        case .unnest(let node): visit(node, visible)
        case .graph(let node): visit(node, visible)
        }
    }

    private mutating func visit(_ call: FunctionCall, _ visible: Names) {
        for argument in call.arguments {
            switch argument {
            case .expression(let node): visit(node.expression, visible)
            case .star, .sequence: break
            case .named(let node): visit(node, visible)
            case .lambda(let node): visit(node, visible)
            }
        }
        for modifier in call.modifiers {
            switch modifier {
            case .ignoreNulls, .respectNulls: break
            case .filter(let expression), .havingMax(let expression), .havingMin(let expression),
                .having(let expression):
                visit(expression, visible)
            case .groupBy(let groupBy): visit(groupBy, visible)
            case .clamped(let lower, let upper):
                visit(lower, visible)
                visit(upper, visible)
            case .withReport(let options):
                for option in options { visit(option.value, visible) }
            case .orderBy(let orderBy): visit(orderBy, visible)
            case .limit(let limit): visit(limit, visible)
            }
        }
        visit(call.hint)
        if let over = call.over { visit(over, visible) }
    }

    mutating func visit(_ argument: NamedArgument, _ visible: Names) {
        switch argument.value {
        case .expression(let expression): visit(expression, visible)
        case .lambda(let lambda): visit(lambda, visible)
        case .inputTable: break
        case .table(let table): visit(table, visible)
        }
    }

    private mutating func visit(_ lambda: Lambda, _ visible: Names) {
        if let pattern = lambda.pattern { visit(pattern, visible) }
        visit(lambda.body, visible)
    }

    mutating func visit(_ argument: TableArgument, _ visible: Names) {
        switch argument {
        case .table(let clause): visit(clause, visible)
        case .model(let path): add(path, .model)
        case .connection, .descriptor, .inputTable: break
        }
    }
}
