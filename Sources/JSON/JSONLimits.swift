/// How large and how deep a document may be.
public struct JSONLimits: Sendable, Hashable {
    /// The default for ``bytesMax``: over BigQuery's largest page of 20 MB.
    public static let standardBytesMax = 32_000_000
    /// The default for ``depthMax``.
    public static let standardDepthMax = 128
    /// What no caller can go beyond, so that walking a tree never exhausts a thread's stack.
    static let hardDepthMax = 512
    /// What no caller can go beyond: json-c counts bytes in a C `int`.
    static let hardBytesMax = 1_000_000_000

    /// The largest document, in bytes.
    public let bytesMax: Int
    /// The deepest nesting of arrays and objects; a scalar has depth 0, `[]` depth 1.
    public let depthMax: Int

    /// Creates limits; values beyond what the parser can do at all are lowered to that.
    public init(bytesMax: Int = standardBytesMax, depthMax: Int = standardDepthMax) {
        self.bytesMax = min(max(bytesMax, 0), Self.hardBytesMax)
        self.depthMax = min(max(depthMax, 0), Self.hardDepthMax)
    }

    /// The limits used where none are given.
    public static let standard = JSONLimits()
}
