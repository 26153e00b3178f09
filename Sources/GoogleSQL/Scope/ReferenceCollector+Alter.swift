/// ALTER.
extension ReferenceCollector {
    mutating func visit(_ statement: AlterStatement, _ visible: Names) {
        switch statement {
        case .unread: break
        }
    }
}
