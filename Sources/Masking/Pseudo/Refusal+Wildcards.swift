public import Catalog

extension Refusal {
    /// Why a wildcard cannot be read although tables match it.
    public init(_ problem: WildcardProblem, of pattern: TableID) {
        let (code, message, fix) = Self.parts(of: problem, pattern)
        self.init(code: code, message: message, position: nil, fix: fix)
    }

    private static func parts(of problem: WildcardProblem, _ pattern: TableID) -> (String, String, String) {
        switch problem {
        case .view(let view):
            (
                "table.wildcard_view", "`\(pattern)` matches the view `\(view)`, with which BigQuery reads no wildcard",
                "use a longer prefix that matches tables only"
            )
        case .kind(let kind, let table):
            (
                "table.wildcard_kind", "`\(pattern)` matches `\(table)`, which is no table but of kind `\(kind)`",
                "use a longer prefix that matches tables only"
            )
        case .tooMany(let count, let allowed):
            (
                "limit.wildcard_tables", "\(count) tables would be read through `\(pattern)`, allowed are \(allowed)",
                "choose some with literals in WHERE: `_TABLE_SUFFIX BETWEEN '20250301' AND '20250331'`"
            )
        case .incompleteList:
            (
                "limit.wildcard_list", "the dataset of `\(pattern)` has more tables than are listed here",
                "name the tables one by one, joined by UNION ALL"
            )
        }
    }

    /// Why the matches of a wildcard cannot be read together.
    public init(_ mismatch: WildcardMismatch, of wildcard: WildcardTables) {
        self.init(
            code: "table.wildcard_schema",
            message: "`\(mismatch.column)` of `\(mismatch.table)` is of another type than in "
                + "`\(wildcard.newest.id)`, the newest of `\(wildcard.pattern)`",
            position: nil,
            fix: "choose tables that are alike with literals in WHERE: `_TABLE_SUFFIX >= '20250301'`"
        )
    }
}
