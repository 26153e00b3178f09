public import Catalog

/// A column that is masked in a query's scans.
public struct MaskedColumn: Sendable, Hashable {
    /// The table.
    public let table: TableID
    /// The column; a leaf of a STRUCT as `a.b`.
    public let column: String
    /// The tag's name, or the carrier's resource when `tags.yaml` does not list it.
    public let tag: String
    /// The rule.
    public let rule: MaskRule

    /// The tag and the rule.
    public var mask: ColumnMask { ColumnMask(tag: tag, rule: rule) }
}

/// A column of a query's result, as far as the query's own text tells.
public struct OutputColumn: Sendable, Hashable {
    /// The name; `nil` when the text gives none and BigQuery makes one up (`f0_`).
    public let name: String?
    /// The mask of what it derives from, the strictest of several; `nil` when it derives from nothing masked.
    public let mask: ColumnMask?
}

/// A query in which every table is read through masks: the only thing that may be sent to BigQuery for a caller.
///
/// Only this module can make one, and only after every check passed.
public struct MaskedQuery: Sendable {
    /// The text to send: our own, fully qualified, without comments and hints.
    public let sql: String
    /// The text as the caller may see it: where a view reads tables that are hidden from them, its name takes the place of
    /// its text.
    public let shownSQL: String
    /// The caller's parameters, all with names, and the keys of `KEYED_TOKEN`.
    public let parameters: [QueryParameter]
    /// Every table that the text names, those below views included and the views not; wildcards are not among them.
    public let tables: Set<TableID>
    /// The wildcards that the text names, with the tables that each is pinned to.
    public let wildcards: [TableID: Set<TableID>]
    /// The schemas that the masks were decided on, those of views and of the tables of wildcards included.
    public let schemas: [TableID: TableSchema]
    /// The routines whose definitions the text was made from.
    public let routines: [RoutineID: Routine]
    /// Those among them that the text calls by name; all others became part of it.
    public let calledRoutines: Set<RoutineID>
    /// The columns that are read through a mask, by table and column.
    public let maskedColumns: [MaskedColumn]
    /// Whether some table has a masked column at all, read or not: then errors and byte figures must be coarse.
    public let touchesMaskedTable: Bool
    /// The digest of the mapping that was in force.
    public let mappingDigest: String
    /// What each output column derives from.
    let lineage: DeferredLineage

    /// What the result's columns derive from, by position.
    ///
    /// Where derivation is not certain, a column is said to be masked. Of several masks the strictest is given.
    ///
    /// - Parameter count: the number of columns of the result.
    public func outputMasks(columnCount count: Int) -> [ColumnMask?] {
        let sources = outputSources(columnCount: count)
        return sources.map { columns in columns.min { $0.rule < $1.rule }?.mask }
    }

    /// The columns of the result in order, without asking BigQuery; `nil` when their number is not known from the text.
    public var outputColumns: [OutputColumn]? {
        let lineage = lineage.output
        guard let known = lineage.columns else { return nil }
        return zip(lineage.labels, outputMasks(columnCount: known.count)).map(OutputColumn.init)
    }

    /// All masked columns that each of the result's columns derives from, by position.
    public func outputSources(columnCount count: Int) -> [[MaskedColumn]] {
        let known = lineage.output.columns
        return (0..<max(0, count)).map { index in
            guard let known, known.count == count else { return maskedColumns }
            return known[index].compactMap { maskedColumns.indices.contains($0) ? maskedColumns[$0] : nil }
        }
    }
}

/// For each output column the indices into the masked columns that it derives from, ascending.
struct OutputLineage: Sendable {
    /// `nil` when the columns of the result are not known.
    let columns: [[Int]]?
    /// Their names as written, one a column; nil for one that has none.
    let labels: [String?]
}
