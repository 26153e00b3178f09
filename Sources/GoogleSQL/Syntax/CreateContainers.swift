/// `CREATE SCHEMA name …`.
public struct CreateSchema: Sendable {
    /// OR REPLACE.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// DEFAULT COLLATE.
    public let defaultCollation: Collation?
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CREATE EXTERNAL SCHEMA name … OPTIONS(…)`.
public struct CreateExternalSchema: Sendable {
    /// OR REPLACE and TEMP.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// WITH CONNECTION.
    public let connection: ConnectionClause?
    /// OPTIONS.
    public let options: [HintEntry]
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CREATE CONNECTION name …`.
public struct CreateConnection: Sendable {
    /// OR REPLACE.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}

/// `CREATE DATABASE name …`.
public struct CreateDatabase: Sendable {
    /// The word CREATE alone.
    public let header: CreateHeader
    /// The name.
    public let name: PathExpression
    /// OPTIONS.
    public let options: [HintEntry]?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
