/// `CREATE ROW ACCESS POLICY name ON table GRANT TO ('…') FILTER USING (condition)`.
public struct CreateRowAccessPolicy: Sendable {
    /// OR REPLACE.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: Identifier?
    /// The table.
    public let table: PathExpression
    /// GRANT TO, also without GRANT and parentheses: literals and parameters.
    public let grantees: [Expression]
    /// The rows that may be seen.
    public let filter: Expression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CREATE PRIVILEGE RESTRICTION ON SELECT (column) ON TABLE name RESTRICT TO ('…')`.
public struct CreatePrivilegeRestriction: Sendable {
    /// OR REPLACE.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The privileges.
    public let privileges: [Privilege]
    /// The word that says what they are on, such as TABLE.
    public let objectType: Identifier
    /// The object.
    public let name: PathExpression
    /// Who keeps the privileges: literals and parameters; nil without RESTRICT TO.
    public let grantees: [Expression]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `SELECT`, `INSERT (a, b)`, or another word for what one may do.
public struct Privilege: Sendable, Hashable {
    /// The word.
    public let name: Identifier
    /// The columns it is limited to.
    public let columns: [PathExpression]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
