/// CREATE of tables, views, schemas, connections.
extension ReferenceCollector {
    mutating func visit(_ statement: CreateRelation, _ visible: Names) {
        switch statement {
        case .unread: break
        }
    }
}
