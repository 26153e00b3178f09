import BigQuery
import Catalog
import Foundation
import JSON
import RowStream

/// `RowStreamFixture FORMAT CHUNK PAGE...`: pages of one result from files to standard output, pushed in chunks of so
/// many bytes.
///
/// Formats: `ndjson`, `ndjson-names`, `csv`, `csv-safe`, `arrow`, `arrow-N` with N rows a batch; `seconds:FORMAT` for
/// pages whose TIMESTAMP cells are seconds. The last line of standard error is the last page's envelope as JSON, or
/// `{"error": …, "code": …, "offset": …}`.
@main
struct RowStreamFixture {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let chunk = Int(arguments[2]), chunk > 0 else {
            throw CocoaError(.fileReadUnknown)
        }
        let pages = try arguments[3...].map { [UInt8](try Data(contentsOf: URL(filePath: $0))) }
        do {
            let envelope = try convert(pages, format: arguments[1], chunk: chunk)
            report([
                "rows": .integer(Int64(envelope.rowCount)),
                "total_rows": envelope.totalRows.map { .integer($0) } ?? .null,
                "page_token": envelope.nextPageToken.map { .string($0) } ?? .null,
            ])
        } catch let error as RowStreamError {
            report([
                "error": .string(error.message), "code": .string("\(error.code)"),
                "offset": error.offset.map { .integer(Int64($0)) } ?? .null,
            ])
            exit(1)
        }
    }

    private static func convert(_ pages: [[UInt8]], format: String, chunk: Int) throws -> PageEnvelope {
        let isSeconds = format.hasPrefix("seconds:")
        let converter = try RowConverter(
            columns: try columns(of: pages[0]),
            format: rowFormat(isSeconds ? String(format.dropFirst(8)) : format),
            timestamps: isSeconds ? .seconds : .microseconds
        )
        var envelope: PageEnvelope?
        for page in pages {
            var start = 0
            while start < page.count {
                let end = min(start + chunk, page.count)
                try converter.push(page.span.extracting(start..<end))
                write(converter.takeOutput())
                start = end
            }
            envelope = try converter.finishPage()
        }
        try converter.finish()
        write(converter.takeOutput())
        guard let envelope else { throw CocoaError(.fileReadUnknown) }
        return envelope
    }

    /// The columns, which a server knows from the job, come from a reading of the first page as a whole.
    private static func columns(of page: [UInt8]) throws -> [Column] {
        let schema = try JSONValue(parsing: page)["schema"] ?? .object([:])
        return try ResultSchema.columns(parsing: schema.serialized())
    }

    private static func rowFormat(_ name: String) -> RowFormat {
        switch name {
        case "ndjson-names": .ndjson(NDJSONSettings(hasNames: true))
        case "csv": .csv(CSVSettings())
        case "csv-safe": .csv(CSVSettings(defusesFormulas: true))
        case let name where name.hasPrefix("arrow-"):
            .arrow(ArrowSettings(batchRowsMax: Int(name.dropFirst(6)) ?? 1))
        case "arrow": .arrow(ArrowSettings())
        default: .ndjson(NDJSONSettings())
        }
    }

    private static func write(_ bytes: [UInt8]) {
        FileHandle.standardOutput.write(Data(bytes))
    }

    private static func report(_ object: JSONValue) {
        FileHandle.standardError.write(Data(object.serialized() + [10]))
    }
}
