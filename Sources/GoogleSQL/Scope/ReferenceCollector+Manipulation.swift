/// INSERT, UPDATE, DELETE, MERGE, TRUNCATE.
extension ReferenceCollector {
    mutating func visit(_ statement: ManipulationStatement, _ visible: Names) {
        switch statement {
        case .unread: break
        }
    }
}
