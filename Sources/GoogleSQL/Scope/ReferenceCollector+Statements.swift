/// Statements and lists of them.
extension ReferenceCollector {
    mutating func visit(_ statement: Statement, _ visible: Names) {
        switch statement {
        case .query(let query): _ = visit(query, visible)
        case .manipulation(let node): visit(node, visible)
        case .transfer(let node): visit(node, visible)
        case .creation(let node):
            switch node {
            case .relation(let relation): visit(relation, visible)
            case .routine(let routine): visit(routine, visible)
            }
        case .alteration(let node): visit(node, visible)
        case .removal(let node): visit(node, visible)
        case .permission(let node): visit(node, visible)
        case .procedural(let node): visit(node, visible)
        }
    }

    mutating func visit(_ list: StatementList, _ visible: Names) {
        for item in list.items {
            visit(item.hint)
            visit(item.statement, visible)
        }
    }
}
