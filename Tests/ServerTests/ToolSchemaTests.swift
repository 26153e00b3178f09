import JSON
import MCP
import Testing

@testable import Server

/// The schemas of the tools, against the decoders and against the answers of design 5.4.
struct ToolSchemaTests {
    static let all = [
        ToolDefinitions.listDatasets, ToolDefinitions.listTables, ToolDefinitions.describeTable,
        ToolDefinitions.estimateQuery, ToolDefinitions.query, ToolDefinitions.fetchPage, ToolDefinitions.getJob,
        ToolDefinitions.cancelJob, ToolDefinitions.searchSchema,
    ]

    @Test func `names, texts and roots are as clients want them`() {
        for tool in Self.all {
            #expect(tool.name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (0x61...0x7A).contains($0) })
            #expect((1...64).contains(tool.name.utf8.count))
            #expect(tool.description.contains("Example: {"))
            #expect(tool.description.count < 400)
            #expect(tool.inputSchema["type"] == "object")
            #expect(tool.inputSchema["additionalProperties"] == false)
            #expect(tool.outputSchema?["type"] == "object")
            #expect(!tool.annotations.openWorld)
        }
        #expect(Set(Self.all.map(\.name)).count == 9)
        #expect(Self.all.filter { !$0.annotations.readOnly }.map(\.name) == ["cancel_job"])
    }

    @Test func `the example in a description is what the tool takes`() throws {
        for tool in Self.all {
            let start = try #require(tool.description.firstRange(of: "Example: ")).upperBound
            let example = try JSONValue(parsing: String(tool.description[start...]))
            #expect(Schema.problems(example, tool.inputSchema) == [])
        }
    }

    /// For each tool one value for each argument that it declares, and its decoder.
    private static let samples:
        [(tool: ToolDefinition, arguments: JSONObject, decode: @Sendable (inout ArgumentReader) -> Bool)] = [
            (
                all[0], ["cursor": "c"],
                {
                    _ = ToolArguments.ListDatasets(&$0); return true
                }
            ),
            (all[1], ["dataset": "d", "cursor": "c"], { ToolArguments.ListTables(&$0) != nil }),
            (all[2], ["table": "t"], { ToolArguments.DescribeTable(&$0) != nil }),
            (all[3], ["sql": "s", "parameters": [:]], { ToolArguments.EstimateQuery(&$0) != nil }),
            (
                all[4], ["sql": "s", "parameters": [], "max_rows": 1, "max_bytes_billed": "9", "reason": "r"],
                { ToolArguments.Query(&$0) != nil }
            ),
            (all[5], ["cursor": "c", "max_rows": 2], { ToolArguments.FetchPage(&$0) != nil }),
            (all[6], ["job_id": "j", "wait_s": 25], { ToolArguments.GetJob(&$0) != nil }),
            (all[7], ["job_id": "j"], { ToolArguments.CancelJob(&$0) != nil }),
            (all[8], ["text": "t", "limit": 5], { ToolArguments.SearchSchema(&$0) != nil }),
        ]

    @Test func `a decoder takes exactly what its schema declares`() throws {
        for (tool, arguments, decode) in Self.samples {
            let declared = try #require(tool.inputSchema["properties"]?.objectValue)
            #expect(Set(declared.keys) == Set(arguments.keys), "\(tool.name)")
            #expect(Schema.problems(.object(arguments), tool.inputSchema) == [])
            var reader = ArgumentReader(arguments)
            #expect(decode(&reader))
            reader.finish()
            #expect(reader.problems == [], "\(tool.name)")
            let required = Set((tool.inputSchema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
            for name in arguments.keys {
                var fewer = arguments
                fewer[name] = nil
                var reader = ArgumentReader(fewer)
                _ = decode(&reader)
                reader.finish()
                #expect(reader.problems.isEmpty == !required.contains(name), "\(tool.name) without \(name)")
            }
        }
    }

    private static let page = """
        {"job": {"project": "demo", "location": "US", "job_id": "scrim_x"}, "session": "s", "status": "done",
         "columns": [{"name": "ssn", "type": "STRING", "mode": "NULLABLE",
                      "masked": {"tag": "pii.ssn", "rule": "LAST_FOUR_CHARACTERS"}},
                     {"name": "n", "type": "INT64", "mode": "NULLABLE", "masked": null}],
         "rows": [["XXXXX6789", 1], [null, {"a": [1.5, "x", true]}]], "row_count": 2, "total_rows": "2",
         "truncated": false, "next_cursor": null, "bytes_processed": "10485760", "cache_hit": false,
         "masked_columns": [{"table": "demo.bank.customers", "column": "ssn", "tag": "pii.ssn",
                             "rule": "LAST_FOUR_CHARACTERS"}], "notes": ["a note"]}
        """
    private static let running = """
        {"job": {"project": "demo", "location": "US", "job_id": "scrim_x"}, "session": "s", "status": "running"}
        """

    @Test(arguments: [
        (4, page), (5, page), (6, page), (4, running), (6, running),
        (0, #"{"datasets": [{"dataset": "bank", "location": "US", "description": null}], "next_cursor": null}"#),
        (1, #"{"tables": [{"table": "t", "type": "VIEW", "description": "d"}], "next_cursor": "c"}"#),
        (1, #"{"tables": [{"table": "t", "type": "TABLE", "rows": "5", "description": null}], "next_cursor": null}"#),
        (
            2,
            #"""
            {"table": "t", "type": "TABLE", "columns": [{"name": "a.b", "type": "STRING", "mode": "REPEATED",
             "description": null, "masked": {"tag": null, "rule": "DENY"}}], "partitioning": "day",
             "clustering": ["a"], "notes": []}
            """#
        ),
        (
            3,
            #"""
            {"columns": [{"name": "n", "type": "INT64", "mode": "NULLABLE", "masked": null}], "masked_columns": [],
             "bytes_processed": "0", "rewritten_sql": "SELECT 1", "notes": []}
            """#
        ),
        (7, #"{"job": {"project": "p", "location": "US", "job_id": "j"}, "status": "cancelled"}"#),
        (
            8,
            #"""
            {"matches": [{"table": "t", "type": "TABLE"}, {"table": "t", "column": "a.b", "type": "STRING",
             "masked": {"tag": "pii", "rule": "SHA256"}}, {"table": "t", "column": "c", "masked": null}]}
            """#
        ),
    ])
    func `answers of the design fit the output schemas`(tool: Int, answer: String) throws {
        let schema = try #require(Self.all[tool].outputSchema)
        #expect(Schema.problems(try JSONValue(parsing: answer), schema) == [])
    }

    @Test func `an answer that lacks what is promised does not fit`() throws {
        #expect(Schema.problems(["status": "done"], ToolSchemas.page) == ["/ lacks job", "/ lacks session"])
        var page = try #require(try JSONValue(parsing: Self.page).objectValue)
        page["rows"] = ["x"]
        #expect(Schema.problems(.object(page), ToolSchemas.page) == ["/rows/0 is no array"])
    }
}

/// As much of JSON Schema as the tools use: type, properties, required, items, anyOf, bounds, additionalProperties.
enum Schema {
    static func problems(_ value: JSONValue, _ schema: JSONObject, at path: String = "/") -> [String] {
        var problems: [String] = []
        let types = schema["type"]?.arrayValue ?? schema["type"].map { [$0] } ?? []
        if !types.isEmpty, !types.contains(where: { has(value, type: $0.stringValue ?? "") }) {
            return ["\(path) is no \(types.compactMap(\.stringValue).joined(separator: " or "))"]
        }
        if let choices = schema["anyOf"]?.arrayValue?.compactMap(\.objectValue),
            choices.allSatisfy({ !Self.problems(value, $0).isEmpty })
        {
            problems.append("\(path) fits no choice")
        }
        if let least = schema["minimum"]?.integerValue, let number = value.integerValue, number < least {
            problems.append("\(path) is too small")
        }
        if let most = schema["maximum"]?.integerValue, let number = value.integerValue, number > most {
            problems.append("\(path) is too large")
        }
        let base = path == "/" ? "" : path
        if let object = value.objectValue {
            let properties = schema["properties"]?.objectValue ?? [:]
            for name in (schema["required"]?.arrayValue ?? []).compactMap(\.stringValue) where object[name] == nil {
                problems.append("\(path) lacks \(name)")
            }
            for (name, member) in object {
                if let inner = properties[name]?.objectValue {
                    problems += Self.problems(member, inner, at: "\(base)/\(name)")
                } else if schema["additionalProperties"] == false {
                    problems.append("\(path) must not have \(name)")
                }
            }
        }
        if let items = schema["items"]?.objectValue {
            for (index, item) in (value.arrayValue ?? []).enumerated() {
                problems += Self.problems(item, items, at: "\(base)/\(index)")
            }
        }
        return problems
    }

    private static func has(_ value: JSONValue, type: String) -> Bool {
        switch value {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .integer: type == "integer" || type == "number"
        case .double: type == "number"
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}
