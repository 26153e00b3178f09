@testable import GoogleSQL
import Testing

/// Which names are tables, and which are common table expressions or arrays of a row.
struct TableReferenceTests {
    @Test(arguments: [
        ("WITH c AS (SELECT * FROM t) SELECT * FROM c", ["t"]),
        ("WITH users AS (SELECT * FROM users) SELECT * FROM users", ["users"]),
        ("WITH C AS (SELECT 1) SELECT * FROM c, d.c", ["d.c"]),
        ("WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a, b", ["b"]),
        ("WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a, b", []),
        ("WITH RECURSIVE r AS (SELECT 1 FROM t UNION ALL SELECT * FROM r) SELECT * FROM r", ["t"]),
        ("SELECT * FROM (WITH c AS (SELECT 1) SELECT * FROM c), c", ["c"]),
        ("WITH c AS (SELECT 1) SELECT * FROM (WITH c AS (SELECT * FROM c) SELECT * FROM c)", []),
        ("WITH c AS (SELECT 1) SELECT (SELECT * FROM c), ARRAY(SELECT * FROM d)", ["d"]),
    ])
    func `common table expressions hide tables only where they are visible`(sql: String, tables: [String]) throws {
        try assertParses(sql, reads: tables)
    }

    @Test(arguments: [
        ("SELECT * FROM d.t, t.items", ["d.t"]),
        ("SELECT * FROM d.t AS x, t.items", ["d.t", "t.items"]),
        ("SELECT * FROM d.t AS x, X.items AS i, i.more", ["d.t"]),
        ("SELECT * FROM t, items", ["t", "items"]),
        ("SELECT * FROM t JOIN t.items ON TRUE JOIN u ON TRUE", ["t", "u"]),
        ("SELECT * FROM t WHERE EXISTS (SELECT 1 FROM t.items)", ["t"]),
        ("SELECT (SELECT 1 FROM x.items) FROM t AS x", ["t"]),
        ("SELECT * FROM t.items, t", ["t.items", "t"]),
        ("SELECT * FROM (SELECT * FROM d.t), t.items", ["d.t", "t.items"]),
        ("SELECT * FROM (d.t JOIN d.u ON TRUE), t.items, u.items", ["d.t", "d.u"]),
        ("SELECT * FROM t, UNNEST(t.items) AS i, i.x", ["t"]),
        ("SELECT * FROM t, LATERAL (SELECT * FROM t.items)", ["t"]),
        ("SELECT * FROM t, (SELECT * FROM t.items)", ["t", "t.items"]),
        ("SELECT * FROM `t`, `t.items`", ["t", "`t.items`"]),
    ])
    func `a path that starts with a name of the same FROM is an array`(sql: String, tables: [String]) throws {
        try assertParses(sql, reads: tables)
    }

    @Test(arguments: [
        "SELECT (SELECT 1 FROM t)", "SELECT EXISTS(SELECT 1 FROM t)", "SELECT ARRAY(SELECT 1 FROM t)",
        "SELECT 1 IN (SELECT 1 FROM t)", "SELECT 'a' LIKE ANY (SELECT 'b' FROM t)", "SELECT f(x => (SELECT 1 FROM t))",
        "SELECT f(e -> (SELECT 1 FROM t))",
        "SELECT f(a ORDER BY (SELECT 1 FROM t))",
        "SELECT f(a HAVING MAX (SELECT 1 FROM t))",
        "SELECT f(a LIMIT (SELECT 1 FROM t))", "SELECT f() OVER (PARTITION BY (SELECT 1 FROM t))",
        "SELECT f() OVER (ORDER BY (SELECT 1 FROM t))",
        "SELECT f() OVER w FROM a WINDOW w AS (ORDER BY (SELECT 1 FROM t))",
        "SELECT f() OVER (ORDER BY a ROWS BETWEEN (SELECT 1 FROM t) PRECEDING AND CURRENT ROW)",
        "SELECT 1 FROM a WHERE (SELECT TRUE FROM t)", "SELECT 1 FROM a GROUP BY (SELECT 1 FROM t)",
        "SELECT 1 FROM a GROUP BY ROLLUP((SELECT 1 FROM t))",
        "SELECT 1 FROM a GROUP BY GROUPING SETS(CUBE((SELECT 1 FROM t)))",
        "SELECT 1 FROM a GROUP BY 1 HAVING (SELECT TRUE FROM t)",
        "SELECT 1 FROM a WHERE TRUE QUALIFY (SELECT TRUE FROM t)",
        "SELECT 1 FROM a ORDER BY (SELECT 1 FROM t)", "SELECT 1 FROM a LIMIT (SELECT 1 FROM t)",
        "SELECT 1 FROM a LIMIT 1 OFFSET (SELECT 1 FROM t)", "SELECT * REPLACE ((SELECT 1 FROM t) AS x) FROM a",
        "SELECT (SELECT AS STRUCT * FROM t).* FROM a", "SELECT a[(SELECT 1 FROM t)]", "SELECT [(SELECT 1 FROM t)]",
        "SELECT STRUCT((SELECT 1 FROM t) AS x)",
        "SELECT (1, (SELECT 1 FROM t))",
        "SELECT CASE WHEN (SELECT TRUE FROM t) THEN 1 END",
        "SELECT CASE a WHEN 1 THEN 2 ELSE (SELECT 1 FROM t) END", "SELECT CAST((SELECT 1 FROM t) AS STRING)",
        "SELECT CAST(a AS STRING FORMAT (SELECT 'x' FROM t))", "SELECT EXTRACT(DAY FROM (SELECT d FROM t))",
        "SELECT EXTRACT(DAY FROM d AT TIME ZONE (SELECT z FROM t))", "SELECT INTERVAL (SELECT 1 FROM t) DAY",
        "SELECT WITH(a AS (SELECT 1 FROM t), a)",
        "SELECT 1 BETWEEN (SELECT 1 FROM t) AND 2",
        "SELECT NOT (SELECT TRUE FROM t)",
        "SELECT -(SELECT 1 FROM t)", "SELECT 1 + (SELECT 1 FROM t)", "SELECT a.f((SELECT 1 FROM t))",
        "SELECT 1 FROM a JOIN b ON (SELECT TRUE FROM t)", "SELECT 1 FROM UNNEST(ARRAY(SELECT 1 FROM t))",
        "SELECT 1 FROM a PIVOT(SUM(x) FOR (SELECT 1 FROM t) IN (1))",
        "SELECT 1 FROM a FOR SYSTEM_TIME AS OF (SELECT d FROM t)",
        "SELECT 1 FROM f(TABLE t)", "SELECT 1 FROM f((SELECT 1 FROM t))", "SELECT 1 FROM f(x => (SELECT 1 FROM t))",
        "(SELECT 1 FROM t)", "SELECT 1 UNION ALL SELECT 1 FROM t", "SELECT 1 EXCEPT DISTINCT (SELECT 1 FROM t)",
        "WITH c AS (SELECT 1 FROM t) SELECT 1",
        "FROM t",
        "FROM a |> JOIN t ON TRUE",
        "FROM a |> WHERE x IN (SELECT 1 FROM t)",
        "FROM a |> EXTEND (SELECT 1 FROM t) AS x", "FROM a |> AGGREGATE f((SELECT 1 FROM t)) GROUP BY x",
        "FROM a |> AGGREGATE f(1) GROUP BY (SELECT 1 FROM t)", "FROM a |> SET x = (SELECT 1 FROM t)",
        "FROM a |> UNION ALL (SELECT 1 FROM t)",
        "FROM a |> CALL f(TABLE t)",
        "FROM a |> IF (SELECT TRUE FROM t) THEN (|> WHERE TRUE)",
        "FROM a |> TEE (|> JOIN t ON TRUE)",
        "FROM a |> ORDER BY (SELECT 1 FROM t)",
        "FROM a |> ASSERT (SELECT TRUE FROM t)",
        "FROM a |> WITH c AS (SELECT 1 FROM t) |> SELECT 1", "FROM a |> PIVOT(SUM((SELECT 1 FROM t)) FOR x IN (1))",
    ])
    func `a table is seen wherever a query can stand`(sql: String) throws {
        let parsed = try assertParses(sql)
        #expect(readPaths(parsed).contains("t"))
    }

    @Test func `a table in a hint is seen and marked`() throws {
        let parsed = try Parser.parse(statement: "SELECT 1 FROM a @{x = (SELECT 1 FROM t)}")
        #expect(parsed.tableReferences().map(\.isInHint) == [false, true])
        #expect(TokenPrinter.print(parsed) == "SELECT 1 FROM a")
    }

    @Test func `a reference carries its bytes`() throws {
        let parsed = try Parser.parse(statement: "SELECT 'é' FROM my-p.`d` . t AS x")
        #expect(parsed.tableReferences().map(\.bytes) == [17..<29])
    }
}

@Suite("Visible names")
struct VisibleNamesTests {
    @Test func `a copy grows by itself`() {
        var outer: VisibleNames = ["a"]
        var inner = outer
        for number in 0..<20 { inner.insert("n\(number)") }
        outer.insert("b")
        #expect(inner.contains("a") && inner.contains("n0") && inner.contains("n19") && !inner.contains("b"))
        #expect(outer.contains("a") && outer.contains("b") && !outer.contains("n0"))
        let copy = outer
        outer.formUnion(inner)
        #expect(outer.contains("n0") && outer.contains("n19") && outer.contains("b"))
        #expect(!copy.contains("n0"))
    }
}
