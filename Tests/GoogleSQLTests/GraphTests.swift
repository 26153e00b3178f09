import Foundation
import GoogleSQL
import Testing

/// Graph queries and MATCH_RECOGNIZE: tables and graphs inside, words that are keywords by context, places of errors.
struct GraphTests {
    @Test(arguments: [
        "GRAPH g MATCH (n WHERE EXISTS (SELECT 1 FROM t)) RETURN 1",
        "GRAPH g MATCH (n {a: (SELECT 1 FROM t)}) RETURN 1",
        "GRAPH g MATCH (n)-[COST]->(m COST (SELECT 1 FROM t)) RETURN 1",
        "GRAPH g MATCH ((a)->(b) WHERE (SELECT TRUE FROM t)) RETURN 1",
        "GRAPH g MATCH (n) WHERE (SELECT TRUE FROM t) RETURN 1",
        "GRAPH g LET x = (SELECT 1 FROM t) RETURN 1", "GRAPH g FILTER (SELECT TRUE FROM t) RETURN 1",
        "GRAPH g FOR x IN ARRAY(SELECT 1 FROM t) RETURN 1", "GRAPH g ORDER BY (SELECT 1 FROM t) RETURN 1",
        "GRAPH g WITH (SELECT 1 FROM t) AS x GROUP BY x RETURN 1",
        "GRAPH g WITH 1 AS x GROUP BY (SELECT 1 FROM t) RETURN 1",
        "GRAPH g TABLESAMPLE r (1 ROWS PARTITION BY (SELECT 1 FROM t)) RETURN 1", "GRAPH g CALL f(TABLE t) RETURN 1",
        "GRAPH g CALL {RETURN (SELECT 1 FROM t) AS x} RETURN 1", "GRAPH g RETURN (SELECT 1 FROM t) AS x",
        "GRAPH g RETURN 1 GROUP BY (SELECT 1 FROM t)", "GRAPH g RETURN 1 ORDER BY (SELECT 1 FROM t)",
        "GRAPH g RETURN 1 UNION ALL RETURN (SELECT 1 FROM t)", "GRAPH g RETURN 1 NEXT RETURN (SELECT 1 FROM t)",
        "GRAPH g RETURN EXISTS {(n WHERE (SELECT TRUE FROM t))}", "GRAPH g RETURN EXISTS {FILTER (SELECT TRUE FROM t)}",
        "GRAPH g RETURN ARRAY {RETURN (SELECT 1 FROM t)}", "GRAPH g RETURN 1 IN {RETURN (SELECT 1 FROM t)}",
        "GRAPH g RETURN (SELECT n FROM t) IS SOURCE OF e", "GRAPH g RETURN n IS SOURCE OF (SELECT e FROM t)",
        "GRAPH g RETURN (SELECT n FROM t) IS LABELED x",
        "SELECT * FROM GRAPH_TABLE(g MATCH (n) COLUMNS ((SELECT 1 FROM t) AS x))",
        "SELECT 1 FROM GRAPH_TABLE(g RETURN 1), t",
        "SELECT 1 FROM t MATCH_RECOGNIZE(ORDER BY a MEASURES 1 AS b PATTERN (c) DEFINE c AS TRUE)",
        "SELECT 1 FROM u MATCH_RECOGNIZE(PARTITION BY (SELECT 1 FROM t) ORDER BY a MEASURES 1 AS b PATTERN (c) DEFINE c AS d)",
        "SELECT 1 FROM u MATCH_RECOGNIZE(ORDER BY (SELECT 1 FROM t) MEASURES 1 AS b PATTERN (c) DEFINE c AS d)",
        "SELECT 1 FROM u MATCH_RECOGNIZE(ORDER BY a MEASURES (SELECT 1 FROM t) AS b PATTERN (c) DEFINE c AS d)",
        "FROM u |> MATCH_RECOGNIZE(ORDER BY a MEASURES 1 AS b PATTERN (c) DEFINE c AS (SELECT TRUE FROM t))",
        "FROM u |> MATCH_RECOGNIZE(ORDER BY a MEASURES 1 AS b PATTERN (c) DEFINE c AS d OPTIONS(x = (SELECT 1 FROM t)))",
    ])
    func `a table is seen wherever a query can stand`(sql: String) throws {
        #expect(readPaths(try assertParses(sql)).contains("t"))
    }

    @Test func `graphs are named with their places`() throws {
        let sql = "SELECT VALUE {GRAPH d.h RETURN 1} FROM GRAPH_TABLE(`p.d.g` MATCH (n) RETURN 1)"
        let found = try assertParses(sql).tableReferences()
        #expect(found.map(\.role) == [.graph, .graph])
        #expect(found.map(\.path) == [["d", "h"], ["p.d.g"]])
        #expect(found.map(\.bytes) == [20..<23, 51..<58])
    }

    @Test(arguments: [
        ("GRAPH g MATCH (n) RETURN (SELECT 1 FROM n.items)", ["n.items"]),
        ("SELECT * FROM GRAPH_TABLE(g MATCH (n) RETURN 1) AS x, x.items", []),
        ("SELECT * FROM t, GRAPH_TABLE(g RETURN (SELECT 1 FROM t.items) AS a)", ["t", "t.items"]),
        ("WITH c AS (SELECT 1) SELECT * FROM GRAPH_TABLE(g RETURN (SELECT 1 FROM c) AS a)", []),
        ("SELECT * FROM t MATCH_RECOGNIZE(ORDER BY a MEASURES 1 AS b PATTERN (c) DEFINE c AS d) AS m, t.x", ["t"]),
        (
            "SELECT * FROM u, t MATCH_RECOGNIZE(ORDER BY (SELECT 1 FROM u.x) MEASURES 1 AS b PATTERN (c) DEFINE c AS d)",
            ["u", "t"]
        ),
    ])
    func `variables of patterns hide no table`(sql: String, tables: [String]) throws {
        try assertParses(sql, reads: tables)
    }

    @Test(arguments: [
        "SELECT graph_table, match_recognize FROM graph_table", "SELECT * FROM graph_table(a, TABLE t)",
        "SELECT * FROM graph_table(TABLE match)", "SELECT * FROM t match_recognize",
        "SELECT value, value.source FROM label",
        "SELECT * FROM GRAPH_TABLE(graph MATCH (match)-[label]->(columns) RETURN return)",
        "SELECT * FROM t AS `graph_table`, GRAPH_TABLE(`graph_table` RETURN 1)",
        "SELECT EXISTS {match = (a)}, EXISTS {graph = (b)}, EXISTS {GRAPH graph graph = (c)}",
    ])
    func `words that are not reserved are names where nothing shows otherwise`(sql: String) throws {
        try assertParses(sql)
    }

    @Test(arguments: [
        ("GRAPH", 1, 6), ("GRAPH g", 1, 8), ("GRAPH p-q RETURN 1", 1, 8), ("(GRAPH g RETURN 1)", 1, 2),
        ("GRAPH g MATCH (a) RETURN a.*", 1, 28), ("GRAPH g MATCH (a) RETURN a b", 1, 28),
        ("GRAPH g RETURN 1 LIMIT ALL", 1, 24), ("GRAPH g RETURN 1 LIMIT 1 OFFSET 2", 1, 26),
        ("GRAPH g RETURN 1 |> SELECT 1", 1, 18), ("GRAPH g RETURN 1 UNION ALL BY NAME RETURN 1", 1, 28),
        ("GRAPH g MATCH (walk) RETURN 1", 1, 20), ("GRAPH g MATCH a (b) RETURN 1", 1, 17),
        ("GRAPH g MATCH (a)-[b]-(c) WHERE RETURN 1", 1, 40), ("GRAPH g MATCH -[cost 1]- RETURN 1", 1, 22),
        ("GRAPH g MATCH (a)<->(b) RETURN 1", 1, 19), ("GRAPH g MATCH -[a]- >(b) RETURN 1", 1, 21),
        ("GRAPH g CALL PER.f() RETURN 1", 1, 17), ("GRAPH g CALL (a,) {RETURN 1} RETURN 1", 1, 17),
        ("GRAPH g FOR a IN b WITH c RETURN 1", 1, 25), ("GRAPH g WITH (a AS b) RETURN 1", 1, 9),
        ("SELECT EXISTS {}", 1, 16), ("SELECT VALUE {MATCH (a)}", 1, 24), ("SELECT a IN @{h = 1} {RETURN 1}", 1, 22),
        ("SELECT a = b IS LABELED c", 1, 14), ("SELECT a IS SOURCE OF b = c", 1, 25),
        ("SELECT a IS LABELED b &", 1, 24),
    ])
    func `errors are where the reference has them`(sql: String, line: Int, column: Int) {
        #expect(syntaxError(sql)?.position == SourcePosition(line: line, column: column))
    }

    /// The reference takes both words for names unless all of the text is right with both as keywords.
    @Test(arguments: [
        ("SELECT * FROM GRAPH_TABLE(d.g MATCH (a)\\n) WHERE", 1, 31, "at 2:8: "),
        ("SELECT * FROM t MATCH_RECOGNIZE(ORDER BY)", 1, 32, "1:41: "),
        ("SELECT * FROM t AS u MATCH_RECOGNIZE()", 1, 22, "1:38: "), ("FROM t |> MATCH_RECOGNIZE()", 1, 11, "1:27: "),
    ])
    func `an error after a contextual keyword names both places`(sql: String, line: Int, column: Int, inner: String) {
        let error = syntaxError(sql.replacingOccurrences(of: "\\n", with: "\n"))
        #expect(error?.position == SourcePosition(line: line, column: column))
        #expect(error?.message.contains(inner) == true)
    }
}
