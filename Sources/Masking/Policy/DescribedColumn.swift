public import Catalog

/// One column of a table, or a field inside one, as someone may be told of it.
public struct DescribedColumn: Sendable, Hashable {
    /// The name; of a field inside a STRUCT `a.b`.
    public let path: String
    /// The column itself.
    public let column: Column
    /// How it is masked; `nil` when it is not. Of a STRUCT the strictest mask of its fields.
    public let mask: ColumnMask?

    /// What the warehouse says of the column; `nil` for a masked one, because free text may quote values.
    public var description: String? { mask == nil ? column.description : nil }
}

extension MaskingPolicy {
    /// Every column and nested field of a table in the order of the schema, a STRUCT before its fields.
    ///
    /// - Parameter derived: of a view, the masks that its columns derive from, by position; without them every column
    ///   of a view that has no tag counts as unmasked.
    public func describe(_ schema: TableSchema, derived: [ColumnMask?] = []) -> [DescribedColumn] {
        let rules = TablePolicy(self, of: schema)
        var columns: [DescribedColumn] = []
        for (position, column) in schema.columns.enumerated() {
            let inherited = derived.indices.contains(position) ? derived[position] : nil
            append(column, path: column.name, inherited: inherited, by: rules, to: &columns)
        }
        return columns
    }

    private func append(
        _ column: Column,
        path: String,
        inherited: ColumnMask?,
        by rules: TablePolicy,
        to columns: inout [DescribedColumn]
    ) {
        let mask = inherited ?? rules.describe(column)
        columns.append(DescribedColumn(path: path, column: column, mask: mask))
        // A tag on a STRUCT itself covers its fields; one that is only told of it comes from a field and does not.
        let own = rules.mask(for: column).flatMap { $0.rule == .raw ? nil : $0 }
        for field in column.fields {
            append(field, path: "\(path).\(field.name)", inherited: inherited ?? own, by: rules, to: &columns)
        }
    }
}
