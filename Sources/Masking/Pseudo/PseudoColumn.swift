/// A column that BigQuery adds to a table by itself, and that is carried through a scan where the query uses it.
enum PseudoColumn: CaseIterable {
    /// What the star of a wildcard stands for in a row's table.
    case tableSuffix
    /// The time of the partition, of a table that is partitioned by the time of loading.
    case partitionTime
    /// The day of it.
    case partitionDate

    /// The pseudo-column of a name in lower case.
    init?(named name: String) {
        guard let column = Self.allCases.first(where: { $0.name.lowercased() == name }) else { return nil }
        self = column
    }

    /// BigQuery's name.
    var name: String {
        switch self {
        case .tableSuffix: "_TABLE_SUFFIX"
        case .partitionTime: "_PARTITIONTIME"
        case .partitionDate: "_PARTITIONDATE"
        }
    }

    /// The name as which a scan shows it: BigQuery's own is not allowed for a column.
    var exposedName: String {
        switch self {
        case .tableSuffix: "scrim_table_suffix"
        case .partitionTime: "scrim_partition_time"
        case .partitionDate: "scrim_partition_date"
        }
    }

    /// The name of a column of the result that the query gives no name.
    var resultName: String {
        switch self {
        case .tableSuffix: "table_suffix"
        case .partitionTime: "partition_time"
        case .partitionDate: "partition_date"
        }
    }

    /// What to do where it cannot be used.
    var advice: String {
        switch self {
        case .tableSuffix: "use it where FROM names a wildcard table, such as `dataset.events_*`"
        case .partitionTime, .partitionDate:
            "use it where FROM names a table that describe_table says is partitioned by `_PARTITIONTIME`"
        }
    }
}

/// The names that BigQuery keeps for columns of its own.
enum PseudoColumns {
    /// Lower case.
    static let names: Set<String> = [
        "_partitiontime", "_partitiondate", "_file_name", "_table_suffix", "_change_sequence_number", "_change_type",
        "_change_timestamp", "_row_timestamp",
    ]

    /// Whether a name is one of theirs.
    static func isPseudo(_ name: Name, in table: NameTable) -> Bool {
        table.firstByte(of: name) == UInt8(ascii: "_") && names.contains(table.text(of: name))
    }
}

/// One place where a query names a pseudo-column.
struct PseudoUse {
    let column: PseudoColumn
    /// The alias before it.
    let qualifier: Name?
    /// The whole path.
    let tokens: Range<Int>
    /// The name alone.
    let nameTokens: Range<Int>
    /// The region of the query that it stands in.
    let region: Int
}
