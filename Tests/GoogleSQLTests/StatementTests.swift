import GoogleSQL
import Testing

/// Whole statements: kinds, several statements, and errors of the grammar with their places.
struct StatementTests {
    @Test func `a second statement has a code of its own`() {
        let error = syntaxError("SELECT 1; SELECT 2")
        #expect(error?.code == .severalStatements)
        #expect(error?.position == SourcePosition(line: 1, column: 11))
        #expect(throws: Never.self) { try Parser.parse(statement: "SELECT 1 ; -- x\n") }
    }

    @Test(arguments: [
        ("", "expected `SELECT`, `FROM`, `WITH` or `(` but found the end of the text", 1, 1),
        ("SELECT", "unexpected the end of the text", 1, 7),
        ("SELECT a,\n FROM WHERE x", "expected a table but found `WHERE`", 2, 7),
        ("SELECT FROM t", "the SELECT list must not be empty", 1, 8),
        ("SELECT a = b = c", "the expression to the left of `=` must be in parentheses", 1, 14),
        ("SELECT a + NOT b", "unexpected `NOT`", 1, 12),
        ("SELECT f(a)(b)", "double function call parentheses", 1, 12),
        ("SELECT * FROM a JOIN b JOIN c ON x ON y ON z", "there are more join conditions than joins", 1, 41),
        (
            "SELECT * FROM a, b RIGHT JOIN c ON x", "a RIGHT or FULL JOIN after a comma join must be in parentheses", 1,
            20
        ),
        ("SELECT * FROM @p", "a query parameter cannot stand in place of a table name", 1, 15),
        ("FROM t WHERE x", "`WHERE` cannot follow a FROM query; use a pipe operator", 1, 8),
        ("SELECT 1 FROM t FOR UPDATE", "FOR UPDATE is not supported", 1, 17),
        ("SELECT 1 UNION SELECT 2", "expected `ALL` or `DISTINCT` but found `SELECT`", 1, 16),
        ("SELECT count(t.*)", "expected `)` but found `*`", 1, 16),
        ("SELECT [p:d.t]", "expected `]` but found `:`", 1, 10),
    ])
    func `errors of the grammar have a place and say what was expected`(
        sql: String,
        message: String,
        line: Int,
        column: Int
    ) {
        let error = syntaxError(sql)
        #expect(error?.message == message)
        #expect(error?.position == SourcePosition(line: line, column: column))
    }

    @Test(arguments: [
        ("SELECT\t\ta b c", 1, 21),
        ("SELECT\r1 a\rb", 3, 1),
        ("SELECT\r\n\r\n 1 a b", 3, 6),
        ("SELECT 'é\u{1F600}' a b", 1, 15),
    ])
    func `columns count code points and tabs`(sql: String, line: Int, column: Int) {
        #expect(syntaxError(sql)?.position == SourcePosition(line: line, column: column))
    }

    @Test func `opaque syntax is marked`() throws {
        let parsed = try Parser.parse(statement: "SELECT * FROM GRAPH_TABLE(g MATCH (n) RETURN n.x) AS t, u")
        #expect(parsed.hasOpaqueSyntax)
        #expect(readPaths(parsed) == ["u"])
        #expect(try !Parser.parse(statement: "SELECT 1").hasOpaqueSyntax)
    }
}
