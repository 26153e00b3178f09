/// Graph queries and MATCH_RECOGNIZE. Variables of patterns are no names that a table path can start with.
extension ReferenceCollector {
    mutating func visit(_ content: GraphTable.Content, _ visible: Names) {
        switch content {
        case .match(let match, let columns):
            visit(match, visible)
            for column in columns { visit(column, visible) }
        case .block(let block): visit(block, visible)
        }
    }

    mutating func visit(_ block: GraphBlock, _ visible: Names) {
        for query in block.queries {
            visit(query.first, visible)
            for operand in query.rest { visit(operand.query, visible) }
        }
    }

    private mutating func visit(_ query: GraphLinearQuery, _ visible: Names) {
        visit(query.operators, visible)
        visit(query.result.projection, visible)
        if let orderBy = query.result.orderBy { visit(orderBy, visible) }
        if let offset = query.result.offset { visit(offset, visible) }
        if let limit = query.result.limit { visit(limit, visible) }
    }

    // MARK: Operators

    private mutating func visit(_ operators: [GraphOperator], _ visible: Names) {
        for node in operators {
            switch node {
            case .match(let match): visit(match, visible)
            case .let(let variables):
                for variable in variables { visit(variable.value, visible) }
            case .filter(let filter): visit(filter.condition, visible)
            case .orderBy(let orderBy): visit(orderBy, visible)
            case .offset(let count), .limit(let count): visit(count, visible)
            case .with(let projection): visit(projection, visible)
            case .for(let node): visit(node.array, visible)
            case .sample(let sample): visit(sample, visible)
            case .call(let call): visit(call, visible)
            }
        }
    }

    private mutating func visit(_ match: GraphMatch, _ visible: Names) {
        visit(match.hint)
        visit(match.pattern, visible)
    }

    private mutating func visit(_ projection: GraphProjection, _ visible: Names) {
        visit(projection.hint)
        for item in projection.items { visit(item, visible) }
        if let groupBy = projection.groupBy { visit(groupBy, visible) }
    }

    private mutating func visit(_ call: GraphCall, _ visible: Names) {
        switch call.target {
        case .function(let function, let hint, _):
            add(function.name, .tableFunction)
            visit(function, visible)
            visit(hint)
        case .subquery(_, let subquery): visit(subquery, visible)
        }
    }

    // MARK: Patterns

    private mutating func visit(_ pattern: GraphPattern, _ visible: Names) {
        for path in pattern.paths { visit(path, visible) }
        if let filter = pattern.filter { visit(filter, visible) }
    }

    private mutating func visit(_ path: GraphPath, _ visible: Names) {
        visit(path.hint)
        for factor in path.factors {
            visit(factor.hint)
            switch factor.primary {
            case .node(let element): visit(element, visible)
            case .edge(let edge):
                if let element = edge.element { visit(element, visible) }
            case .parenthesized(let node):
                visit(node.path, visible)
                if let filter = node.filter { visit(filter, visible) }
            }
        }
    }

    private mutating func visit(_ element: GraphElement, _ visible: Names) {
        visit(element.hint)
        for property in element.properties { visit(property.value, visible) }
        if let filter = element.filter { visit(filter, visible) }
        if let cost = element.cost { visit(cost, visible) }
    }

    // MARK: Expressions

    mutating func visit(_ expression: GraphExpression, _ visible: Names) {
        switch expression {
        case .subquery(let node):
            visit(node.hint)
            visit(node.subquery, visible)
        case .endpoint(let node):
            visit(node.node, visible)
            visit(node.edge, visible)
        case .labeled(let node): visit(node.element, visible)
        }
    }

    mutating func visit(_ subquery: GraphSubquery, _ visible: Names) {
        if let graph = subquery.graph { add(graph, .graph) }
        switch subquery.content {
        case .block(let block): visit(block, visible)
        case .pattern(let pattern): visit(pattern, visible)
        case .operators(let operators): visit(operators, visible)
        }
    }

    // MARK: MATCH_RECOGNIZE

    mutating func visit(_ node: MatchRecognize, _ visible: Names) {
        visit(node.partitionHint)
        for expression in node.partitionBy { visit(expression, visible) }
        visit(node.orderBy, visible)
        for measure in node.measures { visit(measure.expression, visible) }
        for definition in node.definitions { visit(definition.condition, visible) }
        for option in node.options ?? [] { visit(option.value, visible) }
    }
}
