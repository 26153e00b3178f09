public import Catalog

/// What a role sees of a column.
///
/// The names are BigQuery's own where BigQuery has the rule, with BigQuery's results
/// (<https://cloud.google.com/bigquery/docs/column-data-masking-intro#masking_options>).
///
/// The order is from the strictest to the most useful. It is the reverse of the order in which BigQuery itself prefers
/// rules when several apply, with ours put in: `KEYED_TOKEN` shows no part of the value, so it stands beside the
/// constants. What an expression shows is not known, so only the value itself is taken to show more; of two expressions
/// the one whose name comes first counts as the stricter one.
public enum MaskRule: Sendable, Hashable, Comparable {
    case deny
    case alwaysNull
    case defaultMaskingValue
    case keyedToken
    case dateYearMask
    case firstFourCharacters
    case lastFourCharacters
    case emailMask
    case sha256
    /// An expression that `mapping.yaml` declares.
    case expression(MaskExpression)
    case raw

    /// The rules that every mapping has, from the strictest to the most useful.
    public static let builtIn: [MaskRule] = [
        .deny, .alwaysNull, .defaultMaskingValue, .keyedToken, .dateYearMask, .firstFourCharacters,
        .lastFourCharacters, .emailMask, .sha256, .raw,
    ]

    /// A rule that every mapping has, by its name.
    public init?(builtIn name: String) {
        guard let rule = Self.builtIn.first(where: { $0.name == name }) else { return nil }
        self = rule
    }

    /// The name by which roles refer to it and callers see it.
    public var name: String {
        switch self {
        case .deny: "DENY"
        case .alwaysNull: "ALWAYS_NULL"
        case .defaultMaskingValue: "DEFAULT_MASKING_VALUE"
        case .keyedToken: "KEYED_TOKEN"
        case .dateYearMask: "DATE_YEAR_MASK"
        case .firstFourCharacters: "FIRST_FOUR_CHARACTERS"
        case .lastFourCharacters: "LAST_FOUR_CHARACTERS"
        case .emailMask: "EMAIL_MASK"
        case .sha256: "SHA256"
        case .expression(let expression): expression.name
        case .raw: "RAW"
        }
    }

    /// Whether the rule gives, or may give, what a dictionary can undo: an unsalted hash, or whatever an expression
    /// makes of the value.
    public var isReversible: Bool {
        switch self {
        case .sha256, .emailMask, .firstFourCharacters, .lastFourCharacters: true
        case .expression(let expression): expression.readsValue
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
        case .expression(let expression): expression.fits(type)
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
    public static func < (left: MaskRule, right: MaskRule) -> Bool {
        if case (.expression(let first), .expression(let second)) = (left, right) {
            return (first.name, first.sql) < (second.name, second.sql)
        }
        return left.rank < right.rank
    }

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
        case .expression: 9
        case .raw: 10
        }
    }
}
