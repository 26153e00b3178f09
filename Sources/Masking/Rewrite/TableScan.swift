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
    /// The dataset whose roles count: the table's own, or that of the view through which it is read.
    let authority: DatasetID
    /// The view's text with its masks; nil for a table.
    var view: ExpandedView?
    private(set) var columns: [ScanColumn]
    /// The quoted alias of the table inside its scan. It differs from every column, because a column that has its
    /// table's name would mean the whole row.
    let alias: String
    private(set) var lacksTokenKey = false
    private let policy: MaskingPolicy

    init(schema: TableSchema, authority: DatasetID, policy: MaskingPolicy) {
        self.schema = schema
        self.authority = authority
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
        var writer = ColumnScanWriter(policy: policy, dataset: authority, isOfView: isView, keys: keys)
        let scan = writer.scan(columns[index].column, of: alias)
        keys = writer.keys
        lacksTokenKey = lacksTokenKey || writer.lacksTokenKey
        columns[index].scan = scan
        return scan
    }

    private var isView: Bool { schema.kind.viewDefinition != nil }

    /// Whether the policy masks any column or leaf.
    var hasMaskedColumn: Bool {
        if view?.touchesMaskedTable ?? false { return true }
        return schema.columns.contains { policy.describe($0, in: authority, isOfView: isView) != nil }
    }

    /// A partitioning or clustering column that is masked: filters on it could not prune, and pruning tells of it.
    var maskedPartitionColumn: String? {
        // A materialized view is not read itself.
        guard !isView else { return nil }
        var names = schema.clustering
        if let name = schema.partitioning?.columnName { names.append(name) }
        let lowered = names.map { $0.lowercased() }
        return schema.columns.first { column in
            lowered.contains(column.name.lowercased()) && policy.describe(column, in: authority) != nil
        }?.name
    }
}
