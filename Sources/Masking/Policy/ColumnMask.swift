import Catalog

/// What a caller sees of one column, and why.
public struct ColumnMask: Sendable, Hashable {
    /// The tag's name in `tags.yaml`; the carrier's resource when it is not listed; empty for an untagged column.
    public let tag: String
    /// The rule that applies.
    public let rule: MaskRule

    /// Creates a mask.
    public init(tag: String, rule: MaskRule) {
        self.tag = tag
        self.rule = rule
    }
}

extension MaskRule {
    /// Whether the rule can be applied to a column, its mode counted: on a REPEATED column `ALWAYS_NULL` and
    /// `DEFAULT_MASKING_VALUE` give an empty array whatever the elements are; other rules apply to each element.
    func fitsElements(of column: Column) -> Bool {
        if case .unknown = column.type { return self == .deny }
        if column.mode == .repeated && (self == .alwaysNull || self == .defaultMaskingValue) { return true }
        return fits(column.type)
    }
}
