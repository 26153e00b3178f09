import Catalog
import JSON
import RowStream
import Testing

@Suite("Lines of JSON")
struct NDJSONTests {
    @Test(arguments: 0..<40)
    func `random pages give what the conversion of whole pages gives`(batch: Int) throws {
        for seed in (batch * 50)..<(batch * 50 + 50) {
            var pages = RandomPages(seed: UInt64(seed))
            let (columns, page) = pages.page()
            let expected = try #require(rowsByTree(page, columns), "seed \(seed)")
            let cuts = (0..<pages.below(6)).map { _ in pages.below(page.count) }
            let converted = try convert(page, columns, cuts: cuts)
            #expect(try lines(converted.output) == expected, "seed \(seed)")
            #expect(converted.envelope.rowCount == expected.count)
            #expect(converted.envelope.totalRows == 12)
            #expect(converted.envelope.nextPageToken == "abc/é")
            #expect(converted.envelope.isComplete == true)
            #expect(converted.envelope.cacheHit == false)
            #expect(converted.envelope.schema.map { String(decoding: $0, as: UTF8.self) }?.contains("fields") == true)
        }
    }

    @Test
    func `rows are objects when that is asked for`() throws {
        let page = #"{"rows":[{"f":[{"v":"1"},{"v":"x"}]},{"f":[{"v":null},{"v":""}]}]}"#
        let columns = [column("id", .int64), column(#"na"me"#, .string)]
        let text = try convert(page, columns, .ndjson(NDJSONSettings(hasNames: true))).text
        #expect(text == "{\"id\":1,\"na\\\"me\":\"x\"}\n{\"id\":null,\"na\\\"me\":\"\"}\n")
    }

    @Test
    func `numbers keep their digits and doubles stay doubles`() throws {
        let page = #"{"rows":[{"f":[{"v":"9007199254740993"},{"v":"7"},{"v":"0.30000000000000004"},{"v":"007"}]}]}"#
        let columns = [column("a", .int64), column("b", .float64), column("c", .float64), column("d", .int64)]
        #expect(try convert(page, columns).text == "[\"9007199254740993\",7.0,0.30000000000000004,7]\n")
    }

    static let seconds: [(String, String)] = [
        ("1.4084520952E9", "2014-08-19T12:41:35.200000Z"), ("0.0", "1970-01-01T00:00:00.000000Z"),
        ("-1.0E-6", "1969-12-31T23:59:59.999999Z"), ("1408452095", "2014-08-19T12:41:35.000000Z"),
        ("-6.21355968E10", "0001-01-01T00:00:00.000000Z"), ("0.0000005", "1970-01-01T00:00:00.000000Z"),
        ("0.0000015", "1970-01-01T00:00:00.000002Z"), ("1.4084520952123456789E9", "2014-08-19T12:41:35.212346Z"),
        ("253402300799.99997", "9999-12-31T23:59:59.999970Z"),
    ]

    @Test(arguments: seconds)
    func `timestamps in seconds are exact to the microsecond`(written: String, shown: String) throws {
        let page = #"{"rows":[{"f":[{"v":""# + written + #""}]}]}"#
        #expect(try convert(page, [column("t", .timestamp)], timestamps: .seconds).text == "[\"\(shown)\"]\n")
    }

    @Test
    func `fields of one name, or none, get names of their own`() throws {
        let record = Column(
            name: "r",
            type: .record([column("a", .bool), column("", .bool), column("a", .bool), column("_field_3", .bool)])
        )
        let page = #"{"rows":[{"f":[{"v":{"f":[{"v":"true"},{"v":"true"},{"v":"false"},{"v":null}]}}]}]}"#
        let text = try convert(page, [record]).text
        #expect(text == "[{\"a\":true,\"_field_2\":true,\"_field_3\":false,\"_field_4\":null}]\n")
    }

    @Test
    func `pages follow each other`() throws {
        let converter = try RowConverter(columns: [column("a", .string)], format: .ndjson(NDJSONSettings()))
        for page in [#"{"rows":[{"f":[{"v":"x"}]}],"pageToken":"t"}"#, #"{"rows":[{"f":[{"v":"y"}]}]}"#, "{}"] {
            try converter.push(Array(page.utf8))
            let envelope = try converter.finishPage()
            #expect((envelope.nextPageToken != nil) == page.contains("pageToken"))
        }
        try converter.finish()
        #expect(converter.takeOutput() == Array("[\"x\"]\n[\"y\"]\n".utf8))
        #expect(converter.rowCount == 2)
        #expect(throws: RowStreamError.self) { try converter.push([32]) }
    }

    @Test
    func `what is beyond the budget is dropped and told, but the first row always comes`() throws {
        let page = Array(#"{"rows":[{"f":[{"v":"abc"}]},{"f":[{"v":"d"}]},{"f":[{"v":"e"}]}]}"#.utf8)
        let budgets: [(RowBudget, String, Bool)] = [
            (RowBudget(), "[\"abc\"]\n[\"d\"]\n[\"e\"]\n", false),
            (RowBudget(rowsMax: 3), "[\"abc\"]\n[\"d\"]\n[\"e\"]\n", false),
            (RowBudget(rowsMax: 2), "[\"abc\"]\n[\"d\"]\n", true), (RowBudget(rowsMax: 0), "", true),
            (RowBudget(bytesMax: 13), "[\"abc\"]\n", true), (RowBudget(bytesMax: 14), "[\"abc\"]\n[\"d\"]\n", true),
            (RowBudget(bytesMax: 1), "[\"abc\"]\n", true),
            (RowBudget(bytesMax: 20), "[\"abc\"]\n[\"d\"]\n[\"e\"]\n", false),
        ]
        for (budget, expected, isFull) in budgets {
            let converter = try RowConverter(
                columns: [column("a", .string)],
                format: .ndjson(NDJSONSettings()),
                budget: budget
            )
            var output: [UInt8] = []
            for byte in page {
                try converter.push([byte])
                output += converter.takeOutput()
            }
            #expect(try converter.finishPage().rowCount == 3)
            output += converter.takeOutput()
            #expect(String(decoding: output, as: UTF8.self) == expected)
            #expect(converter.isFull == isFull)
            #expect(Int(converter.rowCount) == expected.filter { $0 == "\n" }.count)
        }
    }

    @Test(arguments: [RowFormat.ndjson(NDJSONSettings()), .csv(CSVSettings()), .arrow(ArrowSettings(batchRowsMax: 3))])
    func `a page that broke off goes on at the row where it broke`(format: RowFormat) throws {
        let rows = (0..<7).map { #"{"f":[{"v":"\#($0)"}]}"# }
        let columns = [column("a", .int64)]
        let page = { (from: Int) in Array("{\"rows\":[\(rows[from...].joined(separator: ","))]}".utf8) }
        let whole = try convert(page(0), columns, format).output
        for length in 0..<page(0).count {
            for isTold in [true, false] {
                let converter = try RowConverter(columns: columns, format: format)
                try converter.push(Array(page(0)[..<length]))
                if isTold { #expect(throws: RowStreamError.self) { _ = try converter.finishPage() } }
                converter.abandonPage()
                try converter.push(page(Int(converter.rowCount)))
                _ = try converter.finishPage()
                try converter.finish()
                #expect(converter.takeOutput() == whole, "\(length) bytes")
            }
        }
    }

    @Test
    func `a page that is wrong cannot be given up`() throws {
        let converter = try RowConverter(columns: [], format: .ndjson(NDJSONSettings()))
        #expect(throws: RowStreamError.self) { try converter.push(Array("]".utf8)) }
        converter.abandonPage()
        #expect(throws: RowStreamError.self) { try converter.push(Array("{}".utf8)) }
    }
}
