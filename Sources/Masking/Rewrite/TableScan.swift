import Catalog
import GoogleSQL

/// How one table is read in one query: its columns with their masks, each written once.
struct TableScan {
    /// A column with its name in the forms that are needed often.
    struct ScanColumn {
        let column: Column
        let lowercased: String
        var quoted: String { quotedIdentifier(column.name) }
        var scan: ColumnScan?
    }

    let schema: TableSchema
    private(set) var columns: [ScanColumn]
    /// The quoted alias of the table inside its scan. It differs from every column, because a column that has its
    /// table's name would mean the whole row.
    let alias: String
    private(set) var lacksTokenKey = false
    private let policy: MaskingPolicy

    init(schema: TableSchema, policy: MaskingPolicy) {
        self.schema = schema
        self.policy = policy
        columns = schema.columns.map { column in
            ScanColumn(column: column, lowercased: column.name.lowercased(), scan: nil)
        }
        var name = "scrim_t"
        while columns.contains(where: { $0.lowercased == name }) { name += "_" }
        alias = quotedIdentifier(name)
    }

    /// How a column is read.
    mutating func write(_ index: Int, keys: inout TokenKeys) -> ColumnScan {
        if let known = columns[index].scan { return known }
        var writer = ColumnScanWriter(policy: policy, dataset: schema.id.datasetID, keys: keys)
        let scan = writer.scan(columns[index].column, of: alias)
        keys = writer.keys
        lacksTokenKey = lacksTokenKey || writer.lacksTokenKey
        columns[index].scan = scan
        return scan
    }

    /// Whether the policy masks any column or leaf.
    var hasMaskedColumn: Bool {
        schema.columns.contains { policy.describe($0, in: schema.id.datasetID) != nil }
    }

    /// A partitioning or clustering column that is masked: filters on it could not prune, and pruning tells of it.
    var maskedPartitionColumn: String? {
        var names = schema.clustering
        if let name = schema.partitioning?.columnName { names.append(name) }
        let lowered = names.map { $0.lowercased() }
        return schema.columns.first { column in
            lowered.contains(column.name.lowercased()) && policy.describe(column, in: schema.id.datasetID) != nil
        }?.name
    }
}
