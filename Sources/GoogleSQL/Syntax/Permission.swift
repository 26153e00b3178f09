/// A statement that gives privileges or takes them away.
public indirect enum PermissionStatement: Sendable {
    case grant(GrantStatement)
    case revoke(RevokeStatement)

    /// The kind in the terms of ZetaSQL.
    public var kind: StatementKind {
        switch self {
        case .grant: .grant
        case .revoke: .revoke
        }
    }

    /// The tokens it covers.
    public var tokens: Range<Int> {
        switch self {
        case .grant(let node): node.tokens
        case .revoke(let node): node.tokens
        }
    }
}

/// `GRANT privileges ON TABLE name TO '…', …`.
public struct GrantStatement: Sendable {
    /// What one may do.
    public let privileges: GrantedPrivileges
    /// What it may be done with.
    public let target: PermissionTarget
    /// Who may do it: literals and parameters.
    public let grantees: [Expression]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `REVOKE privileges ON TABLE name FROM '…', …`.
public struct RevokeStatement: Sendable {
    /// What one may do no longer.
    public let privileges: GrantedPrivileges
    /// What it may not be done with.
    public let target: PermissionTarget
    /// Who may not do it: literals and parameters.
    public let grantees: [Expression]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// What one may do.
public enum GrantedPrivileges: Sendable, Hashable {
    /// `ALL` or `ALL PRIVILEGES`
    case all
    /// `SELECT (a, b), INSERT`; in BigQuery roles such as `` `roles/bigquery.dataViewer` ``
    case listed([Privilege])
}

/// An object that privileges are on, with up to two words for its kind: `TABLE name`, `MATERIALIZED VIEW name`.
public struct PermissionTarget: Sendable, Hashable {
    /// The words.
    public let objectType: [Identifier]
    /// The object.
    public let path: PathExpression
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
