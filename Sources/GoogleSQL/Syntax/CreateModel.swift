/// `CREATE MODEL name TRANSFORM(…) … OPTIONS(…) AS query`.
public struct CreateModel: Sendable {
    /// `INPUT(…) OUTPUT(…)`.
    public struct Signature: Sendable {
        /// The columns that the model takes.
        public let input: TableElementList
        /// The columns that it gives.
        public let output: TableElementList
        /// The tokens it covers.
        @TokenRange public var tokens: Range<Int>
    }

    /// What the model learns from.
    public enum Source: Sendable {
        /// `AS query`
        case query(Query)
        /// `AS (name AS (query), …)`
        case queries([CommonTableExpression])
    }

    /// OR REPLACE and TEMP.
    public let header: CreateHeader
    /// Whether IF NOT EXISTS is there.
    public let allowsExisting: Bool
    /// The name.
    public let name: PathExpression
    /// INPUT and OUTPUT.
    public let signature: Signature?
    /// The select list in TRANSFORM.
    public let transform: [SelectItem]
    /// Whether REMOTE is there.
    public let isRemote: Bool
    /// WITH CONNECTION.
    public let connection: ConnectionClause?
    /// OPTIONS.
    public let options: [HintEntry]?
    /// What the model learns from.
    public let source: Source?
    /// The tokens it covers.
    @TokenRange public var tokens: Range<Int>
}
