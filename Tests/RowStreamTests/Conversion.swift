import BigQuery
import Catalog
import JSON
import RowStream

/// What a conversion of one page gives.
struct Converted {
    let output: [UInt8]
    let envelope: PageEnvelope

    var text: String { String(decoding: output, as: UTF8.self) }
}

/// Converts a page that is pushed in pieces which end at the given places.
func convert(
    _ page: [UInt8],
    _ columns: [Column],
    _ format: RowFormat = .ndjson(NDJSONSettings()),
    timestamps: TimestampForm = .microseconds,
    limits: RowStreamLimits = .standard,
    cuts: [Int] = []
) throws(RowStreamError) -> Converted {
    let converter = try RowConverter(columns: columns, format: format, timestamps: timestamps, limits: limits)
    var output: [UInt8] = []
    var start = 0
    for cut in cuts.sorted() + [page.count] {
        try converter.push(Array(page[start..<cut]))
        output += converter.takeOutput()
        start = cut
    }
    let envelope = try converter.finishPage()
    try converter.finish()
    return Converted(output: output + converter.takeOutput(), envelope: envelope)
}

/// Converts a page of text, in one piece.
func convert(
    _ page: String,
    _ columns: [Column],
    _ format: RowFormat = .ndjson(NDJSONSettings()),
    timestamps: TimestampForm = .microseconds,
    limits: RowStreamLimits = .standard
) throws(RowStreamError) -> Converted {
    try convert(Array(page.utf8), columns, format, timestamps: timestamps, limits: limits)
}

/// The rows of a page by the conversion of whole pages; `nil` when it refuses them.
func rowsByTree(_ page: [UInt8], _ columns: [Column]) -> [JSONValue]? {
    guard let document = try? JSONValue(parsing: page) else { return nil }
    let rows = document["rows"]?.arrayValue ?? []
    var converted: [JSONValue] = []
    for row in rows {
        let cells = row["f"]?.arrayValue?.map { $0["v"] } ?? []
        guard let values = try? CellConversion.row(cells.compactMap(\.self), columns), cells.count == values.count
        else { return nil }
        converted.append(.array(values))
    }
    return converted
}

/// The lines of JSON as values.
func lines(_ output: [UInt8]) throws -> [JSONValue] {
    try output.split(separator: UInt8(ascii: "\n")).map { try JSONValue(parsing: Array($0)) }
}

func column(_ name: String, _ type: ScalarType, _ mode: ColumnMode = .nullable) -> Column {
    Column(name: name, type: .scalar(type), mode: mode)
}
