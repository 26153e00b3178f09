/// Clauses and table suffixes.
extension ReferenceCollector {
    mutating func visit(_ item: SelectItem, _ visible: Names) {
        switch item {
        case .expression(let node): visit(node.expression, visible)
        case .star(let node): visit(node.modifiers, visible)
        case .dotStar(let node): visit(node, visible)
        }
    }

    mutating func visit(_ item: DotStarItem, _ visible: Names) {
        visit(item.base, visible)
        visit(item.modifiers, visible)
    }

    private mutating func visit(_ modifiers: StarModifiers, _ visible: Names) {
        for replacement in modifiers.replace { visit(replacement.expression, visible) }
    }

    mutating func visit(_ groupBy: GroupBy, _ visible: Names) {
        visit(groupBy.hint)
        for item in groupBy.items {
            switch item {
            case .expression(let node): visit(node.expression, visible)
            case .empty: break
            case .rollup(let expressions), .cube(let expressions):
                for expression in expressions { visit(expression, visible) }
            case .groupingSets(let sets):
                for set in sets { visit(set, visible) }
            }
        }
    }

    private mutating func visit(_ set: GroupingSet, _ visible: Names) {
        switch set {
        case .empty: break
        case .expression(let expression): visit(expression, visible)
        case .rollup(let expressions), .cube(let expressions):
            for expression in expressions { visit(expression, visible) }
        }
    }

    mutating func visit(_ orderBy: OrderBy, _ visible: Names) {
        visit(orderBy.hint)
        for item in orderBy.items {
            visit(item.expression, visible)
            if let collation = item.collation { visit(collation.name, visible) }
        }
    }

    mutating func visit(_ limit: Limit, _ visible: Names) {
        if let count = limit.count { visit(count, visible) }
        if let offset = limit.offset { visit(offset, visible) }
    }

    mutating func visit(_ window: WindowReference, _ visible: Names) {
        switch window {
        case .named: break
        case .inline(let node):
            visit(node.partitionHint)
            for expression in node.partitionBy { visit(expression, visible) }
            if let orderBy = node.orderBy { visit(orderBy, visible) }
            if let frame = node.frame {
                visit(frame.start, visible)
                if let end = frame.end { visit(end, visible) }
            }
        }
    }

    private mutating func visit(_ bound: WindowFrame.Bound, _ visible: Names) {
        switch bound {
        case .preceding(let expression), .following(let expression): visit(expression, visible)
        case .unboundedPreceding, .unboundedFollowing, .currentRow: break
        }
    }

    mutating func visit(_ node: UnnestExpression, _ visible: Names) {
        for array in node.arrays { visit(array.expression, visible) }
        if let mode = node.mode { visit(mode, visible) }
    }

    mutating func visit(_ suffix: TableSuffix, _ visible: Names) {
        switch suffix {
        case .pivot(let pivot): visit(pivot, visible)
        case .systemTime(let time): visit(time.expression, visible)
        case .sample(let sample): visit(sample, visible)
        case .matchRecognize(let node): visit(node, visible)
        case .unpivot: break
        }
    }

    mutating func visit(_ pivot: Pivot, _ visible: Names) {
        for aggregate in pivot.aggregates { visit(aggregate.expression, visible) }
        visit(pivot.input, visible)
        for value in pivot.values { visit(value.expression, visible) }
    }

    mutating func visit(_ sample: TableSample, _ visible: Names) {
        visit(sample.size, visible)
        for expression in sample.partitionBy { visit(expression, visible) }
        if let seed = sample.seed { visit(seed, visible) }
    }
}
