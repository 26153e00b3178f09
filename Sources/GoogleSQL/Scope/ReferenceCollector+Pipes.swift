/// Pipe operators that read the rows before them and change no scope.
extension ReferenceCollector {
    mutating func visitRows(of kind: PipeOperator.Kind, _ visible: Names) {
        switch kind {
        case .filter(let expression): visit(expression, visible)
        case .select(let select): visitPipeSelect(select, visible)
        case .extend(let items, let windows):
            for item in items { visit(item, visible) }
            for window in windows { visit(window.window, visible) }
        case .window(let items):
            for item in items { visit(item, visible) }
        case .aggregate(let aggregate): visit(aggregate, visible)
        case .limit(let limit): visit(limit, visible)
        case .orderBy(let orderBy): visit(orderBy, visible)
        case .setOperation(let setOperator, let queries):
            visit(setOperator.hint)
            for query in queries { _ = visit(query, visible) }
        case .sample(let sample): visit(sample, visible)
        case .assertion(let expressions):
            for expression in expressions { visit(expression, visible) }
        case .log(let hint, let subpipeline):
            visit(hint)
            if let subpipeline { visit(subpipeline, visible) }
        case .set(let assignments):
            for assignment in assignments { visit(assignment.value, visible) }
        case .pivot(let pivot): visit(pivot, visible)
        case .matchRecognize(let node): visit(node, visible)
        case .conditional(let node):
            visit(node.hint)
            for branch in node.branches {
                visit(branch.condition, visible)
                visit(branch.subpipeline, visible)
            }
            if let fallback = node.fallback { visit(fallback, visible) }
        case .fork(let hint, let subpipelines), .tee(let hint, let subpipelines):
            visit(hint)
            for subpipeline in subpipelines { visit(subpipeline, visible) }
        case .insert(let statement): visit(statement, visible)
        case .exportData(let statement): visit(statement, visible)
        case .createTable(let statement): visit(statement, visible)
        case .rename, .distinct, .alias, .describe, .staticDescribe, .drop, .unpivot:
            break
        case .join, .call, .with, .recursiveUnion:
            break  // These change the scope: `visit(_:_:_:)` has them.
        }
    }

    private mutating func visitPipeSelect(_ select: Select, _ visible: Names) {
        visit(select.hint)
        for option in select.with?.options ?? [] { visit(option.value, visible) }
        for item in select.items { visit(item, visible) }
        for window in select.windows { visit(window.window, visible) }
    }

    private mutating func visit(_ aggregate: PipeAggregate, _ visible: Names) {
        for option in aggregate.with?.options ?? [] { visit(option.value, visible) }
        for item in aggregate.items {
            switch item {
            case .expression(let node): visit(node.expression, visible)
            case .dotStar(let node): visit(node, visible)
            }
        }
        if let groupBy = aggregate.groupBy { visit(groupBy, visible) }
    }
}
