/// GRANT and REVOKE.
extension ReferenceCollector {
    mutating func visit(_ statement: PermissionStatement, _ visible: Names) {
        switch statement {
        case .grant(let node): add(node.target.path, .granted)
        case .revoke(let node): add(node.target.path, .granted)
        }
    }
}
