import Catalog
import JSON
import RowStream
import Testing

@Suite("Scanning pages")
struct ScannerTests {
    static let columns = [
        column("a", .string), column("b", .int64, .repeated),
        Column(name: "c", type: .record([column("d", .timestamp), column("e", .float64)])),
    ]
    static let page = #"""
        {"schema":{"fields":[{"name":"a"}]},"totalRows":"2","rows":[
        {"f":[{"v":"é\u00e9\ud83d\ude00\"x, y"},{"v":[{"v":"1"},{"v":null}]},{"v":{"f":[{"v":"-1"},{"v":"1e3"}]}}]},
        {"f":[{"v":null},{"v":[]},{"v":null}]} ] ,"jobComplete":true,"x":[-1.5E+2,{"y":false}],"pageToken":"t"}
        """#
    static let formats: [RowFormat] = [
        .ndjson(NDJSONSettings()), .csv(CSVSettings()), .arrow(ArrowSettings(batchRowsMax: 1)),
    ]

    @Test(arguments: formats)
    func `where a page is cut makes no difference`(format: RowFormat) throws {
        let page = Array(Self.page.utf8)
        let whole = try convert(page, Self.columns, format)
        #expect(whole.envelope.rowCount == 2)
        for cut in 0...page.count {
            let parts = try convert(page, Self.columns, format, cuts: [cut])
            #expect(parts.output == whole.output && parts.envelope == whole.envelope, "cut at \(cut)")
        }
        let bytes = try convert(page, Self.columns, format, cuts: Array(1..<page.count))
        #expect(bytes.output == whole.output && bytes.envelope == whole.envelope)
    }

    @Test
    func `a page that ends anywhere before its end is an error, and its whole rows came out`() throws {
        let page = Array(Self.page.utf8)
        for length in 0..<page.count {
            let converter = try RowConverter(columns: Self.columns, format: .ndjson(NDJSONSettings()))
            try converter.push(Array(page[..<length]))
            let error = #expect(throws: RowStreamError.self) { _ = try converter.finishPage() }
            #expect(error?.code == .truncated && error?.offset == length, "\(length) bytes")
            let output = converter.takeOutput()
            #expect(output.isEmpty || output.last == 10)
            #expect(throws: RowStreamError.self) { try converter.finish() }
        }
    }

    static let refused: [(String, RowStreamError.Code, Int)] = [
        ("[]", .shape, 0), ("{} x", .syntax, 3), (#"{"rows":[}"#, .syntax, 9), (#"{"rows":{}}"#, .shape, 8),
        (#"{"rows":[{"f":[{"v":1}]}]}"#, .shape, 20), (#"{"rows":[{"f":[{"v":"1"}]},]}"#, .syntax, 27),
        (#"{"rows":[{"f":[{"v":"1"},]}]}"#, .syntax, 25), (#"{"rows":[{"f":[{"v":"1"}}]}"#, .syntax, 24),
        (#"{"rows":[{"f":[{"v":"1"}]}"# + "\u{1}", .syntax, 26), (#"{"rows":[{"g":[]}]}"#, .shape, 11),
        (#"{"rows":[{"f":[{"v":"1","w":"2"}]}]}"#, .syntax, 23), (#"{"rows":[{"f":[]}]}"#, .shape, 9),
        (#"{"rows":[{"f":[{"v":"1"},{"v":"1"}]}]}"#, .shape, 9), (#"{"rows":[{"f":[{"v":"x"}]}]}"#, .type, 9),
        (#"{"rows":[{"f":[{"v":[]}]}]}"#, .type, 9), (#"{"rows":[{"f":[{"v":{"f":[]}}]}]}"#, .type, 9),
        (#"{"rows":[],"rows":[]}"#, .duplicateMember, 11), (#"{"a":1,"\u0061":1}"#, .duplicateMember, 7),
        (#"{"rows":[{"f":[{"v":"\ud800"}]}]}"#, .syntax, 21), (#"{"rows":[{"f":[{"v":"\udc00"}]}]}"#, .syntax, 21),
        (#"{"rows":[{"f":[{"v":"\ud800\u0041"}]}]}"#, .syntax, 21), (#"{"rows":[{"f":[{"v":"\x"}]}]}"#, .syntax, 22),
        (#"{"rows":[{"f":[{"v":"\u12g4"}]}]}"#, .syntax, 25), ("{\"rows\":[{\"f\":[{\"v\":\"a\nb\"}]}]}", .syntax, 22),
        (#"{"a":01}"#, .syntax, 6), (#"{"a":1.}"#, .syntax, 7), (#"{"a":-}"#, .syntax, 6), (#"{"a":1e}"#, .syntax, 7),
        (#"{"a":tru}"#, .syntax, 8), (#"{"a":nul1}"#, .syntax, 8), (#"{"a":'x'}"#, .syntax, 5),
        (#"{"a" 1}"#, .syntax, 5),
        (#"{"a":[1,]}"#, .syntax, 8), (#"{"a":{"b":1,}}"#, .syntax, 12), (#"{,}"#, .syntax, 1),
        (#"{"a":1,}"#, .syntax, 7),
        (#"{"totalRows":"-1"}"#, .shape, 13), (#"{"totalRows":[]}"#, .shape, 13),
        (#"{"jobComplete":"yes"}"#, .shape, 15),
        (#"{"pageToken":1}"#, .shape, 13), (#"{"schema":[]}"#, .shape, 10), ("\u{FEFF}{}", .shape, 0),
    ]

    @Test(arguments: refused)
    func `what is no page is refused with its place`(page: String, code: RowStreamError.Code, offset: Int) throws {
        for format in Self.formats {
            let error = #expect(throws: RowStreamError.self) { try convert(page, [column("a", .int64)], format) }
            #expect(error?.code == code)
            #expect(error?.offset == offset)
            let cut = Array(1..<page.utf8.count)
            let again = #expect(throws: RowStreamError.self) {
                try convert(Array(page.utf8), [column("a", .int64)], format, cuts: cut)
            }
            #expect(again == error)
        }
    }

    static let notUTF8: [[UInt8]] = [
        [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xE2, 0x82],
        [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x28, 0xA1],
    ]

    @Test(arguments: notUTF8)
    func `what is not UTF-8 is refused`(bytes: [UInt8]) throws {
        let start = Array(#"{"rows":[{"f":[{"v":"abc"#.utf8)
        let page = start + bytes + Array(#""}]}]}"#.utf8)
        let error = #expect(throws: RowStreamError.self) { try convert(page, [column("a", .string)]) }
        #expect(error?.code == .syntax)
        let member = Array(#"{"x":"abc"#.utf8) + bytes + Array(#""}"#.utf8)
        #expect(throws: RowStreamError.self) { try convert(member, []) }
    }

    @Test
    func `nesting ends at a limit`() throws {
        let deep = String(repeating: "[", count: 100_000)
        let error = #expect(throws: RowStreamError.self) { try convert("{\"x\":" + deep, []) }
        #expect(error?.code == .limit)
        let row = "{\"rows\":[" + String(repeating: #"{"f":[{"v":"#, count: 100_000)
        #expect(throws: RowStreamError.self) { try convert(row, [column("a", .string)]) }
        let lists = #"{"rows":[{"f":[{"v":"# + String(repeating: #"[{"v":"#, count: 100_000)
        #expect(throws: RowStreamError.self) { try convert(lists, [column("a", .string)]) }
    }

    @Test
    func `a row, a member and their number have limits, wherever the page is cut`() throws {
        let limits = RowStreamLimits(rowBytesMax: 1000, memberBytesMax: 1000)
        let row = Array((#"{"rows":[{"f":[{"v":""# + String(repeating: "x", count: 2000) + #""}]}]}"#).utf8)
        let member = Array((#"{"x":""# + String(repeating: "x", count: 2000) + #""}"#).utf8)
        let many = Array(("{" + (0..<300).map { "\"m\($0)\":1" }.joined(separator: ",") + "}").utf8)
        for page in [row, member, many] {
            for cuts in [[], Array(stride(from: 100, to: page.count, by: 100))] {
                let error = #expect(throws: RowStreamError.self) {
                    try convert(page, [column("a", .string)], limits: limits, cuts: cuts)
                }
                #expect(error?.code == .limit)
            }
        }
    }

    @Test
    func `a long row that comes byte by byte is not read again for each byte`() throws {
        let text = String(repeating: "x", count: 1_000_000)
        let page = Array((#"{"rows":[{"f":[{"v":""# + text + #""}]}]}"#).utf8)
        let clock = ContinuousClock()
        let converter = try RowConverter(columns: [column("a", .string)], format: .ndjson(NDJSONSettings()))
        let time = try clock.measure {
            for start in stride(from: 0, to: page.count, by: 16) {
                try converter.push(Array(page[start..<min(start + 16, page.count)]))
            }
            _ = try converter.finishPage()
        }
        #expect(converter.outputCount == text.count + 5)
        // A new attempt for each of the 62,500 chunks would read 31 GB.
        #expect(time < .seconds(20))
    }
}
