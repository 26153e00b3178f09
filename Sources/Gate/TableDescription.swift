import Catalog
import JSON
import Masking

/// One table as `describe_table` tells it to one caller.
struct TableDescription {
    let schema: TableSchema
    let policy: MaskingPolicy
    /// Of a view: what its columns derive from, or why it cannot be queried.
    let derived: Result<[ColumnMask?], RefusalList>
    /// Of a wildcard: what it stands for.
    var wildcard: WildcardTables?

    /// One entry a column, nested ones as `a.b`, in the order of the schema.
    var columns: [JSONValue] {
        let masks = (try? derived.get()) ?? []
        // Of a view that cannot be read nothing is known, and free text may quote values.
        let isKnown = !isView || !masks.isEmpty
        return policy.describe(schema, derived: masks).map { described in
            [
                "name": .string(described.path),
                "type": .string(described.column.type.name),
                "mode": .string(described.column.mode.name),
                "description": isKnown ? described.description.map { .string($0) } ?? .null : .null,
                "masked": described.mask.map(QueryAnswer.maskJSON) ?? .null,
            ]
        }
    }

    private var isView: Bool { schema.kind.viewDefinition != nil }

    var partitioning: JSONValue {
        switch schema.partitioning {
        case nil: .null
        case .ingestionTime: "_PARTITIONTIME"
        case .column(let name): .string(name)
        }
    }

    var notes: [String] {
        var notes: [String] = []
        if let wildcard {
            let newest = wildcard.newest.id.table
            notes.append("\(wildcard.matchCount) tables match; the columns are those of the newest, `\(newest)`")
            notes.append("`_TABLE_SUFFIX` is what `*` stands for; choose tables with it in WHERE")
        }
        if schema.requiresPartitionFilter { notes.append("queries must filter on the partition column") }
        switch schema.kind {
        case .table, .snapshot, .clone, .view, .materializedView: break
        case .external, .model, .unknown: notes.append("a \(schema.kind.name) cannot be queried")
        }
        if let column = policy.maskedPartitionColumn(of: schema) {
            let reason = "it is partitioned or clustered by `\(column)`, which is masked"
            notes.append("cannot be queried: \(reason) (table.masked_partition)")
        }
        if case .failure(let list) = derived {
            notes += list.refusals.map { "cannot be queried: \($0.message) (\($0.code))" }
        }
        return notes
    }
}
