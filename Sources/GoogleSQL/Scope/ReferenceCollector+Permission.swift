/// GRANT and REVOKE.
extension ReferenceCollector {
    mutating func visit(_ statement: PermissionStatement, _ visible: Names) {
        switch statement {
        case .unread: break
        }
    }
}
