import Catalog
import Foundation
import JSON
import RowStream

/// `RowBench time FORMAT PAGE RUNS`: nanoseconds of CPU time for each conversion of a page that is in memory.
///
/// `RowBench stream FORMAT PAGE TIMES`: the page, read from its file in chunks so many times, as the pages of one
/// result; what comes out is dropped. Tells the most memory that the process had.
///
/// Both print one line of JSON.
@main
struct RowBench {
    /// What libcurl's buffer comes to at most in the server.
    static let chunkBytes = 262_144

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let count = Int(arguments[4]) else { throw CocoaError(.fileReadUnknown) }
        let columns = try columns(path: arguments[3])
        switch arguments[1] {
        case "time": try time(format(arguments[2]), columns, path: arguments[3], runs: count)
        default: try stream(format(arguments[2]), columns, path: arguments[3], times: count)
        }
    }

    private static func time(_ format: RowFormat, _ columns: [Column], path: String, runs: Int) throws {
        let page = [UInt8](try Data(contentsOf: URL(filePath: path)))
        var nanoseconds: [JSONValue] = []
        var rows: Int64 = 0
        var bytes = 0
        for _ in 0..<runs {
            bytes = 0
            let start = processorTime()
            let converter = try RowConverter(columns: columns, format: format)
            for start in stride(from: 0, to: page.count, by: chunkBytes) {
                try converter.push(page.span.extracting(start..<min(start + chunkBytes, page.count)))
                bytes += converter.takeOutput().count
            }
            _ = try converter.finishPage()
            try converter.finish()
            bytes += converter.takeOutput().count
            nanoseconds.append(.integer(processorTime() - start))
            rows = converter.rowCount
        }
        print(
            JSONValue.object([
                "nanoseconds": .array(nanoseconds), "rows": .integer(rows), "output": .integer(Int64(bytes)),
            ]).text
        )
    }

    private static func stream(_ format: RowFormat, _ columns: [Column], path: String, times: Int) throws {
        let converter = try RowConverter(columns: columns, format: format)
        var bytes: Int64 = 0
        let start = processorTime()
        for _ in 0..<times {
            let file = try FileHandle(forReadingFrom: URL(filePath: path))
            while let chunk = try file.read(upToCount: chunkBytes), !chunk.isEmpty {
                bytes += Int64(chunk.count)
                try converter.push([UInt8](chunk))
                _ = converter.takeOutput()
            }
            try file.close()
            _ = try converter.finishPage()
        }
        try converter.finish()
        let time = processorTime() - start
        print(
            JSONValue.object([
                "bytes": .integer(bytes), "nanoseconds": .integer(time), "rows": .integer(converter.rowCount),
                "peak_kib": .integer(try peakKibibytes()),
            ]).text
        )
    }

    /// The kernel's high-water mark of this program alone; `getrusage` counts what the parent had before it started this.
    private static func peakKibibytes() throws -> Int64 {
        let status = try String(contentsOf: URL(filePath: "/proc/self/status"), encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        guard let number = line?.split(separator: " ").dropFirst().first.flatMap({ Int64($0) }) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return number
    }

    private static func processorTime() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    private static func format(_ name: String) -> RowFormat {
        switch name {
        case "csv": .csv(CSVSettings())
        case "arrow": .arrow(ArrowSettings())
        default: .ndjson(NDJSONSettings())
        }
    }

    /// The schema stands at the head of our pages; the rest is not read for it.
    private static func columns(path: String) throws -> [Column] {
        let page = [UInt8](try FileHandle(forReadingFrom: URL(filePath: path)).read(upToCount: 65_536) ?? Data())
        let converter = try RowConverter(columns: [], format: .ndjson(NDJSONSettings()))
        let rows = Array(",\"rows\":".utf8)
        guard let head = page.firstRange(of: rows) else { throw CocoaError(.fileReadCorruptFile) }
        try converter.push(Array(page[..<head.lowerBound]) + [UInt8(ascii: "}")])
        let schema = try JSONValue(parsing: try converter.finishPage().schema ?? [])
        return try (schema["fields"]?.arrayValue ?? []).map(column)
    }

    private static func column(_ field: JSONValue) throws -> Column {
        guard let name = field["name"]?.stringValue, let type = field["type"]?.stringValue else {
            throw CocoaError(.fileReadCorruptFile)
        }
        let scalar = ScalarType(named: type).map { ColumnType.scalar($0) }
        return Column(
            name: name,
            type: try scalar ?? .record((field["fields"]?.arrayValue ?? []).map(column)),
            mode: field["mode"] == "REPEATED" ? .repeated : .nullable
        )
    }
}
