/// CREATE of tables, views, schemas, connections.
extension ReferenceCollector {
    mutating func visit(_ statement: CreateRelation, _ visible: Names) {
        switch statement {
        case .table(let node): visit(node, visible)
        case .externalTable(let node):
            add(node.name, .created)
            if let elements = node.elements { visit(elements, visible) }
            if let like = node.like { add(like, .source) }
            if let columns = node.partitionColumns?.columns { visit(columns, visible) }
            visit(node.options, visible)
        case .snapshot(let node):
            add(node.name, .created)
            visit(node.source, visible)
            visit(node.options, visible)
        case .view(let node): visit(node, visible)
        case .schema(let node):
            add(node.name, .created)
            visit(node.options, visible)
        case .externalSchema(let node):
            add(node.name, .created)
            visit(node.options, visible)
        case .connection(let node):
            add(node.name, .created)
            visit(node.options, visible)
        case .database(let node):
            add(node.name, .created)
            visit(node.options, visible)
        }
    }

    mutating func visit(_ node: CreateTable, _ visible: Names) {
        add(node.name, .created)
        if let elements = node.elements { visit(elements, visible) }
        if let like = node.like { add(like, .source) }
        if let clone = node.clone { visit(clone, visible) }
        if let copy = node.copy { visit(copy, visible) }
        for expression in node.partitionBy + node.clusterBy { visit(expression, visible) }
        visit(node.options, visible)
        if let query = node.query { _ = visit(query, visible) }
    }

    private mutating func visit(_ node: CreateView, _ visible: Names) {
        add(node.name, .created)
        let outer = recursiveView
        if node.isRecursive { recursiveView = node.name.names }
        visit(node.columns, visible)
        for expression in node.partitionBy + node.clusterBy { visit(expression, visible) }
        visit(node.options, visible)
        switch node.source {
        case .query(let query): _ = visit(query, visible)
        case .replica(let path): add(path, .source)
        }
        recursiveView = outer
    }
}
