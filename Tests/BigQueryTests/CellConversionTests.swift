import Catalog
import JSON
import Testing

@testable import BigQuery

@Suite("Cells")
struct CellConversionTests {
    static let scalars: [(ScalarType, JSONValue, JSONValue)] = [
        (.int64, "0", 0), (.int64, "-7", -7),
        (.int64, "9007199254740992", 9_007_199_254_740_992), (.int64, "-9007199254740992", -9_007_199_254_740_992),
        (.int64, "9007199254740993", "9007199254740993"), (.int64, "-9007199254740993", "-9007199254740993"),
        (.int64, "9223372036854775807", "9223372036854775807"),
        (.int64, "-9223372036854775808", "-9223372036854775808"),
        (.bool, "true", true), (.bool, "false", false),
        (.float64, "1.5", 1.5), (.float64, "1.0E10", 1e10), (.float64, "-0.0", .double(-0.0)),
        (.float64, "1.7976931348623157E308", .double(.greatestFiniteMagnitude)),
        (.float64, "5.0E-324", .double(.leastNonzeroMagnitude)),
        (.float64, "NaN", "NaN"), (.float64, "Infinity", "Infinity"), (.float64, "-Infinity", "-Infinity"),
        (.float64, "inf", "Infinity"), (.float64, "-inf", "-Infinity"),
        (.numeric, "99999999999999999999999999999.999999999", "99999999999999999999999999999.999999999"),
        (.bignumeric, "-0.00000000000000000000000000000000000001", "-0.00000000000000000000000000000000000001"),
        (.string, "", ""), (.string, "é\n\"", "é\n\""), (.bytes, "AP8=", "AP8="),
        (.date, "0001-01-01", "0001-01-01"), (.datetime, "9999-12-31T23:59:59.999999", "9999-12-31T23:59:59.999999"),
        (.time, "23:59:59.999999", "23:59:59.999999"), (.json, "{\"a\":[1,null]}", "{\"a\":[1,null]}"),
        (.geography, "POINT(1 2)", "POINT(1 2)"), (.interval, "1-2 3 4:5:6.789", "1-2 3 4:5:6.789"),
        (.timestamp, "0", "1970-01-01T00:00:00.000000Z"), (.timestamp, "-1", "1969-12-31T23:59:59.999999Z"),
        (.timestamp, "-62135596800000000", "0001-01-01T00:00:00.000000Z"),
        (.timestamp, "253402300799999999", "9999-12-31T23:59:59.999999Z"),
        (.timestamp, "951782400000001", "2000-02-29T00:00:00.000001Z"),
        (.timestamp, "951868799999999", "2000-02-29T23:59:59.999999Z"),
        (.timestamp, "4107542400000000", "2100-03-01T00:00:00.000000Z"),
        (.timestamp, "-2203891200000000", "1900-03-01T00:00:00.000000Z"),
        (.timestamp, "1709210096123456", "2024-02-29T12:34:56.123456Z"),
    ]

    @Test(arguments: scalars)
    func `every scalar keeps its value`(type: ScalarType, cell: JSONValue, expected: JSONValue) throws {
        let converted = try CellConversion.convert(cell, Column(name: "c", type: .scalar(type)))
        #expect(converted == expected)
        #expect(converted.text == expected.text)
    }

    @Test(arguments: ScalarType.allCases)
    func `NULL is null for every type`(type: ScalarType) throws {
        #expect(try CellConversion.convert(.null, Column(name: "c", type: .scalar(type))) == .null)
    }

    static let wrong: [(ScalarType, JSONValue)] = [
        (.int64, "1.0"), (.int64, "9223372036854775808"), (.int64, 1), (.bool, "1"), (.float64, "x"),
        (.timestamp, "1.5E9"), (.timestamp, "253402300800000000"), (.timestamp, "-62135596800000001"),
        (.timestamp, "2024-01-01T00:00:00Z"), (.string, ["f": []]), (.string, []),
    ]

    @Test(arguments: wrong)
    func `a cell of another type is refused without being shown`(type: ScalarType, cell: JSONValue) {
        let error = #expect(throws: BigQueryError.self) {
            try CellConversion.convert(cell, Column(name: "c", type: .scalar(type)))
        }
        #expect(error?.description == "what answered is not BigQuery: a cell is not of its column's type")
    }

    @Test
    func `arrays and records nest, and NULL elements stay`() throws {
        let inner = Column(name: "n", type: .scalar(.int64), mode: .repeated)
        let record = Column(
            name: "r",
            type: .record([Column(name: "s", type: .scalar(.string)), inner]),
            mode: .repeated
        )
        let cell = try JSONValue(
            parsing: """
                [{"v": {"f": [{"v": "x"}, {"v": [{"v": "1"}, {"v": null}]}]}}, {"v": null},
                 {"v": {"f": [{"v": null}, {"v": []}]}}]
                """
        )
        #expect(
            try CellConversion.convert(cell, record) == [["s": "x", "n": [1, nil]], nil, ["s": nil, "n": []]]
        )
        #expect(try CellConversion.convert(.null, record) == [])
        #expect(try CellConversion.convert([], record) == [])
    }

    @Test
    func `fields of one name, or none, are all kept`() throws {
        let fields = ["a", "a", "", "b"].map { Column(name: $0, type: .scalar(.string)) }
        let cell: JSONValue = ["f": [["v": "1"], ["v": "2"], ["v": "3"], ["v": "4"]]]
        let converted = try CellConversion.convert(cell, Column(name: "r", type: .record(fields)))
        #expect(converted.text == #"{"a":"1","_field_2":"2","_field_3":"3","b":"4"}"#)
        #expect(try CellConversion.convert(["f": []], Column(name: "e", type: .record([]))) == [:])
    }

    @Test
    func `ranges of timestamps are ISO 8601 too`() throws {
        let column = Column(name: "c", type: .range(of: .timestamp))
        let dates = Column(name: "c", type: .range(of: .date))
        #expect(
            try CellConversion.convert("[0, 1000000)", column)
                == "[1970-01-01T00:00:00.000000Z, 1970-01-01T00:00:01.000000Z)"
        )
        #expect(
            try CellConversion.convert("[UNBOUNDED, 0)", column) == "[UNBOUNDED, 1970-01-01T00:00:00.000000Z)"
        )
        #expect(try CellConversion.convert("[2024-01-01, UNBOUNDED)", dates) == "[2024-01-01, UNBOUNDED)")
        #expect(throws: BigQueryError.self) { try CellConversion.convert("[0, 1, 2)", column) }
    }

    @Test
    func `a type that is not known, and a row of another width, are refused`() {
        #expect(throws: BigQueryError.self) {
            try CellConversion.convert("x", Column(name: "c", type: .unknown("VECTOR")))
        }
        #expect(throws: BigQueryError.self) {
            try CellConversion.row(["x", "y"], [Column(name: "c", type: .scalar(.string))])
        }
    }

    @Test
    func `a page's rows must have a cell for every column`() throws {
        let schema = #""schema": {"fields": [{"name": "a", "type": "STRING"}, {"name": "b", "type": "INTEGER"}]}"#
        let rows = #""rows": [{"f": [{"v": "x"}, {"v": "1"}]}]"#
        let good = #"{"jobComplete": true, "totalRows": "2", "pageToken": "p", \#(schema), \#(rows)}"#
        let page = try ResultPage(JSONReader(JSONValue(parsing: good)))
        #expect(page.rows == [["x", "1"]])
        #expect(page.totalRows == 2)
        #expect(page.nextPageToken == "p")
        let short = good.replacing(#", {"v": "1"}"#, with: "")
        #expect(throws: JSONError.self) { try ResultPage(JSONReader(JSONValue(parsing: short))) }
        let running = try ResultPage(JSONReader(JSONValue(parsing: #"{"jobComplete": false}"#)))
        #expect(!running.isComplete)
    }
}
