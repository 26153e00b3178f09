/// Bounds on what is parsed; the same in debug and release builds.
public struct ParserLimits: Sendable, Hashable {
    /// The most UTF-8 bytes of a text.
    public var queryBytesMax: Int
    /// The most tokens of a text.
    public var tokensMax: Int
    /// The most levels of nesting. A level of parentheses counts one, a level of queries or joins three.
    public var nestingMax: Int

    /// The limits that Scrim uses: BigQuery's own limit of 1 MB for unresolved text, and nesting that a 512 KiB stack holds.
    public static let standard = ParserLimits(queryBytesMax: 1_048_576, tokensMax: 400_000, nestingMax: 200)

    /// Creates limits.
    public init(queryBytesMax: Int, tokensMax: Int, nestingMax: Int) {
        self.queryBytesMax = queryBytesMax
        self.tokensMax = tokensMax
        self.nestingMax = nestingMax
    }
}
