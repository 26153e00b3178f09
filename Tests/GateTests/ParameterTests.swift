import Catalog
import JSON
import Masking
import Testing

@testable import Gate

@Suite("Query parameters")
struct ParameterTests {
    @Test(arguments: [
        ("INT64", ParameterType.scalar(.int64)),
        ("string", .scalar(.string)),
        ("ARRAY<INT64>", .array(of: .scalar(.int64))),
        (
            "ARRAY< STRUCT<a INT64, b ARRAY<STRING>> >",
            .array(
                of: .structure([
                    .init(name: "a", type: .scalar(.int64)), .init(name: "b", type: .array(of: .scalar(.string))),
                ])
            )
        ),
        (
            "STRUCT<INT64, x DATE>",
            .structure([
                .init(name: "", type: .scalar(.int64)), .init(name: "x", type: .scalar(.date)),
            ])
        ),
        ("RANGE<DATE>", .range(of: .date)),
    ])
    func `types are read as callers write them`(text: String, type: ParameterType) {
        #expect(ParameterTypeText.parse(text) == type)
    }

    @Test(arguments: ["", "INT", "ARRAY<ARRAY<INT64>>", "ARRAY<INT64", "INT64>", "STRUCT<>", "RANGE<INT64>", "INT64 x"])
    func `anything else is no type`(text: String) {
        #expect(ParameterTypeText.parse(text) == nil)
    }

    @Test
    func `types nested without end are refused`() {
        let text = String(repeating: "STRUCT<", count: 10_000)
        #expect(ParameterTypeText.parse(text) == nil)
    }

    @Test
    func `named and positional parameters are decoded with their values`() throws {
        let named = try QueryParameterDecoding.decode(["n": ["type": "INT64", "value": "7"]])
        #expect(named == [QueryParameter(name: "n", type: .scalar(.int64), value: .scalar("7"))])
        let positional = try QueryParameterDecoding.decode([["type": "ARRAY<STRING>", "value": ["a", nil]]])
        #expect(
            positional == [
                QueryParameter(name: "", type: .array(of: .scalar(.string)), value: .array([.scalar("a"), .null]))
            ]
        )
    }

    @Test
    func `every parameter that cannot be read is named at once`() throws {
        let failure = #expect(throws: GateFailure.self) {
            try QueryParameterDecoding.decode(["a": "7", "b": ["type": "NO"], "c": ["type": "INT64", "value": 1]])
        }
        #expect(failure?.refusals.map(\.code) == ["parameter.malformed", "parameter.malformed"])
        let message = failure?.refusals.map(\.message).joined() ?? ""
        #expect(message.contains("`a`") && message.contains("`b`") && !message.contains("`c`"))
    }
}
