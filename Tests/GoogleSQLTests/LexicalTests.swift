import GoogleSQL
import Testing

/// The traps of the lexical rules.
struct LexicalTests {
    @Test(arguments: [
        ("SELECT 1 FROM `d\\u0061taset.t`", ["`dataset.t`"]),
        ("SELECT 1 FROM `p.d.u\\x73ers`", ["`p.d.users`"]),
        ("SELECT 1 FROM `p.d.\\165sers`", ["`p.d.users`"]),
        ("SELECT 1 FROM `p`.`d`.`users`", ["p.d.users"]),
        ("SELECT 1 FROM `p.d`.users", ["`p.d`.users"]),
        ("SELECT 1 FROM p.`d.users`", ["p.`d.users`"]),
        ("SELECT 1 FROM my-proj.d.users", ["my-proj.d.users"]),
        ("SELECT 1 FROM my-proj-1.d.users", ["my-proj-1.d.users"]),
        ("SELECT 1 FROM my-1.users", ["my-1.users"]),
        ("SELECT 1 FROM a-b-c-22.d.`users`", ["a-b-c-22.d.users"]),
        ("SELECT 1 FROM p.d.2024_01", ["p.d.2024_01"]),
        ("SELECT 1 FROM p.1d.0x1f", ["p.1d.0x1f"]),
        ("SELECT 1 FROM p.select.from", ["p.select.from"]),
        ("SELECT 1 FROM p . d /* c */ . t", ["p.d.t"]),
        ("SELECT 1 FROM `google.com:proj.d.t`", ["`google.com:proj.d.t`"]),
        ("SELECT 1 FROM `a--b`, `a#b`, `it's`, `x|y /*`", ["a--b", "a#b", "it's", "x|y /*"]),
    ])
    func `table names are read as BigQuery reads them`(sql: String, tables: [String]) throws {
        try assertParses(sql, reads: tables)
    }

    @Test(arguments: [
        ("SELECT '--', a FROM t", "SELECT '--', a FROM t"),
        ("SELECT \"#\", a FROM t", "SELECT '#', a FROM t"),
        ("SELECT /* ' */ a -- x\n FROM t # y", "SELECT a FROM t"),
        ("SELECT r'\\', x FROM t WHERE a = 'b'", "SELECT '\\\\\\', x FROM t WHERE a = 'b"),
        ("SELECT '''a'b''c'''", "SELECT 'a\\'b\\'\\'c'"),
        ("SELECT '''\\''' '''", "SELECT '\\'\\'\\' '"),
        ("SELECT \"\"\"a\r\nb\"\"\"", "SELECT 'a\\nb'"),
        ("SELECT 'a' /* x */ \"b\"\n r'\\n'", "SELECT 'ab\\\\n'"),
        ("SELECT b'\\xff' B\"a\", rB'\\x', Br'y'", "SELECT b'\\xffa', b'\\\\x', b'y'"),
        ("SELECT '\\x41\\u0042\\U00000043\\104\\a\\?'", "SELECT 'ABCD\\u0007?'"),
        ("SELECT 'é\u{200B}\u{202E}'", "SELECT 'é\\u200b\\u202e'"),
        ("SELECT 1., .5, 1e10, 1.e-3, 0xFf, 1.5E+2", "SELECT 1., 0.5, 1e10, 1.e-3, 0xFf, 1.5E+2"),
        ("SELECT a.1e10, a.b.5.c", "SELECT a.`1e10`, a.b.`5`.c"),
        ("SELECT @p, @ `p`, @select, @@time_zone, ?", "SELECT @p, @p, @`select`, @@time_zone, ?"),
        ("SELECT @{a = 1} a FROM t @5 JOIN @{x = (SELECT 1 FROM h)} u", "SELECT a FROM t JOIN u"),
        ("SELECT a <> b, a != b, a >> 1, a > b", "SELECT a <> b, a <> b, a >> 1, a > b"),
        ("SELECT ARRAY<STRUCT<INT64>>[], STRUCT<>()", "SELECT ARRAY<STRUCT<INT64>>[], STRUCT<>()"),
        ("SELECT\u{A0}1\u{3000}AS\u{2003}x", "SELECT 1 AS x"),
        (
            "select 1 as `ema\\u0069l`, 2 AS `a b`, 3 as `select`, 4 `value`",
            "SELECT 1 AS email, 2 AS `a b`, 3 AS `select`, 4 `value`"
        ),
        ("SELECT `current_date`, current_date", "SELECT `current_date`, current_date"),
        ("SELECT - -1, 1 - - 2", "SELECT - - 1, 1 - - 2"),
        ("SELECT 1 .a, 'x' .b", "SELECT 1 . a, 'x' . b"),
        ("SELECT * FROM a-b-1.`c`", "SELECT * FROM `a-b-1`.c"),
        (
            "SELECT date, DATE(x), DATE '2020-01-01', CAST(a AS date)",
            "SELECT `date`, DATE(x), DATE '2020-01-01', CAST(a AS date)"
        ),
        ("SELECT EXTRACT(date FROM x), INTERVAL 1 day", "SELECT EXTRACT(DATE FROM x), INTERVAL 1 DAY"),
    ])
    func `text prints in one canonical form`(sql: String, printed: String) throws {
        // A raw literal that ends in a quote after a backslash goes on to the next quote.
        if sql.contains("r'\\', x") {
            #expect(syntaxError(sql)?.message.contains("unclosed") == true)
        } else {
            try assertParses(sql, prints: printed)
        }
    }

    @Test(arguments: [
        ("SELECT 'a", "unclosed string literal", 1, 8),
        ("SELECT 'a\nb'", "unclosed string literal", 1, 8),
        ("SELECT '''a''", "unclosed triple-quoted string literal", 1, 8),
        ("SELECT rb'a", "unclosed raw bytes literal", 1, 8),
        ("SELECT `a", "unclosed identifier literal", 1, 8),
        ("SELECT /* a", "unclosed comment", 1, 8),
        ("SELECT ``", "invalid empty identifier", 1, 8),
        ("SELECT 'a\\q'", "illegal escape sequence", 1, 10),
        ("SELECT '\\u12'", "illegal escape sequence: `\\u` needs 4 hex digits", 1, 9),
        ("SELECT '\\uD800'", "illegal escape sequence: no unicode character", 1, 9),
        ("SELECT '\\UFFFFFFFF'", "illegal escape sequence: no unicode character", 1, 9),
        ("SELECT b'\\u0041'", "illegal escape sequence: bytes have no unicode escapes", 1, 10),
        ("SELECT 'a\\\nb'", "illegal escaped newline", 1, 10),
        ("SELECT `a\\q`", "illegal escape sequence", 1, 10),
        ("SELECT 'a''b'", "concatenated literals must be separated by white space or comments", 1, 11),
        ("SELECT 'a' b'b'", "string and bytes literals cannot be concatenated", 1, 12),
        ("SELECT 123abc", "missing white space between a literal and an alias", 1, 11),
        ("SELECT 0x1g", "missing white space between a literal and an alias", 1, 11),
        ("SELECT a \u{1} b", "illegal input character `\\x01`", 1, 10),
        ("SELECT a\u{0} b", "illegal input character `\\x00`", 1, 9),
        ("\u{FEFF}SELECT 1", "illegal input character `\\xef`", 1, 1),
        ("SELECT ä", "illegal input character `\\xc3`", 1, 8),
        ("SELECT 1\u{200B}", "illegal input character `\\xe2`", 1, 9),
        ("SELECT é", "illegal input character `\\xc3`", 1, 8),
        ("SELECT\n\t$", "unexpected `$`", 2, 9),
        ("SELECT 1 FROM a -b.c", "unexpected `-`", 1, 17),
        ("SELECT 1 FROM `a`-b.c", "unexpected `-`", 1, 18),
    ])
    func `what is no token is refused with its place`(sql: String, message: String, line: Int, column: Int) {
        let error = syntaxError(sql)
        #expect(error?.message == message)
        #expect(error?.position == SourcePosition(line: line, column: column))
    }

    @Test func `bytes that are not UTF-8 are refused with their place`() {
        let bytes = Array("SELECT '".utf8) + [0xC3, 0x28] + Array("'".utf8)
        let error = #expect(throws: SyntaxError.self) { try Parser.parse(utf8: bytes) }
        #expect(error?.offset == 8)
        #expect(error?.message == "the text is not UTF-8")
    }

    @Test(arguments: [
        "#legacySQL\nSELECT 1", "  # LEGACYsql\nSELECT 1", "/*x*/#legacySQL\nSELECT 1", "-- a\n#legacysql\nSELECT 1",
    ])
    func `a legacy SQL prefix is refused`(sql: String) {
        #expect(syntaxError(sql)?.code == .legacySQL)
    }

    @Test func `every keyword has its spelling`() {
        for keyword in Keyword.allCases where keyword != .none {
            let words = String(describing: keyword).replacing("`", with: "").map {
                $0.isUppercase ? "_\($0)" : String($0)
            }
            #expect(keyword.spelling == words.joined().uppercased())
            #expect(Keyword.named(keyword.spelling.lowercased()) == keyword)
        }
        #expect(Keyword.named("customers") == .none)
        #expect(Keyword.allCases.count { $0.isReserved } == 96)
    }
}
