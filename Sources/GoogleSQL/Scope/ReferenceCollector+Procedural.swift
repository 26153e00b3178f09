/// CALL, SET, EXECUTE IMMEDIATE, ASSERT, transactions.
extension ReferenceCollector {
    mutating func visit(_ statement: ProceduralStatement, _ visible: Names) {
        switch statement {
        case .unread: break
        }
    }
}
