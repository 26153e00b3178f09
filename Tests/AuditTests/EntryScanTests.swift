import JSON
import Testing

@testable import Audit

private let plain = [
    #"{}"#, #"{"seq":0,"time":"2026-11-22T18:27:00.123456Z","type":"server_stopped","reason":"SIGTERM"}"#,
    #"{"a":[],"b":{},"c":[1,-20,0,true,false,null,"x\n\"\\\/y",{"a":[[]]}],"d":999999999999999999}"#,
    #"{"a":{"a":1},"b":{"a":1},"aa":"{\"a\":1,\"a\":2}"}"#,
]

@Test(arguments: plain)
func `an entry of the usual form is known to be an object without reading it whole`(text: String) {
    #expect(EntryScan.isPlainObject(Array(text.utf8)[...]))
    // A slice that begins elsewhere.
    #expect(EntryScan.isPlainObject(Array("xx\(text)yy".utf8)[2..<(2 + text.utf8.count)]))
}

@Test(
    arguments: [
        "", "{", "}", "[]", "1", #"{"a":1}x"#, #"{"a":1,}"#, #"{"a"}"#, #"{"a":}"#, #"{a:1}"#, #"{"a":01}"#,
        #"{"a":-}"#,
        #"{"a":1,"a":2}"#, #"{"b":{"a":1,"c":2,"a":3}}"#, #"{"a":[1,]}"#, #"{"a":tru}"#, #"{"a":"x}"#, #"{"a":"\x"}"#,
        "{\"a\":\"\u{1}\"}", #"{"a":1]"#, #"{"a":[1}"#, #"{"a":+1}"#, #"{"a":NaN}"#, #"{'a':1}"#, #"{"a":1 2}"#,
    ]
)
func `what is no object of different names is not known to be one`(text: String) {
    #expect(!EntryScan.isPlainObject(Array(text.utf8)[...]))
    #expect(!JSONValue.isObject(Array(text.utf8)))
}

@Test
func `whatever is known to be an object is one for a whole reader`() {
    var random = SeededGenerator(state: 3)
    let bytes = Array(#"{}[]",:\ 0123456789-+.eEtruefalsnbx"#.utf8) + [0, 0x0A, 0x7F, 0x80, 0xC3, 0xA9, 0xED]
    var (known, unknown) = (0, 0)
    for number in 0..<40_000 {
        var text = Array(plain[number % plain.count].utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let index = Int.random(in: text.indices, using: &random)
            let byte = bytes[Int.random(in: bytes.indices, using: &random)]
            switch Int.random(in: 0..<3, using: &random) {
            case 0: text[index] = byte
            case 1: text.insert(byte, at: index)
            default: if text.count > 1 { text.remove(at: index) }
            }
        }
        guard EntryScan.isPlainObject(text[...]) else {
            unknown += 1
            continue
        }
        known += 1
        #expect(JSONValue.isObject(text), "\(String(decoding: text, as: UTF8.self))")
    }
    #expect(known > 2000 && unknown > 2000, "\(known), \(unknown)")
}
