/// EXPORT DATA, EXPORT MODEL, LOAD DATA.
extension ReferenceCollector {
    mutating func visit(_ statement: TransferStatement, _ visible: Names) {
        switch statement {
        case .unread: break
        }
    }
}
