import JSON
import Testing

@Suite("JSON reader")
struct JSONReaderTests {
    @Test
    func `errors name the full path and never the value`() throws {
        var reader = try JSONReader(JSONValue(parsing: #"{"a":{"b":[{"c":"secret"}]}}"#))
        var inner = try reader.object("a")
        var elements = try inner.objects("b")
        let wrong = #expect(throws: JSONError.self) { try elements[0].integer("c") }
        #expect(wrong?.description == "`a.b[0].c` must be a whole number, not a string")
        let missing = #expect(throws: JSONError.self) { try elements[0].string("d") }
        #expect(missing?.description == "`a.b[0].d` is missing")
        #expect(missing?.code == .missingKey)
    }

    @Test
    func `members of every type are read`() throws {
        let text = #"{"s":"x","i":7,"w":3.0,"d":1.5,"b":true,"t":"12","n":null,"l":["a","b"]}"#
        var reader = try JSONReader(JSONValue(parsing: text))
        #expect(try reader.string("s") == "x")
        #expect(try reader.integer("i") == 7)
        #expect(try reader.integer("w") == 3)
        #expect(try reader.double("d") == 1.5)
        #expect(try reader.bool("b"))
        #expect(try reader.optionalIntegerText("t") == 12)
        #expect(try reader.optionalString("n") == nil)
        #expect(try reader.optionalObject("absent") == nil)
        #expect(try reader.strings("l") == ["a", "b"])
        #expect(throws: Never.self) { try reader.finish() }
    }

    @Test
    func `unknown keys are refused where asked`() throws {
        var reader = try JSONReader(JSONValue(parsing: #"{"known":1,"other":2,"more":3}"#))
        _ = try reader.integer("known")
        let error = #expect(throws: JSONError.self) { try reader.finish() }
        #expect(error?.description == "unknown keys `other`, `more`")
        #expect(error?.code == .unknownKey)
    }

    @Test
    func `a document of another type is refused`() {
        let error = #expect(throws: JSONError.self) { try JSONReader([1]) }
        #expect(error?.description == "the document must be an object, not an array")
    }
}
