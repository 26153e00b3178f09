import GoogleSQL
import Testing

/// CREATE of functions, procedures, models, indexes, policies, graphs and other objects.
struct CreateRoutineTests {
    @Test(arguments: [
        ("CREATE FUNCTION d.f(x INT64) AS (x + (SELECT MAX(a) FROM t))", ["create d.f", "read t"]),
        ("CREATE FUNCTION f(x INT64 DEFAULT (SELECT 1 FROM t)) AS ('')", ["create f", "read t"]),
        ("CREATE FUNCTION f(t TABLE<a INT64>) AS ((SELECT COUNT(*) FROM t))", ["create f", "read t"]),
        ("CREATE FUNCTION f() OPTIONS (a = (SELECT 1 FROM t)) AS 'FROM u'", ["create f", "read t"]),
        ("CREATE TABLE FUNCTION d.f() AS SELECT * FROM d.f, g(1)", ["create d.f", "read d.f", "tvf g"]),
        (
            "CREATE MODEL m TRANSFORM (a, (SELECT 1 FROM s) AS b) OPTIONS (x = (SELECT 1 FROM t)) AS SELECT * FROM u",
            ["create m", "read s", "read t", "read u"]
        ),
        (
            "CREATE MODEL d.m AS (a AS (SELECT * FROM t), b AS (SELECT * FROM a), c AS (TABLE b))",
            ["create d.m", "read t", "read a", "read b"]
        ),
        (
            "CREATE MODEL m INPUT (a INT64 DEFAULT (SELECT 1 FROM t)) OUTPUT (b INT64 OPTIONS (x = (SELECT 1 FROM u)))",
            ["create m", "read t", "read u"]
        ),
        (
            "CREATE INDEX i ON d.t (a, (SELECT 1 FROM s)) STORING ((SELECT 2 FROM u)) PARTITION BY (SELECT 3 FROM v)",
            ["create i", "on d.t", "read s", "read u", "read v"]
        ),
        ("CREATE INDEX i ON t AS x UNNEST((SELECT a FROM u)) AS y (x.a, y)", ["create i", "on t", "read u"]),
        (
            "CREATE SEARCH INDEX i ON t (ALL COLUMNS WITH COLUMN OPTIONS (a OPTIONS (x = (SELECT 1 FROM u))))",
            ["create i", "on t", "read u"]
        ),
        (
            "CREATE ROW ACCESS POLICY p ON d.t FILTER USING (a IN (SELECT b FROM u))",
            ["create p", "on d.t", "read u"]
        ),
        ("CREATE ROW POLICY ON t TO 'a' USING (TRUE)", ["on t"]),
        ("CREATE PRIVILEGE RESTRICTION ON SELECT (a.b) ON TABLE d.t RESTRICT TO ('x')", ["on d.t"]),
        ("CREATE CONSTANT d.c = (SELECT 1 FROM t)", ["create d.c", "read t"]),
        ("CREATE SEQUENCE s OPTIONS (x = (SELECT 1 FROM t))", ["create s", "read t"]),
        ("CREATE RESERVATION p.`region-eu`.r OPTIONS (x = (SELECT 1 FROM t))", ["create p.region-eu.r", "read t"]),
        (
            "CREATE PROPERTY GRAPH d.g NODE TABLES (d.a AS b PROPERTIES ((SELECT 1 FROM t) AS x), c) "
                + "EDGE TABLES (e SOURCE KEY (x) REFERENCES b DESTINATION KEY (y) REFERENCES c "
                + "DYNAMIC LABEL ((SELECT 2 FROM u)) DYNAMIC PROPERTIES ((SELECT 3 FROM v)))",
            ["create d.g", "graph_element d.a", "read t", "graph_element c", "graph_element e", "read u", "read v"]
        ),
        (
            "CREATE PROPERTY GRAPH g NODE TABLES (a DEFAULT LABEL OPTIONS (x = (SELECT 1 FROM t)) "
                + "PROPERTIES (b OPTIONS (x = (SELECT 1 FROM u)))) OPTIONS (x = (SELECT 1 FROM v))",
            ["create g", "graph_element a", "read t", "read u", "read v"]
        ),
        (
            "CREATE PROCEDURE d.p() OPTIONS (x = (SELECT 1 FROM t)) BEGIN SELECT * FROM u; "
                + "EXCEPTION WHEN ERROR THEN SELECT * FROM v; END",
            ["create d.p", "read t", "read u", "read v"]
        ),
        (
            "CREATE PROCEDURE p() BEGIN CREATE PROCEDURE q() BEGIN IF TRUE THEN SELECT 1 FROM t; END IF; END; END",
            ["create p", "create q", "read t"]
        ),
    ])
    func `objects are told by what is done with them`(sql: String, objects: [String]) throws {
        #expect(Self.objects(try assertParses(sql)) == objects)
    }

    /// A parameter that is a table hides the table of that name, whatever the case, and in the body alone.
    @Test func `parameters that are tables are no tables of the dataset`() throws {
        let sql = """
            CREATE TABLE FUNCTION f(t TABLE<a INT64>, U ANY TABLE, v INT64, w ANY TYPE, TABLE<b STRING>) AS
            SELECT * FROM T, `u`, v, w, d.t, (SELECT * FROM t), a JOIN (TABLE u) ON TRUE
            """
        #expect(Self.objects(try assertParses(sql)) == ["create f", "read v", "read w", "read d.t", "read a"])
        let script = "CREATE TABLE FUNCTION f(t ANY TABLE) AS TABLE t; SELECT * FROM t"
        let references = try Parser.parse(script: script).tableReferences()
        #expect(references.filter { $0.role == .read }.map(\.path) == [["t"]])
    }

    @Test(arguments: [
        ("CREATE TEMP AGGREGATE FUNCTION f()", StatementKind.createFunction),
        ("CREATE TABLE FUNCTION f()", .createTableFunction),
        ("CREATE PROCEDURE p() BEGIN END", .createProcedure),
        ("CREATE MODEL m", .createModel),
        ("CREATE UNIQUE VECTOR INDEX i ON t(a)", .createIndex),
        ("CREATE ROW ACCESS POLICY p ON t FILTER USING (a)", .createRowAccessPolicy),
        ("CREATE PRIVILEGE RESTRICTION ON SELECT ON TABLE t", .createPrivilegeRestriction),
        ("CREATE CONSTANT c = 1", .createConstant),
        ("CREATE SEQUENCE s", .createSequence),
        ("CREATE PROPERTY GRAPH g NODE TABLES (a)", .createPropertyGraph),
        ("CREATE ASSIGNMENT a", .createEntity),
    ])
    func `each statement has its kind`(sql: String, kind: StatementKind) throws {
        #expect(try assertParses(sql).statement.kind == kind)
    }

    private static func objects(_ parsed: ParsedStatement) -> [String] {
        parsed.tableReferences().map { "\($0.role.rawValue) \($0.path.joined(separator: "."))" }
    }

    // MARK: Errors

    @Test(arguments: [
        ("CREATE FUNCTION f", "expected `(` but found the end of the text", 18),
        ("CREATE FUNCTION f(a INT64,)", "expected a type but found `)`", 27),
        ("CREATE FUNCTION f(a INT64 b)", "expected `)` but found `b`", 27),
        ("CREATE FUNCTION f(INT64 DEFAULT 1 NOT AGGREGATE) x", "only a parameter with a name can have a default", 25),
        ("CREATE FUNCTION f(a INT64 NOT NULL)", "expected `AGGREGATE` but found `NULL`", 31),
        ("CREATE FUNCTION f(a ANY x)", "`x` cannot stand after ANY", 25),
        ("CREATE FUNCTION f(a TABLE<>)", "expected `<` but found `<`", 26),
        ("CREATE FUNCTION f() RETURNS ANY TYPE AS (1) x", "RETURNS does not take ANY", 29),
        (
            "CREATE FUNCTION f() RETURNS ANY TYPE AS 1",
            "expected `(` or a string literal but found an integer literal", 41
        ),
        ("CREATE FUNCTION f() RETURNS TABLE<a INT64>", "expected the end of the text but found `<`", 34),
        ("CREATE FUNCTION f() NOT IMMUTABLE", "expected `DETERMINISTIC` but found `IMMUTABLE`", 25),
        ("CREATE FUNCTION f() STABLE SQL SECURITY INVOKER", "expected the end of the text but found `SQL`", 28),
        ("CREATE FUNCTION f() WITH CONNECTION c REMOTE", "expected the end of the text but found `REMOTE`", 39),
        ("CREATE FUNCTION f() AS (SELECT 1)", "a query as an expression must be in parentheses", 25),
        ("CREATE FUNCTION f() AS (TABLE t)", "a query as an expression must be in parentheses", 25),
        ("CREATE FUNCTION f() OPTIONS () AS (1) OPTIONS ()", "expected the end of the text but found `OPTIONS`", 39),
        ("CREATE AGGREGATE TABLE FUNCTION f()", "expected `FUNCTION` but found `TABLE`", 18),
        ("CREATE TABLE FUNCTION f  AS SELECT 1", "expected `(` after the name of a table function", 24),
        ("CREATE TABLE FUNCTION f  AS SELECT", "unexpected the end of the text", 35),
        ("CREATE TABLE FUNCTION f() RETURNS INT64 AS SELECT 1 x y", "a table function returns TABLE<…>", 27),
        ("CREATE TABLE FUNCTION f() RETURNS ANY TABLE AS x", "RETURNS does not take ANY", 35),
        ("CREATE TABLE FUNCTION f() DETERMINISTIC", "expected the end of the text but found `DETERMINISTIC`", 27),
        ("CREATE PROCEDURE p()", "expected `BEGIN` or `LANGUAGE` but found the end of the text", 21),
        (
            "CREATE PROCEDURE p(OUT INT64)",
            "expected a type after the name of the parameter (IN, OUT and INOUT are no names) but found `)`", 29
        ),
        ("CREATE PROCEDURE p(a INT64 DEFAULT 1)", "expected `)` but found `DEFAULT`", 28),
        ("CREATE PROCEDURE p() EXTERNAL SECURITY x", "expected `INVOKER` or `DEFINER` but found `x`", 40),
        ("CREATE PROCEDURE p() LANGUAGE x AS (1)", "expected a string literal but found `(`", 36),
        ("CREATE PROCEDURE p() BEGIN SELECT 1 END", "expected `;` but found `END`", 37),
        ("CREATE PROCEDURE p() BEGIN TABLE t; END", "expected a statement but found `TABLE`", 28),
    ])
    func `errors in routines have a place and say what was expected`(sql: String, message: String, column: Int) {
        expect(sql, message, column)
    }

    @Test(arguments: [
        ("CREATE MODEL m AS (a)", "expected `AS` but found `)`", 21),
        ("CREATE MODEL m AS (a AS (SELECT 1),)", "expected an identifier but found `)`", 36),
        ("CREATE MODEL m AS (TABLE AS (SELECT 1))", "expected an identifier but found `AS`", 26),
        ("CREATE MODEL m AS 'x'", "expected `SELECT`, `FROM`, `WITH` or `(` but found a string literal", 19),
        ("CREATE MODEL m TRANSFORM ()", "unexpected `)`", 27),
        ("CREATE MODEL m INPUT (PRIMARY KEY (a)) x", "expected `OUTPUT` but found `x`", 40),
        ("CREATE MODEL m INPUT (a INT64) OUTPUT (CHECK (a)) x", "a model has columns without constraints", 39),
        ("CREATE TEMP INDEX i ON t(a)", "expected an object that can be temporary but found `INDEX`", 13),
        ("CREATE UNIQUE NULL_FILTERED INDEX i ON t(a)", "NULL_FILTERED is not supported", 15),
        ("CREATE INDEX i ON a-b.t (a)", "expected `(` but found `-`", 20),
        ("CREATE INDEX i ON t ()", "unexpected `)`", 22),
        ("CREATE INDEX i ON t (ALL COLUMNS, a)", "expected `)` but found `,`", 33),
        ("CREATE INDEX i ON t (a), INTERLEAVE IN u x", "INTERLEAVE IN is not supported", 24),
        ("CREATE INDEX i ON t (a), b", "expected `INTERLEAVE` but found `b`", 26),
        ("CREATE INDEX i ON t (a) PARTITION BY b OPTIONS (), c", "expected the end of the text but found `,`", 50),
        ("CREATE ROW p ON t USING (a)", "expected `POLICY` but found `p`", 12),
        ("CREATE ROW POLICY p ON t", "expected `USING` but found the end of the text", 25),
        ("CREATE ROW POLICY p ON t GRANT TO ()", "expected a string literal or a parameter but found `)`", 36),
        ("CREATE ROW POLICY p ON t USING (SELECT a)", "a query as an expression must be in parentheses", 33),
        ("CREATE PRIVILEGE RESTRICTION ON a.b ON TABLE t", "expected `ON` but found `.`", 34),
        ("CREATE PRIVILEGE RESTRICTION ON SELECT ON t", "expected an identifier but found the end of the text", 44),
        ("CREATE CONSTANT c = SELECT 1", "a query as an expression must be in parentheses", 21),
        ("CREATE OR REPLACE LOCALITY GROUP g", "expected a kind of object but found `LOCALITY`", 19),
        ("CREATE LOCALITY GROUP g x", "CREATE LOCALITY GROUP is not supported", 8),
        ("CREATE THING t", "`THING` is no kind of object", 8),
        ("CREATE `CAPACITY` c", "``CAPACITY`` is no kind of object", 8),
        ("CREATE CAPACITY c AS x", "expected a string literal but found `x`", 22),
    ])
    func `errors in other objects have a place and say what was expected`(sql: String, message: String, column: Int) {
        expect(sql, message, column)
    }

    @Test(arguments: [
        ("()", "expected an identifier but found `)`", 39),
        ("(a b)", "expected `)` but found `b`", 41),
        ("(a KEY ())", "expected an identifier but found `)`", 46),
        ("(a DESTINATION KEY (x) REFERENCES b SOURCE KEY (x))", "expected `)` but found `SOURCE`", 74),
        ("(a PROPERTIES ALL COLUMNS LABEL b)", "expected `)` but found `LABEL`", 64),
        ("(a PROPERTIES ALL COLUMNS EXCEPT x)", "expected `)` but found `EXCEPT`", 64),
        ("(a LABEL b OPTIONS ())", "expected `)` but found `OPTIONS`", 49),
        ("(a PROPERTIES (b OPTIONS () AS c))", "expected `)` but found `AS`", 66),
        ("(a DYNAMIC x)", "expected `LABEL` or `PROPERTIES` but found `x`", 49),
        ("(a DYNAMIC LABEL (x) DYNAMIC LABEL (y) z)", "an element table has one DYNAMIC LABEL", 59),
        ("(a DYNAMIC LABEL (x) NO PROPERTIES)", "LABEL and PROPERTIES must stand before what is dynamic", 59),
        ("(a) OPTIONS () EDGE TABLES (b)", "expected the end of the text but found `EDGE`", 53),
    ])
    func `errors in property graphs have a place`(tables: String, message: String, column: Int) {
        expect("CREATE PROPERTY GRAPH g NODE TABLES  \(tables)", message, column)
    }

    private func expect(_ sql: String, _ message: String, _ column: Int) {
        let error = syntaxError(sql)
        #expect(error?.message == message)
        #expect(error?.position == SourcePosition(line: 1, column: column))
    }
}
