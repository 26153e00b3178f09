/// A GoogleSQL scalar type that a BigQuery column can have.
///
/// <https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#TableFieldSchema>
public enum ScalarType: Sendable, Hashable, CaseIterable {
    case string
    case bytes
    case int64
    case float64
    case numeric
    case bignumeric
    case bool
    case date
    case datetime
    case time
    case timestamp
    case geography
    case json
    case interval

    /// The name GoogleSQL has for the type, upper case.
    public var name: String {
        switch self {
        case .string: "STRING"
        case .bytes: "BYTES"
        case .int64: "INT64"
        case .float64: "FLOAT64"
        case .numeric: "NUMERIC"
        case .bignumeric: "BIGNUMERIC"
        case .bool: "BOOL"
        case .date: "DATE"
        case .datetime: "DATETIME"
        case .time: "TIME"
        case .timestamp: "TIMESTAMP"
        case .geography: "GEOGRAPHY"
        case .json: "JSON"
        case .interval: "INTERVAL"
        }
    }

    /// Reads a type name as REST schemas and SQL spell it (`INTEGER` and `INT64`, `FLOAT` and `FLOAT64` …), ignoring
    /// case; `nil` for anything else, `RECORD` and `RANGE` included.
    public init?(named name: String) {
        switch name.uppercased() {
        case "STRING": self = .string
        case "BYTES": self = .bytes
        case "INT64", "INTEGER": self = .int64
        case "FLOAT64", "FLOAT": self = .float64
        case "NUMERIC": self = .numeric
        case "BIGNUMERIC": self = .bignumeric
        case "BOOL", "BOOLEAN": self = .bool
        case "DATE": self = .date
        case "DATETIME": self = .datetime
        case "TIME": self = .time
        case "TIMESTAMP": self = .timestamp
        case "GEOGRAPHY": self = .geography
        case "JSON": self = .json
        case "INTERVAL": self = .interval
        default: return nil
        }
    }
}

/// The type of one value of a column; whether the column holds an array of them is its ``ColumnMode``.
public indirect enum ColumnType: Sendable, Hashable {
    /// A type without parts.
    case scalar(ScalarType)
    /// A half-open range of DATE, DATETIME or TIMESTAMP.
    case range(of: ScalarType)
    /// A STRUCT and its fields, in order.
    case record([Column])
    /// A type that this version does not know, as the schema names it. Never readable.
    case unknown(String)

    /// The name GoogleSQL has for the type, without the fields of a record.
    public var name: String {
        switch self {
        case .scalar(let scalar): scalar.name
        case .range(let element): "RANGE<\(element.name)>"
        case .record: "STRUCT"
        case .unknown(let name): name
        }
    }
}

/// Whether a column may be NULL or is an array.
public enum ColumnMode: Sendable, Hashable {
    case nullable
    case required
    case repeated

    /// The name REST schemas have for the mode, upper case.
    public var name: String {
        switch self {
        case .nullable: "NULLABLE"
        case .required: "REQUIRED"
        case .repeated: "REPEATED"
        }
    }
}
