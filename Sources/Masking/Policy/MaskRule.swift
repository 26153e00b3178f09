public import Catalog

/// What a role sees of a column.
///
/// The names are BigQuery's own where BigQuery has the rule, with BigQuery's results
/// (<https://cloud.google.com/bigquery/docs/column-data-masking-intro#masking_options>).
///
/// The order is from the strictest to the most useful. It is the reverse of the order in which BigQuery itself prefers
/// rules when several apply, with ours put in: `KEYED_TOKEN` shows no part of the value, so it stands beside the
/// constants.
public enum MaskRule: String, Sendable, Hashable, CaseIterable, Comparable {
    case deny = "DENY"
    case alwaysNull = "ALWAYS_NULL"
    case defaultMaskingValue = "DEFAULT_MASKING_VALUE"
    case keyedToken = "KEYED_TOKEN"
    case dateYearMask = "DATE_YEAR_MASK"
    case firstFourCharacters = "FIRST_FOUR_CHARACTERS"
    case lastFourCharacters = "LAST_FOUR_CHARACTERS"
    case emailMask = "EMAIL_MASK"
    case sha256 = "SHA256"
    case raw = "RAW"

    /// Whether the rule gives, or falls back to, an unsalted hash that a dictionary can undo.
    public var isReversible: Bool {
        switch self {
        case .sha256, .emailMask, .firstFourCharacters, .lastFourCharacters: true
        case .deny, .alwaysNull, .defaultMaskingValue, .keyedToken, .dateYearMask, .raw: false
        }
    }

    /// Whether the rule can be applied to values (or elements) of a scalar type.
    public func fits(_ type: ScalarType) -> Bool {
        switch self {
        case .raw, .deny, .alwaysNull: true
        case .defaultMaskingValue: type != .interval
        case .keyedToken, .sha256: type == .string || type == .bytes
        case .emailMask, .firstFourCharacters, .lastFourCharacters: type == .string
        case .dateYearMask: type == .date || type == .datetime || type == .timestamp
        }
    }

    /// Whether the rule can be applied to a column's type.
    ///
    /// A RANGE has no default value in BigQuery's list, and a STRUCT as a whole can only be shown, nulled or denied;
    /// its leaves carry the other rules.
    public func fits(_ type: ColumnType) -> Bool {
        switch type {
        case .scalar(let scalar): fits(scalar)
        case .range, .record: self == .raw || self == .alwaysNull || self == .deny
        case .unknown: self == .deny
        }
    }

    /// Whether `left` shows less than `right`.
    public static func < (left: MaskRule, right: MaskRule) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .deny: 0
        case .alwaysNull: 1
        case .defaultMaskingValue: 2
        case .keyedToken: 3
        case .dateYearMask: 4
        case .firstFourCharacters: 5
        case .lastFourCharacters: 6
        case .emailMask: 7
        case .sha256: 8
        case .raw: 9
        }
    }
}
