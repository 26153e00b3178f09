/// DROP and UNDROP.
extension ReferenceCollector {
    mutating func visit(_ statement: DropStatement, _ visible: Names) {
        switch statement {
        case .object(let node): add(node.name, .dropped)
        case .function(let node):
            add(node.name, .dropped)
            visit(node.parameters ?? [], visible)
        case .tableFunction(let node): add(node.name, .dropped)
        case .snapshotTable(let node): add(node.name, .dropped)
        case .index(let node):
            add(node.name, .dropped)
            if let table = node.table { add(table, .on) }
        case .rowAccessPolicy(let node):
            add(PathExpression(parts: [node.name], tokens: node.name.tokens), .dropped)
            add(node.table, .on)
        case .allRowAccessPolicies(let node): add(node.table, .on)
        case .privilegeRestriction(let node): add(node.name, .on)
        case .entity(let node): add(node.name, .dropped)
        case .undrop(let node):
            add(node.name, .created)
            if let time = node.systemTime { visit(time.expression, visible) }
            visit(node.options, visible)
        }
    }
}
