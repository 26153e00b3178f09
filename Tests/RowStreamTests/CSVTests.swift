import Catalog
import RowStream
import Testing

@Suite("Comma-separated values")
struct CSVTests {
    private func cell(_ text: String, _ settings: CSVSettings) throws -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"", "\\": "\\\(scalar)"
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: String(scalar)
            }
        }.joined()
        let page = #"{"rows":[{"f":[{"v":""# + escaped + #""},{"v":"z"}]}]}"#
        let settings = CSVSettings(hasHeader: false, defusesFormulas: settings.defusesFormulas)
        let line = try convert(page, [column("a", .string), column("z", .string)], .csv(settings)).text
        #expect(line.hasSuffix(",z\r\n"))
        return String(line.utf8.dropLast(4)) ?? ""
    }

    static let quoted: [(String, String)] = [
        ("plain", "plain"), ("", "\"\""), ("a,b", "\"a,b\""), ("a\"b", "\"a\"\"b\""), ("a\nb", "\"a\nb\""),
        ("a\r\nb", "\"a\r\nb\""), (" x ", " x "), ("é,", "\"é,\""), ("漢字", "漢字"), ("a;b", "a;b"),
        ("a text of more than eight bytes", "a text of more than eight bytes"),
        ("a text of more than eight bytes, with a comma", "\"a text of more than eight bytes, with a comma\""),
        ("1234567,", "\"1234567,\""), ("12345678,", "\"12345678,\""), ("=1+1", "=1+1"),
    ]

    @Test(arguments: quoted)
    func `texts stand in quotes where they need them`(text: String, written: String) throws {
        #expect(try cell(text, CSVSettings()) == written)
    }

    static let formulas: [(String, String)] = [
        ("=1+1", "\"'=1+1\""), ("+cmd|' /C calc'!A0", "\"'+cmd|' /C calc'!A0\""), ("-2+3", "\"'-2+3\""),
        ("@SUM(A1)", "\"'@SUM(A1)\""), ("\t=1", "\"'\t=1\""), ("\r=1", "\"'\r=1\""), ("＝1", "\"'＝1\""),
        ("-5", "-5"), ("-5.25", "-5.25"), ("a=1", "a=1"), ("a;=1", "\"a;=1\""), ("plain", "plain"), ("é", "é"),
        ("＾", "＾"),
    ]

    @Test(arguments: formulas)
    func `formulas are defused where that is set`(text: String, written: String) throws {
        #expect(try cell(text, CSVSettings(defusesFormulas: true)) == written)
    }

    @Test
    func `numbers and times have no quotes, NULL is nothing, nested values are JSON`() throws {
        let columns = [
            column("i", .int64), column("f", .float64), column("g", .float64), column("t", .timestamp),
            column("n", .string), column("l", .string, .repeated),
            Column(name: "r,s", type: .record([column("x", .bool)])), Column(name: "q", type: .range(of: .timestamp)),
        ]
        let page = #"""
            {"rows":[{"f":[{"v":"-9223372036854775808"},{"v":"-Infinity"},{"v":"3"},{"v":"0"},{"v":null},
            {"v":[{"v":"a\"b"},{"v":null}]},{"v":{"f":[{"v":"true"}]}},{"v":"[0, UNBOUNDED)"}]}]}
            """#
        let expected = [
            "-9223372036854775808", "-Infinity", "3.0", "1970-01-01T00:00:00.000000Z", "",
            #""[""a\""b"",null]""#, #""{""x"":true}""#, "\"[1970-01-01T00:00:00.000000Z, UNBOUNDED)\"",
        ].joined(separator: ",")
        let text = try convert(page, columns, .csv(CSVSettings())).text
        #expect(text == "i,f,g,t,n,l,\"r,s\",q\r\n" + expected + "\r\n")
    }

    @Test
    func `names that are formulas are defused too`() throws {
        let text = try convert("{}", [column("=A1", .string)], .csv(CSVSettings(defusesFormulas: true))).text
        #expect(text == "\"'=A1\"\r\n")
    }
}
