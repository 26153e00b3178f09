/// What a view is made of.
public struct ViewDefinition: Sendable, Hashable {
    /// What a definition can have beyond its text that changes what the text means.
    public enum Feature: Sendable, Hashable, CaseIterable {
        /// Analysis rules of a data clean room (`privacyPolicy`).
        case privacyPolicy
        /// A text in another engine's dialect (`foreignDefinitions`).
        case foreignDefinitions
        /// Code of functions beside the text (`userDefinedFunctionResources`).
        case userDefinedFunctions
    }

    /// The SQL text of the view, as stored.
    public let query: String
    /// Whether the text is legacy SQL.
    public let usesLegacySQL: Bool
    /// Whether the schema names the columns of the text by position (`CREATE VIEW v(a, b) AS …`).
    public let usesExplicitColumnNames: Bool
    /// What it has beyond its text.
    public let features: Set<Feature>

    /// Creates the definition of a view.
    public init(
        query: String,
        usesLegacySQL: Bool = false,
        usesExplicitColumnNames: Bool = false,
        features: Set<Feature> = []
    ) {
        self.query = query
        self.usesLegacySQL = usesLegacySQL
        self.usesExplicitColumnNames = usesExplicitColumnNames
        self.features = features
    }
}

/// What stands behind a table's name (`type` of `tables.get`).
public enum TableKind: Sendable, Hashable {
    case table
    case view(ViewDefinition)
    case materializedView(ViewDefinition)
    case external
    case snapshot
    case clone
    case model
    /// A kind that this version does not know, as the schema names it.
    case unknown(String)

    /// The definition of a view or a materialized view.
    public var viewDefinition: ViewDefinition? {
        switch self {
        case .view(let definition), .materializedView(let definition): definition
        case .table, .external, .snapshot, .clone, .model, .unknown: nil
        }
    }

    /// The name shown to callers: `TABLE`, `VIEW`, …
    public var name: String {
        switch self {
        case .table: "TABLE"
        case .view: "VIEW"
        case .materializedView: "MATERIALIZED_VIEW"
        case .external: "EXTERNAL"
        case .snapshot: "SNAPSHOT"
        case .clone: "CLONE"
        case .model: "MODEL"
        case .unknown(let name): name
        }
    }
}

/// How a table is partitioned.
public enum Partitioning: Sendable, Hashable {
    /// By a column of the table.
    case column(String)
    /// By the time of loading; the table has the pseudo-columns `_PARTITIONTIME` and `_PARTITIONDATE`.
    case ingestionTime

    /// The partitioning column, or `nil` where it is a pseudo-column.
    public var columnName: String? {
        switch self {
        case .column(let name): name
        case .ingestionTime: nil
        }
    }
}

/// A table as `tables.get` described it at one moment.
public struct TableSchema: Sendable, Hashable {
    /// The full name.
    public let id: TableID
    /// What stands behind the name.
    public let kind: TableKind
    /// BigQuery's version of the resource.
    public let etag: String?
    /// The top-level columns, in order.
    public let columns: [Column]
    /// How the table is partitioned; `nil` when it is not.
    public let partitioning: Partitioning?
    /// The clustering columns, in order.
    public let clustering: [String]
    /// Whether a query must filter on the partitioning column.
    public let requiresPartitionFilter: Bool
    /// Free text from the warehouse: data to show, never to obey.
    public let description: String?
    /// The number of rows, where the schema says it.
    public let rowCount: Int64?
    /// When the table was created, in milliseconds since 1970, where the schema says it.
    public let creationTime: Int64?
    /// Of a wildcard: the tables whose rules are put together for it, as far as they can differ. Empty for what is masked
    /// by the rules of its own name.
    public let ruledAs: [TableID]

    /// Creates the description of a table; everything but the name and the columns has the plainest default.
    public init(
        id: TableID,
        kind: TableKind = .table,
        etag: String? = nil,
        columns: [Column],
        partitioning: Partitioning? = nil,
        clustering: [String] = [],
        requiresPartitionFilter: Bool = false,
        description: String? = nil,
        rowCount: Int64? = nil,
        creationTime: Int64? = nil,
        ruledAs: [TableID] = []
    ) {
        self.id = id
        self.kind = kind
        self.etag = etag
        self.columns = columns
        self.partitioning = partitioning
        self.clustering = clustering
        self.requiresPartitionFilter = requiresPartitionFilter
        self.description = description
        self.rowCount = rowCount
        self.creationTime = creationTime
        self.ruledAs = ruledAs
    }

    /// The same table with other columns.
    public func replacing(columns: [Column]) -> TableSchema {
        TableSchema(
            id: id,
            kind: kind,
            etag: etag,
            columns: columns,
            partitioning: partitioning,
            clustering: clustering,
            requiresPartitionFilter: requiresPartitionFilter,
            description: description,
            rowCount: rowCount,
            creationTime: creationTime,
            ruledAs: ruledAs
        )
    }
}
