public import Catalog
public import JSON

/// Makes the cells that callers get from those that BigQuery sends.
///
/// NULL is null, BOOL a boolean, STRUCT an object, ARRAY an array, INT64 a number up to 2^53 and beyond that a string,
/// FLOAT64 a number but for `"NaN"`, `"Infinity"` and `"-Infinity"`, NUMERIC and BIGNUMERIC strings with all their
/// digits, BYTES base64, JSON its text, TIMESTAMP ISO 8601 with six digits and `Z`, RANGE `[start, end)`; everything
/// else is the text that BigQuery has for it.
public enum CellConversion {
    /// The largest integer that every JSON reader holds exactly.
    private static let exactIntegerMax: Int64 = 9_007_199_254_740_992

    /// Converts a row.
    public static func row(_ cells: [JSONValue], _ columns: [Column]) throws(BigQueryError) -> [JSONValue] {
        guard cells.count == columns.count else { throw mismatch }
        var row: [JSONValue] = []
        row.reserveCapacity(cells.count)
        for (cell, column) in zip(cells, columns) { row.append(try convert(cell, column)) }
        return row
    }

    /// Converts one cell; an error when it is not of the column's type.
    public static func convert(_ cell: JSONValue, _ column: Column) throws(BigQueryError) -> JSONValue {
        guard column.mode == .repeated else { return try value(cell, column.type) }
        // BigQuery has no NULL arrays in results: they come as empty ones.
        if cell.isNull { return [] }
        guard let elements = cell.arrayValue else { throw mismatch }
        var values: [JSONValue] = []
        values.reserveCapacity(elements.count)
        for element in elements {
            guard let inner = element["v"] else { throw mismatch }
            values.append(try value(inner, column.type))
        }
        return .array(values)
    }

    private static func value(_ cell: JSONValue, _ type: ColumnType) throws(BigQueryError) -> JSONValue {
        if cell.isNull { return .null }
        switch type {
        case .record(let fields):
            return try structure(cell, fields)
        case .scalar(let scalar):
            guard let text = cell.stringValue else { throw mismatch }
            return try self.scalar(text, scalar)
        case .range(let element):
            guard let text = cell.stringValue else { throw mismatch }
            return .string(try range(text, of: element))
        case .unknown(let name):
            throw BigQueryError(.unexpectedAnswer, detail: "the result has a column of the unknown type `\(name)`")
        }
    }

    /// A STRUCT as an object. Unnamed fields, and those whose name came before, get `_field_N` as BigQuery's console
    /// shows them, N counted from 1.
    private static func structure(_ cell: JSONValue, _ fields: [Column]) throws(BigQueryError) -> JSONValue {
        guard let row = cell.objectValue, let cells = RowShape.cells(of: row, count: fields.count) else {
            throw mismatch
        }
        var object = JSONObject()
        for (position, (field, cell)) in zip(fields, cells).enumerated() {
            let isTaken = field.name.isEmpty || object[field.name] != nil
            object[isTaken ? "_field_\(position + 1)" : field.name] = try convert(cell, field)
        }
        return .object(object)
    }

    private static func scalar(_ text: String, _ type: ScalarType) throws(BigQueryError) -> JSONValue {
        switch type {
        case .bool:
            switch text {
            case "true": return true
            case "false": return false
            default: throw mismatch
            }
        case .int64:
            guard let number = Int64(text) else { throw mismatch }
            return number.magnitude <= exactIntegerMax.magnitude ? .integer(number) : .string(String(number))
        case .float64:
            return try float(text)
        case .timestamp:
            return .string(try TimestampText.iso8601(microseconds: text))
        case .string, .bytes, .numeric, .bignumeric, .date, .datetime, .time, .geography, .json, .interval:
            return .string(text)
        }
    }

    private static func float(_ text: String) throws(BigQueryError) -> JSONValue {
        switch text.lowercased() {
        case "nan": return "NaN"
        case "infinity", "+infinity", "inf", "+inf": return "Infinity"
        case "-infinity", "-inf": return "-Infinity"
        default:
            guard let number = Double(text), number.isFinite else { throw mismatch }
            return .double(number)
        }
    }

    /// `[start, end)`, the bounds of a TIMESTAMP range made ISO 8601 as well.
    private static func range(_ text: String, of element: ScalarType) throws(BigQueryError) -> String {
        guard element == .timestamp else { return text }
        guard text.hasPrefix("["), text.hasSuffix(")") else { throw mismatch }
        let bounds = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: false)
        guard bounds.count == 2 else { throw mismatch }
        var shown: [String] = []
        for bound in bounds {
            let bare = String(bound.drop { $0 == " " })
            let isOpen = bare == "UNBOUNDED" || bare == "NULL"
            shown.append(isOpen ? "UNBOUNDED" : try TimestampText.iso8601(microseconds: bare))
        }
        return "[\(shown[0]), \(shown[1]))"
    }

    static var mismatch: BigQueryError {
        BigQueryError(.unexpectedAnswer, detail: "a cell is not of its column's type")
    }
}
