import JSON
import Testing

@testable import Server

/// Decoding of tool arguments: strict, and with all problems at once.
struct ArgumentTests {
    private func problems<Arguments>(
        _ arguments: JSONObject,
        _ decode: (inout ArgumentReader) -> Arguments?
    ) -> [String] {
        var reader = ArgumentReader(arguments)
        _ = decode(&reader)
        reader.finish()
        return reader.problems.map { "\($0.code.rawValue) \($0.message)" }
    }

    private func query(_ arguments: JSONObject) -> ToolArguments.Query? {
        var reader = ArgumentReader(arguments)
        let decoded = ToolArguments.Query(&reader)
        reader.finish()
        return reader.problems.isEmpty ? decoded : nil
    }

    @Test func `a query is decoded`() throws {
        let parameters: JSONValue = ["k": ["type": "INT64", "value": "7"]]
        let decoded = try #require(
            query([
                "sql": "SELECT 1", "parameters": parameters, "max_rows": 20, "max_bytes_billed": 1_000,
                "reason": "audit",
            ])
        )
        #expect(decoded.sql == "SELECT 1")
        #expect(decoded.parameters == parameters)
        #expect(decoded.maxRows == 20)
        #expect(decoded.maxBytesBilled == 1_000)
        #expect(decoded.reason == "audit")
    }

    @Test func `null counts as left out`() throws {
        let decoded = try #require(
            query(["sql": "SELECT 1", "parameters": nil, "max_rows": nil, "max_bytes_billed": nil, "reason": nil])
        )
        #expect(decoded.parameters == nil)
        #expect(decoded.maxRows == nil)
        #expect(decoded.maxBytesBilled == nil)
        #expect(decoded.reason == nil)
    }

    @Test(
        arguments: [
            (JSONValue.integer(1), 1), ("1", 1), ("0009", 9), ("9223372036854775807", Int64.max),
            ("99999999999999999999", Int64.max), (.double(1e9), 1_000_000_000),
        ] as [(JSONValue, Int64)]
    )
    func `bytes may be digits in a string`(value: JSONValue, expected: Int64) {
        #expect(query(["sql": "x", "max_bytes_billed": value])?.maxBytesBilled == expected)
    }

    @Test(
        arguments: ["", "-1", "1GB", "1.5", " 1", "0x10", "１", .bool(true), .double(0.5), .array([1])] as [JSONValue]
    )
    func `bytes in any other form are a wrong type`(value: JSONValue) {
        let found = problems(["sql": "x", "max_bytes_billed": value]) { ToolArguments.Query(&$0) }
        #expect(found == ["parameter.argument_type `max_bytes_billed` must be a whole number"])
    }

    @Test(
        arguments: [
            ("max_rows", 0), ("max_rows", -1), ("max_rows", 1_000_001), ("max_bytes_billed", 0),
            ("max_bytes_billed", -5),
            ("max_bytes_billed", "0"),
        ] as [(String, JSONValue)]
    )
    func `numbers out of range are refused`(name: String, value: JSONValue) {
        let found = problems(["sql": "x", name: value]) { ToolArguments.Query(&$0) }
        #expect(found == ["parameter.argument_range `\(name)` is out of range"])
    }

    @Test(arguments: ["x", .integer(1), .bool(false), .double(1)] as [JSONValue])
    func `parameters are an object or an array`(value: JSONValue) {
        let found = problems(["sql": "x", "parameters": value]) { ToolArguments.Query(&$0) }
        #expect(found == ["parameter.argument_type `parameters` must be an object or an array"])
        #expect(query(["sql": "x", "parameters": []])?.parameters == [])
    }

    @Test func `all problems are named at once`() {
        let found = problems(["sq": "x", "max_rows": "5", "max_bytes_billed": true, "reason": 1, "extra": nil]) {
            ToolArguments.Query(&$0)
        }
        #expect(
            found == [
                "parameter.argument_missing `sql` is missing",
                "parameter.argument_type `max_rows` must be a whole number",
                "parameter.argument_type `max_bytes_billed` must be a whole number",
                "parameter.argument_type `reason` must be a string",
                "parameter.argument_unknown `sq` is no argument of this tool",
                "parameter.argument_unknown `extra` is no argument of this tool",
            ]
        )
    }

    @Test func `many unknown names are counted, long ones cut`() {
        var arguments: JSONObject = [:]
        for number in 0..<1000 { arguments[String(repeating: "n", count: 500) + "\(number)"] = 1 }
        let found = problems(arguments) { ToolArguments.ListDatasets(&$0) }
        #expect(found.count == 9)
        #expect(found.allSatisfy { $0.utf8.count < 150 })
        #expect(found.last == "parameter.argument_unknown 992 more names are no arguments of this tool")
    }

    @Test func `an estimate takes no limits`() {
        let found = problems(["sql": "x", "max_rows": 1]) { ToolArguments.EstimateQuery(&$0) }
        #expect(found == ["parameter.argument_unknown `max_rows` is no argument of this tool"])
    }

    @Test(arguments: [("wait_s", 26), ("wait_s", -1)] as [(String, JSONValue)])
    func `a wait ends after 25 seconds`(name: String, value: JSONValue) {
        #expect(problems(["job_id": "j", name: value]) { ToolArguments.GetJob(&$0) }.count == 1)
        #expect(problems(["job_id": "j", "wait_s": 25]) { ToolArguments.GetJob(&$0) }.isEmpty)
    }

    @Test func `what must be there must be text and not empty`() {
        for value in ["", .integer(1), .null, .object([:])] as [JSONValue] {
            #expect(problems(["table": value]) { ToolArguments.DescribeTable(&$0) }.count == 1)
            #expect(problems(["dataset": value]) { ToolArguments.ListTables(&$0) }.count == 1)
            #expect(problems(["cursor": value]) { ToolArguments.FetchPage(&$0) }.count == 1)
            #expect(problems(["job_id": value]) { ToolArguments.CancelJob(&$0) }.count == 1)
        }
    }

    @Test func `a refusal has the form of all refusals`() throws {
        var reader = ArgumentReader([:])
        _ = reader.text("sql")
        #expect(
            reader.refusal == [
                "refused": [
                    [
                        "code": "parameter.argument_missing", "message": "`sql` is missing", "line": nil, "column": nil,
                        "fix": "give `sql`, a string",
                    ]
                ]
            ]
        )
    }
}
