import JSON
import Testing

@Suite("JSON writing")
struct JSONSerializationTests {
    static let forms: [(JSONValue, String)] = [
        (JSONValue.null, "null"), (true, "true"), (.integer(.min), "-9223372036854775808"), (0.1, "0.1"),
        (1e21, "1e+21"), (.double(.leastNonzeroMagnitude), "5e-324"), (-0.0, "-0.0"), (.double(.nan), "null"),
        (.double(.infinity), "null"),
        ("a\"\\\u{8}\u{9}\u{A}\u{C}\u{D}\u{1}\u{7F}/é😀", "\"a\\\"\\\\\\b\\t\\n\\f\\r\\u0001\u{7F}/é😀\""),
        ([1, [], "x"], "[1,[],\"x\"]"), (["b": 1, "a": [:]], "{\"b\":1,\"a\":{}}"),
    ]

    @Test(arguments: forms)
    func `a value is written in its shortest form`(value: JSONValue, expected: String) {
        #expect(value.text == expected)
    }

    @Test
    func `what is written reads back as the same value`() throws {
        let doubles: [Double] = [0.1, 1.0 / 3, 1e300, -2.5e-300, .greatestFiniteMagnitude, .leastNonzeroMagnitude]
        let everyCharacter = String(String.UnicodeScalarView((0..<0x3000).compactMap(Unicode.Scalar.init)))
        let value: JSONValue = [
            "doubles": .array(doubles.map(JSONValue.double)), "text": .string(everyCharacter),
            "a\"\\\n": [nil, true, false, .integer(.max)],
        ]
        #expect(try JSONValue(parsing: value.serialized()) == value)
    }

    @Test
    func `members can be replaced and removed`() {
        var object: JSONObject = ["a": 1, "b": 2, "c": 3]
        object["b"] = nil
        object["a"] = "x"
        object["d"] = 4
        #expect(JSONValue.object(object).text == "{\"a\":\"x\",\"c\":3,\"d\":4}")
        #expect(object == ["d": 4, "c": 3, "a": "x"])
    }

    @Test
    func `a table's schema comes back byte for byte`() throws {
        // What a change of tags sends back: members that nobody knows, large numbers as texts and as numbers, texts of
        // every kind, and the order of members.
        let text =
            #"{"fields":[{"name":"id","type":"INTEGER","maxLength":"9223372036854775807","#
            + #""future":[9223372036854775807,-9223372036854775808,0,true,null,{}],"#
            + #""description":"Größe 数 😀 \"q\" \\ \n é "# + "e\u{301} \u{2028}\","
            + #""defaultValueExpression":"'a\"b' || 1.50"},{"name":"p","type":"RANGE","#
            + #""rangeElementType":{"type":"DATE"},"timestampPrecision":"12","z":"","a":"1e400"}]}"#
        #expect(try JSONValue(parsing: text).text == text)
    }
}
