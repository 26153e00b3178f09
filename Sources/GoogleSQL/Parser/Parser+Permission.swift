/// GRANT and REVOKE.
extension Parser {
    mutating func parsePermission() throws(SyntaxError) -> PermissionStatement {
        .unread(takeRest(from: index))
    }
}
