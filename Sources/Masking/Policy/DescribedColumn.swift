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
    public func describe(_ schema: TableSchema) -> [DescribedColumn] {
        var columns: [DescribedColumn] = []
        for column in schema.columns {
            append(column, path: column.name, inherited: nil, in: schema.id.datasetID, to: &columns)
        }
        return columns
    }

    private func append(
        _ column: Column,
        path: String,
        inherited: ColumnMask?,
        in dataset: DatasetID,
        to columns: inout [DescribedColumn]
    ) {
        columns.append(
            DescribedColumn(path: path, column: column, mask: inherited ?? describe(column, in: dataset))
        )
        // A tag on a STRUCT itself covers its fields; one that is only told of it comes from a field and does not.
        let own = mask(for: column, in: dataset).flatMap { $0.rule == .raw ? nil : $0 }
        for field in column.fields {
            append(field, path: "\(path).\(field.name)", inherited: inherited ?? own, in: dataset, to: &columns)
        }
    }
}
