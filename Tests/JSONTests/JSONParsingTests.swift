import JSON
import Testing

@Suite("JSON parsing")
struct JSONParsingTests {
    static let documents: [(String, JSONValue)] = [
        ("null", JSONValue.null), ("true", true), ("false", false), ("0", 0), (" 12 ", 12), ("-7", -7),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("1.5", 1.5), ("1e3", 1000.0), ("1E-2", 0.01), ("-0.0", -0.0), ("1.0", 1.0),
        ("\"\"", ""), ("\"a\\u0000b\"", "a\u{0}b"), ("\"\\ud83d\\ude00\"", "😀"), ("\"é\\n\\/\"", "é\n/"),
        ("[]", []), ("[[],[1,\"x\"]]", [[], [1, "x"]]), ("{}", [:]),
        ("{\"b\":1,\"a\":{\"c\":[null]}}", ["b": 1, "a": ["c": [nil]]]),
    ]

    @Test(arguments: documents)
    func `a valid document becomes its value`(text: String, expected: JSONValue) throws {
        #expect(try JSONValue(parsing: text) == expected)
    }

    @Test(arguments: [
        "", " ", "nul", "NaN", "Infinity", "-Infinity", "'a'", "{'a':1}", "{a:1}", "[1,]", "[,1]", "{\"a\":1,}",
        "{\"a\"}", "{\"a\" 1}", "[1 2]", "[1", "{", "\"a", "\"\t\"", "\"\\x\"", "\"\\u12\"", "\"\\ud800\"",
        "\"\\ude00\"", "\"\\ud800\\u0041\"", "01", "-", "+1", ".5", "1.", "1e", "0x1", "1 2", "{} x", "[1]]",
        "/* c */ 1", "1 // c", "{\"a\\u0000\":1}", "\u{FEFF}1", "}", "]", "tru", "[1}", "{\"a\":1]",
    ])
    func `what RFC 8259 does not allow is refused`(text: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.code == .syntax)
    }

    @Test(arguments: [
        [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF5, 0x80, 0x80, 0x80, 0x22],
        [0x22, 0xE2, 0x82, 0x22], [0x22, 0x80, 0x22], [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x31, 0x00],
    ])
    func `bytes that are no UTF-8 text are refused`(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }

    @Test(arguments: ["{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "[{\"x\":{\"k\":1,\"j\":2,\"k\":3}}]"])
    func `two members of one name are refused, however they are written`(text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect((try? JSONValue(parsing: text)) == nil)
    }

    @Test(arguments: ["9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "1e400"])
    func `a number that would be changed is refused`(text: String) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
        #expect(error?.code == .numberRange)
    }

    @Test
    func `nesting up to the limit is read and one level more is refused`() throws {
        let limits = JSONLimits(depthMax: 40)
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + "1" + String(repeating: "]", count: depth)
        }
        var value = try JSONValue(parsing: nested(40), limits: limits)
        for _ in 0..<40 { value = try #require(value[0]) }
        #expect(value == 1)
        #expect(throws: JSONError.self) { try JSONValue(parsing: nested(41), limits: limits) }
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: nested(1_000_000)) }
        #expect(error?.code == .limit)
    }

    @Test
    func `a document over the size limit is refused`() {
        let error = #expect(throws: JSONError.self) {
            try JSONValue(parsing: "\"aaaaaaaaaa\"", limits: JSONLimits(bytesMax: 11))
        }
        #expect(error?.code == .limit)
    }

    @Test
    func `every prefix of a document is refused without a crash`() {
        let text = Array(#"{"a":[1,-2.5e+3,"x\u00e9\ud83d\ude00",true,null],"b":{"c":"é"}}"#.utf8)
        for count in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: Array(text.prefix(count))) }
        }
        #expect(throws: Never.self) { try JSONValue(parsing: text) }
    }

    @Test
    func `an object of many members keeps its order and finds each`() throws {
        let text = "{" + (0..<500).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"
        let object = try #require(JSONValue(parsing: text).objectValue)
        #expect(object.keys == (0..<500).map { "k\($0)" })
        #expect(object["k499"] == 499)
        #expect(object["k500"] == nil)
    }
}
