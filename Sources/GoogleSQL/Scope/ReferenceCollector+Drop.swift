/// DROP and UNDROP.
extension ReferenceCollector {
    mutating func visit(_ statement: DropStatement, _ visible: Names) {
        switch statement {
        case .unread: break
        }
    }
}
