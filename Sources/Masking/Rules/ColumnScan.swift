import Catalog
import GoogleSQL

/// One leaf that is masked in a scan.
struct MaskedLeaf: Hashable {
    /// The names from the column down, joined by dots.
    let path: String
    let mask: ColumnMask
}

/// How one column of a table is read.
struct ColumnScan {
    /// The expression; the plain column when `isChanged` is false. Names of key parameters are placeholders, for which
    /// the writer's `scanText(_:)` makes room.
    let text: String
    let isChanged: Bool
    /// The leaves that are masked, those of `DENY` left out.
    let masked: [MaskedLeaf]
    /// The leaves that are denied; in the text they are NULL.
    let denied: [MaskedLeaf]
}

/// Writes the expressions by which columns are read, masks included, down to the leaves of STRUCT and ARRAY.
struct ColumnScanWriter {
    let policy: TablePolicy
    /// Whether there is a key for `KEYED_TOKEN`.
    let hasTokenKey: Bool
    /// Whether a `KEYED_TOKEN` was asked for without one.
    private(set) var lacksTokenKey = false
    /// The tags whose keys are used, by the numbers of their placeholders.
    private var keyedTags: [String] = []

    init(policy: TablePolicy, hasTokenKey: Bool) {
        self.policy = policy
        self.hasTokenKey = hasTokenKey
    }

    /// A text that was made by this writer, with room for the names of keys.
    func scanText(_ text: String) -> ScanText { ScanText(text, tags: keyedTags) }

    private mutating func keyNames(forTag tag: String) -> TokenKeyNames? {
        guard hasTokenKey else { return nil }
        if let known = keyedTags.firstIndex(of: tag) { return TokenKeyNames(placeholder: known) }
        keyedTags.append(tag)
        return TokenKeyNames(placeholder: keyedTags.count - 1)
    }

    /// How a top-level column is read through a table's alias.
    mutating func scan(_ column: Column, of alias: String) -> ColumnScan {
        scan(column, at: "\(alias).\(quotedIdentifier(column.name))", path: column.name, depth: 1)
    }

    private mutating func scan(_ column: Column, at value: String, path: String, depth: Int) -> ColumnScan {
        guard let mask = policy.mask(for: column), mask.rule != .raw else {
            return scanParts(of: column, at: value, path: path, depth: depth)
        }
        let leaf = MaskedLeaf(path: path, mask: mask)
        guard mask.rule != .deny else {
            let text = column.isReadable ? column.nothingText : "NULL"
            return ColumnScan(text: text, isChanged: true, masked: [], denied: [leaf])
        }
        let text = apply(mask, to: column, at: value, depth: depth)
        guard let text else {
            // The policy gives only rules that fit, so this is not reached; it must not show the value if it ever is.
            return ColumnScan(text: column.nothingText, isChanged: true, masked: [], denied: [leaf])
        }
        return ColumnScan(text: text, isChanged: true, masked: [leaf], denied: [])
    }

    private mutating func scanParts(of column: Column, at value: String, path: String, depth: Int) -> ColumnScan {
        let plain = ColumnScan(text: value, isChanged: false, masked: [], denied: [])
        guard case .record(let fields) = column.type else { return plain }
        let element = column.mode == .repeated ? Self.elementName(depth) : value
        var parts: [String] = []
        var masked: [MaskedLeaf] = []
        var denied: [MaskedLeaf] = []
        var isChanged = false
        for field in fields {
            let name = quotedIdentifier(field.name)
            let part = scan(field, at: "\(element).\(name)", path: "\(path).\(field.name)", depth: depth + 1)
            parts.append("\(part.text) AS \(name)")
            masked += part.masked
            denied += part.denied
            isChanged = isChanged || part.isChanged
        }
        guard isChanged else { return plain }
        let rebuilt = "IF(\(element) IS NULL, NULL, STRUCT(\(parts.joined(separator: ", "))))"
        let text = column.mode == .repeated ? Self.overElements(of: value, give: rebuilt, depth: depth) : rebuilt
        return ColumnScan(text: text, isChanged: true, masked: masked, denied: denied)
    }

    private mutating func apply(_ mask: ColumnMask, to column: Column, at value: String, depth: Int) -> String? {
        if mask.rule == .alwaysNull { return column.nothingText }
        if mask.rule == .defaultMaskingValue && column.mode == .repeated { return column.nothingText }
        guard case .scalar(let type) = column.type else { return nil }
        guard column.mode == .repeated else { return apply(mask, to: value, of: type) }
        guard let element = apply(mask, to: Self.elementName(depth), of: type) else { return nil }
        return Self.overElements(of: value, give: element, depth: depth)
    }

    private mutating func apply(_ mask: ColumnMask, to value: String, of type: ScalarType) -> String? {
        guard mask.rule.fits(type) else { return nil }
        switch mask.rule {
        case .deny, .raw, .alwaysNull: return nil
        case .defaultMaskingValue: return ScalarMask.defaultValue(of: type)
        case .keyedToken:
            guard let names = keyNames(forTag: mask.tag) else {
                lacksTokenKey = true
                return nil
            }
            return ScalarMask.keyedToken(value, of: type, keys: names)
        case .dateYearMask: return ScalarMask.dateYear(value, of: type)
        case .firstFourCharacters: return ScalarMask.firstFour(value)
        case .lastFourCharacters: return ScalarMask.lastFour(value)
        case .emailMask: return ScalarMask.email(value)
        case .sha256: return ScalarMask.sha256(value, of: type)
        case .expression(let expression): return expression.text(of: value, type: type)
        }
    }

    private static func elementName(_ depth: Int) -> String { "scrim_e\(depth)" }

    /// An array of what each element becomes: order, NULL elements and a NULL array are kept.
    private static func overElements(of value: String, give element: String, depth: Int) -> String {
        "IF(\(value) IS NULL, NULL, ARRAY(SELECT \(element) FROM UNNEST(\(value)) AS \(elementName(depth)) "
            + "WITH OFFSET AS scrim_o\(depth) ORDER BY scrim_o\(depth)))"
    }
}
