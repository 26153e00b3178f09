/// `ALTER ROW ACCESS POLICY name ON table action, …`.
public struct AlterRowAccessPolicy: Sendable {
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The name.
    public let name: Identifier
    /// The table.
    public let table: PathExpression
    /// The changes, at least one.
    public let actions: [RowAccessPolicyAction]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `ALTER ALL ROW ACCESS POLICIES ON table action`.
public struct AlterAllRowAccessPolicies: Sendable {
    /// The table.
    public let table: PathExpression
    /// The change.
    public let action: RowAccessPolicyAction
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// One change of a row access policy.
public struct RowAccessPolicyAction: Sendable {
    /// What is changed.
    public enum Kind: Sendable {
        /// `GRANT TO ('…')`
        case grantTo([Expression])
        /// `FILTER USING (condition)`
        case filterUsing(Expression)
        /// `REVOKE FROM ('…')`
        case revokeFrom([Expression])
        /// `REVOKE FROM ALL`
        case revokeFromAll
        /// `RENAME TO name`
        case renameTo(Identifier)
    }

    /// What is changed.
    public let kind: Kind
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `ALTER PRIVILEGE RESTRICTION ON SELECT (column) ON TABLE name action, …`.
public struct AlterPrivilegeRestriction: Sendable {
    /// Whether IF EXISTS is there.
    public let allowsMissing: Bool
    /// The privileges.
    public let privileges: [Privilege]
    /// The word that says what they are on, such as TABLE.
    public let objectType: Identifier
    /// The object.
    public let name: PathExpression
    /// The changes, at least one.
    public let actions: [PrivilegeRestrictionAction]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// One change of a privilege restriction. The lists hold literals and parameters.
public struct PrivilegeRestrictionAction: Sendable {
    /// What is changed.
    public enum Kind: Sendable {
        /// `RESTRICT TO ('…')`
        case restrictTo([Expression])
        /// `ADD [IF NOT EXISTS] ('…')`
        case add([Expression], allowsExisting: Bool)
        /// `REMOVE [IF EXISTS] ('…')`
        case remove([Expression], allowsMissing: Bool)
    }

    /// What is changed.
    public let kind: Kind
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
