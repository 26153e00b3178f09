import Catalog
import GoogleSQL
import Testing

@testable import Masking

/// Table functions and temporary functions.
struct TableFunctionTests {
    private static func table(
        _ name: String,
        _ body: String,
        _ parameters: [(String, RoutineParameterDefinition.Kind)] = [],
        columns: [RoutineField]? = nil
    ) -> Routine {
        Routine(
            id: RoutineID(project: "demo", dataset: "bank", routine: name),
            kind: .tableFunction,
            parameters: parameters.map { RoutineParameterDefinition(name: $0.0, kind: $0.1) },
            returnColumns: columns,
            body: body
        )
    }

    private static let routines = [
        table(
            "of_segment",
            "SELECT email, customer_id FROM bank.customers WHERE segment = seg",
            [("seg", FunctionTests.string)]
        ),
        table(
            "typed",
            "SELECT customer_id AS k, email AS m FROM bank.customers WHERE customer_id < n",
            [("n", FunctionTests.int64)],
            columns: [
                RoutineField(name: "m", type: .scalar(.string)), RoutineField(name: "k", type: .scalar(.float64)),
            ]
        ),
        table("top", "SELECT * FROM t LIMIT 3", [("t", .anyTable)]),
        table("with_top", "WITH c AS (SELECT * FROM t) SELECT * FROM c", [("t", .anyTable)]),
        table("mails", "SELECT email FROM p", [("p", .table([RoutineField(name: "email", type: .scalar(.string))]))]),
        table("nested", "SELECT * FROM bank.of_segment(s)", [("s", FunctionTests.string)]),
        table("shadow", "SELECT email FROM bank.customers WHERE segment = 'a'", [("segment", FunctionTests.string)]),
        table(
            "shadowed",
            "SELECT email FROM bank.customers WHERE segment = segment",
            [("segment", FunctionTests.string)]
        ),
        table("aliased", "SELECT x FROM (SELECT 1 AS x) WHERE x = 1", [("x", FunctionTests.int64)]),
        table("unknown", "SELECT * FROM t WHERE n > 1", [("t", .anyTable), ("n", FunctionTests.int64)]),
        table("both", "SELECT * FROM a, b", [("a", .anyTable), ("b", .anyTable)]),
        table("several", "SELECT 1; SELECT 2"), table("ends", "SELECT 1) UNION ALL (SELECT ssn FROM bank.customers"),
    ]

    private func rewrite(_ sql: String) throws -> Result<MaskedQuery, RefusalList> {
        try FunctionTests.rewrite(sql, routines: Self.routines + FunctionTests.routines)
    }

    private func codes(_ sql: String) throws -> [String] {
        guard case .failure(let list) = try rewrite(sql) else { return [] }
        return list.refusals.map(\.code)
    }

    @Test(arguments: [
        ("SELECT * FROM bank.of_segment('a') AS t", "WHERE segment = (CAST('a' AS STRING))) AS t"),
        (
            "SELECT m FROM bank.typed(1 + 1)",
            "SELECT m FROM (SELECT CAST(m AS STRING) AS m, CAST(k AS FLOAT64) AS k FROM ("
        ),
        ("SELECT * FROM bank.top(TABLE customers)", "FROM (WITH t AS (SELECT * FROM (SELECT scrim_t.customer_id, "),
        ("SELECT * FROM bank.with_top((SELECT 1 AS a)) x", "(WITH t AS (SELECT * FROM (SELECT 1 AS a)) (WITH c AS ("),
        ("WITH c AS (SELECT 1 AS a) SELECT * FROM bank.top(TABLE c)", "FROM (WITH t AS (SELECT * FROM c) ("),
        ("SELECT * FROM bank.mails(TABLE customers)", "WITH p AS (SELECT email FROM (SELECT scrim_t.customer_id, "),
        ("SELECT * FROM bank.nested('x')", "WHERE segment = (CAST((CAST('x' AS STRING)) AS STRING))))"),
    ])
    func `a call in FROM becomes a subquery`(sql: String, part: String) throws {
        let printed = try rewrite(sql).get().sql
        #expect(printed.contains(part), "\(printed)")
    }

    @Test(arguments: [
        ("SELECT * FROM bank.of_segment('a')", ["email": "pii.email", "customer_id": nil]),
        ("SELECT t.* FROM bank.typed(1) AS t", ["m": "pii.email", "k": nil]),
        ("SELECT customer_id AS c FROM bank.of_segment('a'), UNNEST([1])", ["c": nil]),
        ("SELECT email AS e FROM bank.top(TABLE customers)", ["e": "pii.email"]),
    ])
    func `columns derive from what the body reads`(sql: String, tags: [String: String?]) throws {
        let columns = try #require(try rewrite(sql).get().outputColumns)
        for column in columns { #expect(tags[column.name ?? ""] == .some(column.mask?.tag) || column.mask != nil) }
        #expect(columns.count == tags.count)
        for (name, tag) in tags where tag != nil {
            #expect(columns.contains { $0.name == name && $0.mask != nil })
        }
    }

    @Test(arguments: [
        ("bank.of_segment()", "function.arguments"), ("bank.of_segment(seg => 'a')", "function.arguments"),
        ("bank.of_segment(c.segment)", "function.arguments"),
        ("bank.of_segment(TABLE customers)", "function.arguments"),
        ("bank.top('x')", "function.arguments"), ("bank.top(MODEL m)", "function.arguments"),
        ("bank.top(TABLE customers WHERE TRUE)", "function.arguments"), ("bank.domain('x')", "function.arguments"),
        ("bank.shadowed('a')", "function.body"), ("bank.shadow('a')", "function.body"),
        ("bank.aliased(1)", "function.body"),
        ("bank.unknown(TABLE customers, 1)", "function.body"), ("bank.several()", "function.body"),
        ("bank.ends()", "function.body"), ("bank.gone()", "function.not_found"),
        ("bank.js_table()", "function.language"), ("nothing()", "function.table_function"),
        ("bank.top(TABLE nowhere)", "table.unreadable"), ("bank.top(TABLE vault)", "column.denied"),
    ])
    func `what cannot be written out for certain is refused`(call: String, code: String) throws {
        let found = try codes("SELECT * FROM customers AS c, \(call)")
        #expect(found.contains(code), "\(found)")
    }

    @Test func `a table function gives no value, and a pipeline cannot call one`() throws {
        #expect(try codes("SELECT bank.of_segment('a')") == ["function.arguments"])
        #expect(try codes("FROM customers |> CALL bank.nested('s')") == ["function.table_function"])
        let sql = "WITH a AS (SELECT 1 AS x) SELECT * FROM bank.both((SELECT 2 AS y), (SELECT * FROM a))"
        #expect(try codes(sql) == ["function.arguments"])
    }

    // MARK: Temporary functions

    @Test(arguments: [
        (
            "CREATE TEMP FUNCTION f(x INT64) RETURNS STRING AS (CAST(x AS STRING)); SELECT f(2)",
            "SELECT CAST(CAST((CAST(2 AS INT64)) AS STRING) AS STRING)"
        ),
        (
            "CREATE TEMPORARY FUNCTION f(x ANY TYPE) AS (x); CREATE TEMP FUNCTION g() AS (f(1) + bank.one());\nSELECT g();",
            "SELECT COALESCE(COALESCE((1)) + COALESCE(1))"
        ),
        (
            "DECLARE k INT64 DEFAULT 3; CREATE TEMP FUNCTION f(x INT64) AS (x); SELECT f(k)",
            "SELECT COALESCE((CAST(CAST(3 AS INT64) AS INT64)))"
        ),
        (
            "CREATE TEMP AGGREGATE FUNCTION f(x INT64, n INT64 NOT AGGREGATE) AS (SUM(x) * n); SELECT f(1, 2)",
            "SELECT COALESCE(SUM((CAST(1 AS INT64))) * (CAST(2 AS INT64)))"
        ),
        (
            "CREATE TEMP TABLE FUNCTION f(n INT64) AS SELECT n AS a; SELECT a FROM f(1) AS t",
            "SELECT a FROM (SELECT (CAST(1 AS INT64)) AS a) AS t"
        ),
        (
            "CREATE TEMP TABLE FUNCTION f(t TABLE<a INT64>) AS SELECT a FROM t; SELECT a FROM f((SELECT 1 AS a)) AS t",
            "SELECT a FROM (WITH t AS (SELECT a FROM (SELECT 1 AS a)) (SELECT a FROM t)) AS t"
        ),
    ])
    func `temporary functions become part of the query`(sql: String, printed: String) throws {
        #expect(try rewrite(sql).get().sql == printed)
    }

    @Test(arguments: [
        ("CREATE TEMP FUNCTION f(x INT64) AS (x);\n SELECT 1, nofn(1)", "function.unknown 2:12"),
        ("/* é */ CREATE TEMP FUNCTION f(x INT64) AS (\n  x + SESSION_USER()); SELECT f(1)", "function.identity 2:7"),
        ("/* é */ CREATE TEMP FUNCTION f() AS (1 + ssn); SELECT 1", "function.body 1:42"),
        ("CREATE TEMP FUNCTION f() AS (@p); SELECT f()", "parameter.undeclared 1:30"),
        ("CREATE TEMP FUNCTION f() AS (g()); CREATE TEMP FUNCTION g() AS (1); SELECT f()", "function.unknown 1:30"),
        ("CREATE TEMP FUNCTION f() AS (f()); SELECT f()", "function.unknown 1:30"),
        ("CREATE TEMP FUNCTION f() AS (1); SELECT F()", "function.unknown 1:41"),
        ("CREATE TEMP FUNCTION f() AS (1); CREATE TEMP FUNCTION F() AS (2); SELECT f()", "function.name 1:55"),
        ("CREATE TEMP FUNCTION Upper(x STRING) AS (x); SELECT UPPER('a')", "function.name 1:22"),
        ("CREATE TEMP FUNCTION d.f() AS (1); SELECT d.f()", "function.name 1:22"),
        ("CREATE OR REPLACE TEMP FUNCTION f() AS (1); SELECT f()", "function.temporary 1:33"),
        ("CREATE TEMP FUNCTION f(x STRING(3)) AS (x); SELECT f('a')", "syntax.type 1:26"),
        ("CREATE TEMP FUNCTION f(x INT64, X INT64) AS (x); SELECT f(1, 2)", "function.temporary 1:24"),
        ("CREATE TEMP AGGREGATE FUNCTION f(x INT64) AS (x); SELECT f(1)", "function.body 1:1"),
        ("CREATE TEMP FUNCTION f() RETURNS INT64 LANGUAGE js AS 'return 1'; SELECT f()", "function.javascript 1:22"),
        ("CREATE TEMP FUNCTION f() AS (1) OPTIONS (description = 'x'); SELECT f()", "function.temporary 1:22"),
        ("CREATE TEMP FUNCTION f(x INT64) AS (x); SELECT f()", "function.arguments 1:48"),
        (
            "DECLARE k FLOAT64 DEFAULT f(1); CREATE TEMP FUNCTION f(x FLOAT64) AS (x); SELECT k",
            "statement.script_value 1:27"
        ),
        ("CREATE TEMP FUNCTION f(x INT64) AS (x); SELECT (1).f()", "function.arguments 1:52"),
        ("CREATE FUNCTION d.f() AS (1); SELECT d.f()", "statement.several 1:31"),
        ("CREATE TEMP FUNCTION f() AS (1); DROP TABLE customers; SELECT f()", "statement.several 1:34"),
        ("CREATE TEMP FUNCTION f() AS (1); SELECT 1; SELECT f()", "statement.several 1:34"),
    ])
    func `a reason against a temporary function has its place`(sql: String, reason: String) throws {
        guard case .failure(let list) = try rewrite(sql) else {
            Issue.record("not refused")
            return
        }
        let reasons = list.refusals.map { "\($0.code) \($0.position?.line ?? 0):\($0.position?.column ?? 0)" }
        #expect(reasons.contains(reason), "\(reasons)")
    }

    @Test func `a temporary function reads what its caller may read`() throws {
        let query = try rewrite("CREATE TEMP FUNCTION f() AS ((SELECT MAX(ssn) FROM customers)); SELECT f() AS s").get()
        #expect(query.tables == [Bank.customers.id])
        #expect(query.outputColumns?.map { $0.mask?.tag } == ["pii.ssn"])
        #expect(
            try codes("CREATE TEMP FUNCTION f() AS ((SELECT 1 FROM secret.people)); SELECT f()") == ["table.not_found"]
        )
    }

    @Test func `many functions in one another are written in time`() throws {
        let sql = "SELECT " + String(repeating: "bank.same(", count: 60) + "1" + String(repeating: ")", count: 60)
        #expect(try rewrite(sql).get().sql.contains("COALESCE((1))"))
        let wide = "SELECT CONCAT(" + (0..<5000).map { "bank.domain('\($0)')" }.joined(separator: ", ") + ")"
        #expect(try rewrite(wide).get().sql.contains("CAST('4999' AS STRING)"))
    }
}
