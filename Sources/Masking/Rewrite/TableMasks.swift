import Catalog
import GoogleSQL

/// How a table is read under a policy, as far as that does not depend on a query: the text of each column with its
/// mask, and what is masked.
final class TableMasks: Sendable {
    /// How one column is read.
    struct MaskedColumnText: Sendable {
        /// The first column of the same name.
        let first: Int
        /// The item of the scan's list: the column, or its mask under its name.
        let item: ScanText
        /// The leaves that are masked.
        let masked: [Leaf]
        /// The leaves that are denied, by their paths; in the text they are NULL.
        let denied: [String]
        /// Whether it is denied because there is no key for it.
        let lacksTokenKey: Bool
    }

    /// A leaf that is masked.
    struct Leaf: Sendable {
        /// Index into ``TableMasks/leaves``.
        let index: Int
        /// The fields of its path below its column.
        let fields: [FoldedName]
    }

    /// What decides how a table is read.
    struct Basis: Sendable, Equatable {
        let schema: TableSchema
        /// The dataset whose roles count: the table's own, or that of the view through which it is read.
        let authority: DatasetID
        let policy: MaskingPolicy
        let hasTokenKey: Bool
    }

    let basis: Basis
    /// The names of the columns, in order.
    let names: [FoldedName]
    /// The columns by name.
    let index: FoldedNameIndex
    let columns: [MaskedColumnText]
    /// The masked leaves of all columns, each once.
    let leaves: [MaskedColumn]
    /// The quoted alias of the table inside its scan. It differs from every column, because a column that has its
    /// table's name would mean the whole row.
    let alias: String
    /// The quoted path of the table.
    let path: String
    /// Whether the policy masks any column or leaf.
    let hasMaskedColumn: Bool
    /// A partitioning or clustering column that is masked: filters on it could not prune, and pruning tells of it.
    let maskedPartitionColumn: String?
    /// Whether some column has a name beyond ASCII.
    let hasNamesBeyondASCII: Bool
    /// Roughly the bytes that it takes.
    let byteCount: Int

    var schema: TableSchema { basis.schema }

    init(_ basis: Basis) {
        self.basis = basis
        let schema = basis.schema
        let policy = TablePolicy(basis.policy, of: schema, authority: basis.authority)
        let names = schema.columns.map { FoldedName($0.name) }
        let index = FoldedNameIndex(names)
        self.names = names
        self.index = index
        let alias = Self.alias(differentFrom: names)
        var writer = TableMaskWriter(table: schema.id, alias: alias, policy: policy, hasTokenKey: basis.hasTokenKey)
        columns = schema.columns.indices.map { position in
            writer.write(schema.columns[position], first: index.first(names[position], in: names) ?? position)
        }
        leaves = writer.leaves
        self.alias = alias
        path = [schema.id.project, schema.id.dataset, schema.id.table].map(quotedIdentifier).joined(separator: ".")
        hasMaskedColumn = columns.contains { !$0.masked.isEmpty || !$0.denied.isEmpty }
        hasNamesBeyondASCII = names.contains { !$0.isASCII }
        byteCount = columns.reduce(1000) { $0 + 200 + $1.item.byteCount + 200 * $1.masked.count }
        maskedPartitionColumn = policy.maskedPartitionColumn(of: schema)
    }

    private static func alias(differentFrom names: [FoldedName]) -> String {
        var name = "scrim_t"
        while names.contains(where: { $0.text == name }) { name += "_" }
        return quotedIdentifier(name)
    }
}

/// Writes the columns of a table one after another.
private struct TableMaskWriter {
    private let table: TableID
    private let alias: String
    private let policy: TablePolicy
    private let hasTokenKey: Bool
    private(set) var leaves: [MaskedColumn] = []
    private var indices: [MaskedColumn: Int] = [:]

    init(table: TableID, alias: String, policy: TablePolicy, hasTokenKey: Bool) {
        self.table = table
        self.alias = alias
        self.policy = policy
        self.hasTokenKey = hasTokenKey
    }

    mutating func write(_ column: Column, first: Int) -> TableMasks.MaskedColumnText {
        var writer = ColumnScanWriter(policy: policy, hasTokenKey: hasTokenKey)
        let scan = writer.scan(column, of: alias)
        let item = scan.isChanged ? "\(scan.text) AS \(quotedIdentifier(column.name))" : scan.text
        return TableMasks.MaskedColumnText(
            first: first,
            item: writer.scanText(item),
            masked: scan.masked.map { leaf(of: $0) },
            denied: scan.denied.map(\.path),
            lacksTokenKey: writer.lacksTokenKey
        )
    }

    private mutating func leaf(of leaf: MaskedLeaf) -> TableMasks.Leaf {
        let masked = MaskedColumn(table: table, column: leaf.path, tag: leaf.mask.tag, rule: leaf.mask.rule)
        let index = indices[masked] ?? leaves.count
        if index == leaves.count {
            leaves.append(masked)
            indices[masked] = index
        }
        let fields = leaf.path.lowercased().split(separator: ".").dropFirst().map { FoldedName(String($0)) }
        return TableMasks.Leaf(index: index, fields: fields)
    }
}
