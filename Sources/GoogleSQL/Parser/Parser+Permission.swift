/// GRANT and REVOKE.
extension Parser {
    mutating func parsePermission() throws(SyntaxError) -> PermissionStatement {
        let start = index
        let isGrant = keyword == .grant
        try expect(isGrant ? .grant : .revoke)
        let privileges = try parseGrantedPrivileges()
        try expect(.on)
        let target = try parsePermissionTarget()
        try expect(isGrant ? .to : .from)
        let grantees = try parseGrantees()
        guard isGrant else {
            return .revoke(
                RevokeStatement(privileges: privileges, target: target, grantees: grantees, tokens: start..<index)
            )
        }
        return .grant(
            GrantStatement(privileges: privileges, target: target, grantees: grantees, tokens: start..<index)
        )
    }

    private mutating func parseGrantedPrivileges() throws(SyntaxError) -> GrantedPrivileges {
        guard accept(.all) else { return .listed(try parsePrivileges()) }
        _ = accept(.privileges)
        return .all
    }

    private mutating func parsePermissionTarget() throws(SyntaxError) -> PermissionTarget {
        let start = index
        var objectType: [Identifier] = []
        while isIdentifier(), isIdentifier(1), objectType.count < 2 { objectType.append(try takeIdentifier(.datePart)) }
        let path = try parseWholePath()
        return PermissionTarget(objectType: objectType, path: path, tokens: start..<index)
    }
}
