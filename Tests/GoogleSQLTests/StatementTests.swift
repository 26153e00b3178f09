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

    /// Most of these differ from where a parser without the reference's table would put them.
    @Test(arguments: [
        ("SELECT 1 NOT DISTINCT FROM 2", 14), ("SELECT NOT IN (1)", 8), ("SELECT a + NOT )", 16),
        ("SELECT a IN (1) = )", 19), ("SELECT a IN (1) NOT IN (2)", 21), ("SELECT a = b NOT IN (1)", 14),
        ("SELECT IF x", 11), ("SELECT a, LEFT b", 16), ("SELECT AS x LEFT UNION ALL SELECT 1", 13),
        ("SELECT f(x HAVING y)", 19), ("SELECT f(RESPECT)", 17), ("SELECT f(x WITH GROUP ROWS)", 17),
        ("SELECT f(())", 12), ("SELECT f(x) OVER (ROWS BETWEEN 1 AND 2 FOLLOWING)", 49),
        ("SELECT 1 + @5", 12), ("SELECT @@a.*", 12), ("SELECT * REPLACE", 17), ("SELECT a b.*", 11),
        ("SELECT f(a.*)", 12),
        ("SELECT 1 LEFT EXCEPT SELECT 2", 15), ("WITH a AS (SELECT 1),", 22), ("WITH a AS (SELECT 1) WITH b", 27),
        ("SELECT * FROM a-", 17), ("SELECT * FROM a - b", 17), ("SELECT * FROM a-1.5", 20), ("SELECT * FROM /a/b", 15),
        ("SELECT * FROM /a/ b", 17), ("SELECT * FROM IF t", 18), ("SELECT * FROM f((a => 1))", 17),
        ("SELECT * FROM t AS u PIVOT 1", 28), ("SELECT * FROM t TABLESAMPLE r (1 ROWS) REPEATABLE", 50),
        ("SELECT * FROM t PIVOT(sum(a) FOR b = c IN (1))", 40), ("SELECT a IN (TABLE t)", 20), ("TABLE IF", 9),
        ("SELECT 1 UNION ALL BY NAME TABLE t", 28),
        ("SELECT f(x -> y, IF(TABLE t))", 21), ("SELECT 1 FROM -- x", 19),
        ("SELECT 1 FROM /* x */ ", 22),
    ])
    func `errors stand where the reference has them`(sql: String, column: Int) {
        #expect(syntaxError(sql)?.position == SourcePosition(line: 1, column: column))
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
}
