/// How much of a page may be held at once.
public struct RowStreamLimits: Sendable, Hashable {
    /// The default for ``rowBytesMax``: BigQuery's rows are of at most 20 MB in a page
    /// (<https://cloud.google.com/bigquery/quotas#query_jobs>), their JSON a little longer.
    public static let standardRowBytesMax = 32_000_000
    /// The default for ``memberBytesMax``: a schema of 10,000 columns with descriptions fits.
    public static let standardMemberBytesMax = 16_000_000
    /// What no caller can go beyond: positions in a row have 28 bits.
    static let hardBytesMax = 250_000_000
    /// Deepest nesting of records and arrays in a row: 15 levels of records, each of them repeated, and some room.
    static let rowDepthMax = 40
    /// Deepest nesting in members that are skipped or kept as text.
    static let memberDepthMax = 128
    /// The most members that a page's object may have.
    static let membersMax = 256
    /// The longest name of a member and the longest page token, in bytes as written.
    static let textBytesMax = 65_536

    /// The longest row, in bytes as written.
    public let rowBytesMax: Int
    /// The longest member beside the rows, in bytes as written.
    public let memberBytesMax: Int

    /// Creates limits.
    public init(
        rowBytesMax: Int = standardRowBytesMax,
        memberBytesMax: Int = standardMemberBytesMax
    ) {
        self.rowBytesMax = min(max(rowBytesMax, 64), Self.hardBytesMax)
        self.memberBytesMax = min(max(memberBytesMax, 64), Self.hardBytesMax)
    }

    /// The limits used where none are given.
    public static let standard = RowStreamLimits()
}
