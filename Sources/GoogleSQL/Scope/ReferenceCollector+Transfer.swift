/// EXPORT DATA, EXPORT MODEL, LOAD DATA.
extension ReferenceCollector {
    mutating func visit(_ statement: TransferStatement, _ visible: Names) {
        switch statement {
        case .exportData(let node): visit(node, visible)
        case .exportModel(let node):
            add(node.model, .model)
            visit(node.options, visible)
        case .exportMetadata(let node):
            add(node.table, .read)
            visit(node.options, visible)
        case .loadData(let node): visit(node, visible)
        case .cloneData(let node):
            add(node.target, .manipulated)
            for source in node.sources { visit(source, visible) }
        }
    }

    mutating func visit(_ statement: ExportDataStatement, _ visible: Names) {
        visit(statement.options, visible)
        if let query = statement.query { _ = visit(query, visible) }
    }

    private mutating func visit(_ statement: LoadDataStatement, _ visible: Names) {
        add(statement.target, .manipulated)
        if let elements = statement.elements { visit(elements, visible) }
        if let partitions = statement.partitions { visit(partitions.condition, visible) }
        if let collation = statement.collation { visit(collation.name, visible) }
        for expression in statement.partitionBy + statement.clusterBy { visit(expression, visible) }
        visit(statement.options, visible)
        visit(statement.files, visible)
        if let columns = statement.partitionColumns?.columns { visit(columns, visible) }
    }
}
