import GoogleSQL
import Testing

/// Printing with edits, and quoting.
struct PrinterTests {
    @Test func `edits replace and insert`() throws {
        let parsed = try Parser.parse(statement: "SELECT a, b FROM d.t AS x WHERE a = ?;")
        let table = try #require(parsed.tableReferences().first)
        let last = parsed.tokens.count
        let edits = [
            TokenEdit(tokens: last - 2..<last - 1, text: "@p1"),
            TokenEdit(tokens: table.tokens, text: "(SELECT 1 AS a)"),
            TokenEdit(tokens: 1..<1, text: "DISTINCT"),
            TokenEdit(tokens: last - 1..<last, text: ""),
            TokenEdit(tokens: last..<last, text: "LIMIT 5"),
        ]
        let printed = TokenPrinter.print(parsed, edits: edits)
        #expect(printed == "SELECT DISTINCT a, b FROM (SELECT 1 AS a) AS x WHERE a = @p1 LIMIT 5")
    }

    @Test func `an edit inside another is left out`() throws {
        let parsed = try Parser.parse(statement: "SELECT a + b FROM t")
        let edits = [TokenEdit(tokens: 1..<4, text: "c"), TokenEdit(tokens: 2..<3, text: "x")]
        #expect(TokenPrinter.print(parsed, edits: edits) == "SELECT c FROM t")
    }

    @Test func `parts are printed each on its own with the edits inside of it`() throws {
        let parsed = try Parser.parse(statement: "select a from t where (a = ? AND b in (?, 'x')) -- c")
        let edits = [
            TokenEdit(tokens: 0..<1, text: "X"), TokenEdit(tokens: 8..<9, text: "@p1"),
            TokenEdit(tokens: 13..<14, text: "@p2"),
            TokenEdit(tokens: 10..<11, text: "s.b"),
        ]
        let printed = TokenPrinter.print(parts: [6..<9, 10..<17, 1..<2], of: parsed, edits: edits)
        #expect(printed == ["a = @p1", "s.b IN (@p2, 'x')", "a"])
        let rest = TokenEdit.edits(edits, outside: [10..<17, 6..<9])
        #expect(rest.map(\.tokens) == [0..<1])
        // What is inserted before a part stays.
        let before = TokenEdit(tokens: 6..<6, text: ")")
        #expect(TokenEdit.edits([before], outside: [6..<9]) == [before])
    }

    @Test func `edits that overlap are found`() {
        func edit(_ tokens: Range<Int>) -> TokenEdit { TokenEdit(tokens: tokens, text: "x") }
        #expect(!TokenEdit.overlap([edit(3..<4), edit(1..<1), edit(1..<3), edit(4..<4)]))
        for other in [1..<2, 0..<2, 2..<3, 2..<2, 1..<1] { #expect(TokenEdit.overlap([edit(1..<3), edit(other)])) }
    }

    @Test(arguments: [
        ("abc", "abc"), ("_a1", "_a1"), ("1a", "`1a`"), ("", "``"), ("select", "`select`"), ("Value", "`Value`"),
        ("a`b", "`a\\`b`"), ("a\\b", "`a\\\\b`"), ("a\nb", "`a\\nb`"), ("a-b", "`a-b`"), ("é", "`é`"), ("a b", "`a b`"),
        ("\u{202E}x", "`\\u202ex`"), ("CURRENT_date", "`CURRENT_date`"),
    ])
    func `names are quoted unless they are plain words`(name: String, quoted: String) {
        #expect(quotedIdentifier(name) == quoted)
    }

    @Test func `strings and bytes keep their values`() throws {
        let value = text(of: 0..<0x3000)
        let text = try Parser.parse(statement: "SELECT " + quotedString(value))
        #expect(literals(text).map { text.stringValue(of: $0) } == [value])
        let bytes = (0...255).map { UInt8($0) }
        let blob = try Parser.parse(statement: "SELECT " + quotedBytes(bytes))
        #expect(literals(blob).map { blob.bytesValue(of: $0) } == [bytes])
    }

    @Test func `names keep their values`() throws {
        let value = text(of: 1..<0x3000)
        let parsed = try Parser.parse(statement: "SELECT 1 FROM " + quotedIdentifier(value))
        #expect(parsed.tableReferences().map(\.path) == [[value]])
    }

    private func text(of scalars: Range<UInt32>) -> String {
        var text = ""
        for value in scalars {
            if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
        }
        return text
    }

    private func literals(_ parsed: ParsedStatement) -> [Literal] {
        guard case .query(let query) = parsed.statement, case .select(let select) = query.body else { return [] }
        return select.items.compactMap { item in
            if case .expression(let node) = item, case .literal(let literal) = node.expression { return literal }
            return nil
        }
    }
}
