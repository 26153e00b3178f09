/// ALTER of row access policies and privilege restrictions.
extension Parser {
    mutating func parseAlterRowAccessPolicy(from start: Int) throws(SyntaxError) -> AlterRowAccessPolicy {
        advance()
        try expect(.access)
        try expect(.policy)
        let allowsMissing = try acceptIfExists()
        let name = try parseIdentifier()
        try expect(.on)
        let table = try parseWholePath()
        let actions = try parseList { parser throws(SyntaxError) in try parser.parseRowAccessPolicyAction() }
        return AlterRowAccessPolicy(
            allowsMissing: allowsMissing,
            name: name,
            table: table,
            actions: actions,
            tokens: start..<index
        )
    }

    mutating func parseAlterAllRowAccessPolicies(
        from start: Int
    ) throws(SyntaxError) -> AlterAllRowAccessPolicies {
        advance()
        try expect(.row)
        try expect(.access)
        try expect(.policies)
        try expect(.on)
        let table = try parseWholePath()
        let action = try parseRowAccessPolicyAction()
        return AlterAllRowAccessPolicies(table: table, action: action, tokens: start..<index)
    }

    private mutating func parseRowAccessPolicyAction() throws(SyntaxError) -> RowAccessPolicyAction {
        let start = index
        let action: RowAccessPolicyAction.Kind
        switch keyword {
        case .grant: action = .grantTo(try parseGrantToClause())
        case .filter: action = .filterUsing(try parseFilterUsing())
        case .revoke:
            advance()
            try expect(.from)
            if accept(.all) {
                action = .revokeFromAll
            } else {
                guard kind == .leftParenthesis else { throw unexpected(expected: "`(` or `ALL`") }
                action = .revokeFrom(
                    try parseInParentheses { parser throws(SyntaxError) in try parser.parseGrantees() }
                )
            }
        case .rename:
            advance()
            try expect(.to)
            action = .renameTo(try parseIdentifier())
        default:
            throw unexpected(expected: "`GRANT`, `FILTER`, `REVOKE` or `RENAME`")
        }
        return RowAccessPolicyAction(kind: action, tokens: start..<index)
    }

    // MARK: Privilege restrictions

    mutating func parseAlterPrivilegeRestriction(
        from start: Int
    ) throws(SyntaxError) -> AlterPrivilegeRestriction {
        advance()
        try expect(.restriction)
        let allowsMissing = try acceptIfExists()
        try expect(.on)
        let privileges = try parsePrivileges()
        try expect(.on)
        let objectType = try parseIdentifier(.datePart)
        let name = try parseWholePath()
        let actions = try parseList { parser throws(SyntaxError) in try parser.parsePrivilegeRestrictionAction() }
        return AlterPrivilegeRestriction(
            allowsMissing: allowsMissing,
            privileges: privileges,
            objectType: objectType,
            name: name,
            actions: actions,
            tokens: start..<index
        )
    }

    private mutating func parsePrivilegeRestrictionAction() throws(SyntaxError) -> PrivilegeRestrictionAction {
        let start = index
        let action: PrivilegeRestrictionAction.Kind
        switch keyword {
        case .restrict: action = .restrictTo(try parseRestrictTo())
        case .add:
            advance()
            let allowsExisting = try acceptIfNotExists()
            action = .add(try parseOptionalGrantees(), allowsExisting: allowsExisting)
        case .remove:
            advance()
            let allowsMissing = try acceptIfExists()
            action = .remove(try parseOptionalGrantees(), allowsMissing: allowsMissing)
        default:
            throw unexpected(expected: "`RESTRICT`, `ADD` or `REMOVE`")
        }
        return PrivilegeRestrictionAction(kind: action, tokens: start..<index)
    }
}
