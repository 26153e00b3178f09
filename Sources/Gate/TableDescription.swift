import Catalog
import JSON
import Masking

/// One table as `describe_table` tells it to one caller.
struct TableDescription {
    let schema: TableSchema
    let policy: MaskingPolicy

    /// One entry a column, nested ones as `a.b`, in the order of the schema.
    var columns: [JSONValue] {
        policy.describe(schema).map { described in
            [
                "name": .string(described.path),
                "type": .string(described.column.type.name),
                "mode": .string(described.column.mode.name),
                "description": described.description.map { .string($0) } ?? .null,
                "masked": described.mask.map(QueryAnswer.maskJSON) ?? .null,
            ]
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
