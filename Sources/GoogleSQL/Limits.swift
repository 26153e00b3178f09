/// Bounds on what is parsed; the same in debug and release builds.
public struct ParserLimits: Sendable, Hashable {
    /// The most UTF-8 bytes of a text.
    public var queryBytesMax: Int
    /// The most tokens of a text.
    public var tokensMax: Int
    /// The most levels of nesting. An expression inside another counts two, a query, a join or a pipeline in
    /// parentheses
    /// two, a type one.
    ///
    /// With 200, calls nest about 100 deep. Parsing, scoping and printing then need less than 512 KiB of stack in a
    /// release
    /// build and less than 2 MiB in a debug build.
    public var nestingMax: Int

    /// The limits that Scrim uses. BigQuery itself takes unresolved text of at most 1 MB.
    public static let standard = ParserLimits(queryBytesMax: 1_048_576, tokensMax: 400_000, nestingMax: 200)

    /// Creates limits.
    public init(queryBytesMax: Int, tokensMax: Int, nestingMax: Int) {
        self.queryBytesMax = queryBytesMax
        self.tokensMax = tokensMax
        self.nestingMax = nestingMax
    }
}
