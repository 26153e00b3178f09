/// The full name of a dataset.
///
/// Comparison is exact: BigQuery's dataset and table names are case-sensitive unless the dataset says otherwise.
public struct DatasetID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The project, as BigQuery spells it (a domain-scoped one with its `domain:`).
    public let project: String
    /// The dataset, without its project.
    public let dataset: String

    /// Creates the name of a dataset; nothing is checked.
    public init(project: String, dataset: String) {
        self.project = project
        self.dataset = dataset
    }

    /// `project.dataset`.
    public var description: String { "\(project).\(dataset)" }

    /// Orders by project, then dataset.
    public static func < (left: DatasetID, right: DatasetID) -> Bool {
        (left.project, left.dataset) < (right.project, right.dataset)
    }
}

/// The full name of a table, view, or anything else that stands in a table's place.
public struct TableID: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The project, as BigQuery spells it.
    public let project: String
    /// The dataset, without its project.
    public let dataset: String
    /// The table, without its dataset.
    public let table: String

    /// Creates the name of a table; nothing is checked.
    public init(project: String, dataset: String, table: String) {
        self.project = project
        self.dataset = dataset
        self.table = table
    }

    /// The dataset that holds the table.
    public var datasetID: DatasetID { DatasetID(project: project, dataset: dataset) }

    /// Hashes the table alone: names are looked up often, and few datasets have a table of the same name.
    public func hash(into hasher: inout Hasher) { hasher.combine(table) }

    /// `project.dataset.table`.
    public var description: String { "\(project).\(dataset).\(table)" }

    /// Orders by project, then dataset, then table.
    public static func < (left: TableID, right: TableID) -> Bool {
        (left.project, left.dataset, left.table) < (right.project, right.dataset, right.table)
    }
}
