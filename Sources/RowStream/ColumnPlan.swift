internal import Catalog

/// What is done with the cells of each column and field, worked out once: a flat table without references.
struct ColumnPlan {
    /// How a value is written.
    enum Kind: UInt8 {
        case bool
        case int64
        case float64
        case numeric
        case bignumeric
        /// STRING, GEOGRAPHY, JSON: the text stands for itself.
        case text
        case bytes
        case date
        case datetime
        case time
        case timestamp
        case interval
        case dateRange
        case datetimeRange
        case timestampRange
        case record
    }

    /// One column or field.
    struct Entry {
        let kind: Kind
        let isRepeated: Bool
        /// Of a record: where its fields are in the table.
        var firstField = 0
        var fieldCount = 0
        /// Where `"name":` is in ``ColumnPlan/keys``.
        var keyStart = 0
        var keyCount = 0
    }

    private(set) var entries: [Entry] = []
    /// The result's columns are the first ones of the table.
    let columnCount: Int
    /// The names of all columns and fields, ready to be written.
    let keys = InputBuffer(capacity: 1024)

    /// Makes the table.
    init(_ columns: [Column]) throws(RowStreamError) {
        columnCount = columns.count
        try add(columns, depth: 0)
        keys.terminate()
    }

    private mutating func add(_ columns: [Column], depth: Int) throws(RowStreamError) {
        guard depth <= RowStreamLimits.rowDepthMax / 2 else {
            throw RowStreamError(.limit, "the schema is nested too deep")
        }
        let first = entries.count
        for (column, name) in zip(columns, Self.names(columns)) {
            var entry = Entry(kind: try Self.kind(of: column), isRepeated: column.mode == .repeated)
            entry.keyStart = keys.end
            for byte in Escapes.quoted(name) + [UInt8(ascii: ":")] { keys.append(byte) }
            entry.keyCount = keys.end - entry.keyStart
            entries.append(entry)
        }
        for (index, column) in columns.enumerated() {
            guard case .record(let fields) = column.type else { continue }
            entries[first + index].firstField = entries.count
            entries[first + index].fieldCount = fields.count
            try add(fields, depth: depth + 1)
        }
    }

    /// Unnamed fields, and those whose name came before, get `_field_N` as BigQuery's console shows them, N counted
    /// from 1.
    static func names(_ columns: [Column]) -> [String] {
        var taken: Set<String> = []
        return columns.enumerated().map { position, column in
            var name = column.name
            if name.isEmpty || taken.contains(name) { name = "_field_\(position + 1)" }
            // A field can have such a name itself.
            while taken.contains(name) { name = "_" + name }
            taken.insert(name)
            return name
        }
    }

    private static func kind(of column: Column) throws(RowStreamError) -> Kind {
        switch column.type {
        case .record: return .record
        case .scalar(let scalar): return kind(of: scalar)
        case .range(of: .date): return .dateRange
        case .range(of: .datetime): return .datetimeRange
        case .range(of: .timestamp): return .timestampRange
        case .range, .unknown:
            throw RowStreamError(.unknownType, "a column is of the unknown type `\(column.type.name)`")
        }
    }

    private static func kind(of scalar: ScalarType) -> Kind {
        switch scalar {
        case .string, .geography, .json: .text
        case .bytes: .bytes
        case .int64: .int64
        case .float64: .float64
        case .numeric: .numeric
        case .bignumeric: .bignumeric
        case .bool: .bool
        case .date: .date
        case .datetime: .datetime
        case .time: .time
        case .timestamp: .timestamp
        case .interval: .interval
        }
    }
}
