import Catalog
import JSON
import Masking

/// One table as `describe_table` tells it to one caller.
struct TableDescription {
    let schema: TableSchema
    let policy: MaskingPolicy

    /// One entry a column, nested ones as `a.b`, in the order of the schema.
    var columns: [JSONValue] {
        var columns: [JSONValue] = []
        for column in schema.columns { append(column, path: column.name, inherited: nil, to: &columns) }
        return columns
    }

    private func append(_ column: Column, path: String, inherited: ColumnMask?, to columns: inout [JSONValue]) {
        let mask = inherited ?? policy.describe(column, in: schema.id.datasetID)
        columns.append([
            "name": .string(path),
            "type": .string(column.type.name),
            "mode": .string(column.mode.name),
            "description": mask == nil ? column.description.map { .string($0) } ?? .null : .null,
            "masked": mask.map(QueryAnswer.maskJSON) ?? .null,
        ])
        // A tag on a STRUCT itself covers its fields; one that is only told of it comes from a field and does not.
        let own = policy.mask(for: column, in: schema.id.datasetID).flatMap { $0.rule == .raw ? nil : $0 }
        for field in column.fields {
            append(field, path: "\(path).\(field.name)", inherited: inherited ?? own, to: &columns)
        }
    }

    var partitioning: JSONValue {
        switch schema.partitioning {
        case nil: .null
        case .ingestionTime: "_PARTITIONTIME"
        case .column(let name): .string(name)
        }
    }

    var notes: [String] {
        var notes: [String] = []
        if schema.requiresPartitionFilter { notes.append("queries must filter on the partition column") }
        switch schema.kind {
        case .table, .snapshot, .clone: break
        case .view, .materializedView, .external, .model, .unknown:
            notes.append("this version does not query a \(schema.kind.name); query the tables below it")
        }
        return notes
    }
}
