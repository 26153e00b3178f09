import Catalog
import JSON
import Masking
import Testing

@testable import BigQuery

@Suite("Job bodies")
struct QueryJobBodyTests {
    static func body(
        _ parameters: [QueryParameter] = [],
        jobID: String? = "scrim_s_r",
        options: JobOptions? = nil
    ) throws -> String {
        let body = QueryJobBody(
            sql: "SELECT \"é\"\n",
            parameters: parameters,
            project: "demo",
            location: "US",
            jobID: jobID,
            options: options
        )
        return String(decoding: try body.serialized(), as: UTF8.self)
    }

    @Test
    func `a job's body has these bytes and no others`() throws {
        let options = try JobOptions(
            labels: ["scrim_session": "abc", "scrim_request": "r-1"],
            bytesBilledMax: 100_000_000_000,
            timeout: .milliseconds(300_500)
        )
        let parameter = QueryParameter(name: "p", type: .scalar(.int64), value: .scalar("7"))
        #expect(
            try Self.body([parameter], options: options)
                == #"{"jobReference":{"projectId":"demo","jobId":"scrim_s_r","location":"US"},"configuration":"#
                + #"{"jobTimeoutMs":"300500","labels":{"scrim_request":"r-1","scrim_session":"abc"},"query":"#
                + #"{"query":"SELECT \"é\"\n","useLegacySql":false,"useQueryCache":false,"priority":"INTERACTIVE","#
                + #""maximumBytesBilled":"100000000000","parameterMode":"NAMED","queryParameters":"#
                + #"[{"name":"p","parameterType":{"type":"INT64"},"parameterValue":{"value":"7"}}]}}}"#
        )
    }

    @Test
    func `a dry run names no job`() throws {
        #expect(
            try Self.body(jobID: nil)
                == #"{"jobReference":{"projectId":"demo","location":"US"},"configuration":{"dryRun":true,"query":"#
                + #"{"query":"SELECT \"é\"\n","useLegacySql":false,"useQueryCache":false,"priority":"INTERACTIVE","#
                + #""parameterMode":"NAMED"}}}"#
        )
    }

    static let parameters: [(ParameterType, ParameterValue, String, String)] = [
        (.scalar(.bytes), .scalar("AP8="), #"{"type":"BYTES"}"#, #"{"value":"AP8="}"#),
        (.scalar(.string), .null, #"{"type":"STRING"}"#, #"{"value":null}"#),
        (
            .array(of: .scalar(.date)), .array([.scalar("2024-01-01"), .null]),
            #"{"type":"ARRAY","arrayType":{"type":"DATE"}}"#,
            #"{"arrayValues":[{"value":"2024-01-01"},{"value":null}]}"#
        ),
        (
            .structure([.init(name: "a", type: .scalar(.bool)), .init(name: "b", type: .array(of: .scalar(.int64)))]),
            .structure([.scalar("true"), .array([])]),
            #"{"type":"STRUCT","structTypes":[{"name":"a","type":{"type":"BOOL"}},{"name":"b","type":"#
                + #"{"type":"ARRAY","arrayType":{"type":"INT64"}}}]}"#,
            #"{"structValues":{"a":{"value":"true"},"b":{"arrayValues":[]}}}"#
        ),
        (
            .range(of: .date), .range(start: "2024-01-01", end: nil),
            #"{"type":"RANGE","rangeElementType":{"type":"DATE"}}"#,
            #"{"rangeValue":{"start":{"value":"2024-01-01"},"end":{"value":null}}}"#
        ),
    ]

    @Test(arguments: parameters)
    func `parameters of every shape`(type: ParameterType, value: ParameterValue, typeText: String, valueText: String)
        throws
    {
        let encoded = try QueryParameter(name: "p", type: type, value: value).encoded()
        #expect(encoded["parameterType"]?.text == typeText)
        #expect(encoded["parameterValue"]?.text == valueText)
    }

    static let refused: [QueryParameter] = [
        QueryParameter(name: "", type: .scalar(.int64), value: .scalar("7")),
        QueryParameter(name: "p", type: .scalar(.int64), value: .array([])),
        QueryParameter(name: "p", type: .array(of: .scalar(.int64)), value: .scalar("7")),
        QueryParameter(name: "p", type: .structure([.init(name: "a", type: .scalar(.bool))]), value: .structure([])),
        QueryParameter(
            name: "p",
            type: .structure([.init(name: "a", type: .scalar(.bool)), .init(name: "a", type: .scalar(.bool))]),
            value: .structure([.null, .null])
        ),
    ]

    @Test(arguments: refused)
    func `a parameter that REST cannot carry is refused`(parameter: QueryParameter) {
        let error = #expect(throws: BigQueryError.self) { try parameter.encoded() }
        #expect(error?.reason == .invalidRequest)
        #expect(error?.mayHaveBeenSent == false)
    }

    @Test(arguments: [
        ["Upper": "x"], ["1": "x"], ["": "x"], ["a": "UPPER"], ["a": "x y"], ["a": String(repeating: "x", count: 64)],
        [String(repeating: "x", count: 64): ""],
    ])
    func `labels that BigQuery would not take are refused`(labels: [String: String]) {
        #expect(throws: BigQueryError.self) {
            try JobOptions(labels: labels, bytesBilledMax: 1, timeout: .seconds(1))
        }
    }

    @Test
    func `a body over BigQuery's limit is refused`() throws {
        let sql = String(repeating: "x", count: QueryJobBody.bytesMax)
        let body = QueryJobBody(sql: sql, parameters: [], project: "p", location: "US", jobID: "j", options: nil)
        #expect(throws: BigQueryError.self) { try body.serialized() }
    }
}
