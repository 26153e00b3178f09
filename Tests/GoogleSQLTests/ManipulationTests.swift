import GoogleSQL
import Testing

/// INSERT, UPDATE, DELETE, MERGE, TRUNCATE, EXPORT, LOAD and CLONE: their tables, and errors with their places.
struct ManipulationTests {
    @Test(
        arguments: [
            ("INSERT INTO t SELECT * FROM u", [.init("t", .manipulated), .init("u", .read)]),
            ("INSERT t VALUES ((SELECT a FROM u))", [.init("t", .manipulated), .init("u", .read)]),
            (
                "INSERT t (SELECT 1) ON CONFLICT DO UPDATE SET a = (SELECT 1 FROM u) WHERE b IN (SELECT 1 FROM v)",
                [.init("t", .manipulated), .init("u", .read), .init("v", .read)]
            ),
            ("INSERT t SELECT 1 THEN RETURN (SELECT 1 FROM u)", [.init("t", .manipulated), .init("u", .read)]),
            ("INSERT t TABLE u", [.init("t", .manipulated), .init("u", .read)]),
            ("UPDATE t SET a = (SELECT 1 FROM u)", [.init("t", .manipulated), .init("u", .read)]),
            ("UPDATE t SET a[(SELECT 1 FROM u)] = 1", [.init("t", .manipulated), .init("u", .read)]),
            (
                "UPDATE t SET (DELETE a WHERE EXISTS (SELECT 1 FROM u)), (INSERT b (SELECT 1 FROM v))",
                [.init("t", .manipulated), .init("u", .read), .init("v", .read)]
            ),
            ("DELETE t WHERE a IN (SELECT 1 FROM u)", [.init("t", .manipulated), .init("u", .read)]),
            (
                """
                MERGE t USING u ON (SELECT TRUE FROM v) WHEN MATCHED AND (SELECT TRUE FROM w) THEN UPDATE SET
                a = (SELECT 1 FROM x) WHEN NOT MATCHED THEN INSERT VALUES ((SELECT 1 FROM y))
                """,
                [
                    .init("t", .manipulated), .init("u", .read), .init("v", .read), .init("w", .read),
                    .init("x", .read),
                    .init("y", .read),
                ]
            ),
            ("TRUNCATE TABLE t WHERE a = (SELECT 1 FROM u)", [.init("t", .manipulated), .init("u", .read)]),
            ("EXPORT DATA OPTIONS () AS SELECT * FROM t", [.init("t", .read)]),
            ("EXPORT MODEL m", [.init("m", .model)]),
            ("EXPORT TABLE METADATA FROM t", [.init("t", .read)]),
            (
                "LOAD DATA INTO t (a INT64 REFERENCES u(b)) FROM FILES (x = (SELECT 1 FROM v))",
                [.init("t", .manipulated), .init("u", .foreignKey), .init("v", .read)]
            ),
            (
                "CLONE DATA INTO t FROM u UNION ALL v WHERE a IN (SELECT 1 FROM w)",
                [.init("t", .manipulated), .init("u", .source), .init("v", .source), .init("w", .read)]
            ),
            ("FROM t |> INSERT u", [.init("t", .read), .init("u", .manipulated)]),
            ("FROM t |> EXPORT DATA OPTIONS (x = (SELECT 1 FROM u))", [.init("t", .read), .init("u", .read)]),
            ("FROM t |> CREATE TABLE u LIKE v", [.init("t", .read), .init("u", .created), .init("v", .source)]),
            ("WITH t AS (SELECT 1) FROM t |> INSERT t", [.init("t", .manipulated)]),
        ] as [(String, [Named])]
    )
    func `each table is seen with what is done to it`(sql: String, tables: [Named]) throws {
        let parsed = try assertParses(sql)
        #expect(parsed.tableReferences().map { Named($0.path.joined(separator: "."), $0.role) } == tables)
    }

    @Test(arguments: [
        ("DELETE d.t WHERE EXISTS (SELECT 1 FROM t.items)", []),
        ("DELETE d.t AS x WHERE EXISTS (SELECT 1 FROM x.items, t.items)", ["t.items"]),
        ("UPDATE d.t SET a = ARRAY(SELECT 1 FROM t.items) WHERE TRUE", []),
        ("UPDATE d.t SET a = 1 FROM u, u.items, t.items WHERE TRUE", ["u", "t.items"]),
        ("UPDATE d.t SET (UPDATE t.a AS x SET b = (SELECT 1 FROM x.c, t.d)) WHERE TRUE", []),
        ("INSERT d.t SELECT * FROM t.items", ["t.items"]),
        ("INSERT d.t VALUES ((SELECT 1 FROM t.items))", ["t.items"]),
        ("INSERT d.t SELECT 1 THEN RETURN ARRAY(SELECT 1 FROM t.items)", []),
        ("MERGE d.t USING t.items ON TRUE WHEN MATCHED THEN DELETE", ["t.items"]),
        ("MERGE d.t AS x USING u ON EXISTS (SELECT 1 FROM x.a, u.b, t.c) WHEN MATCHED THEN DELETE", ["u", "t.c"]),
    ])
    func `the target is a name for its rows, but not where new rows come from`(sql: String, tables: [String]) throws {
        try assertParses(sql, reads: tables)
    }

    @Test(arguments: [
        ("INSERT INTO t", "expected `SELECT`, `FROM`, `WITH` or `(` but found the end of the text", 14),
        ("INSERT OR t VALUES (1)", "expected `IGNORE`, `REPLACE` or `UPDATE` but found `t`", 11),
        ("INSERT INTO t (table) SELECT 1", "expected an identifier but found `)`", 21),
        ("INSERT INTO t SELECT 1 ON CONFLICT DO NOTHING", "expected the end of the text but found `ON`", 24),
        ("INSERT INTO t TABLE u LIMIT 1", "expected the end of the text but found `LIMIT`", 23),
        ("INSERT INTO t (a) TABLE u ON CONFLICT DO NOTHING", "expected the end of the text but found `ON`", 27),
        ("INSERT INTO my-p[0] VALUES (1)", "expected `SELECT`, `FROM`, `WITH` or `(` but found `[`", 17),
        ("INSERT t VALUES ()", "unexpected `)`", 18),
        ("INSERT t SELECT 1 ASSERT_ROWS_MODIFIED a", "expected an integer literal or a parameter but found `a`", 40),
        (
            "DELETE t ASSERT_ROWS_MODIFIED CAST(f() AS INT64)",
            "expected an integer literal or a parameter but found `f`", 36
        ),
        ("UPDATE t SET a.f() = 1", "expected `=` but found `(`", 17),
        ("UPDATE t SET (MERGE a) WHERE TRUE", "expected `INSERT`, `UPDATE` or `DELETE` but found `MERGE`", 15),
        ("MERGE t USING f(1) ON TRUE WHEN MATCHED THEN DELETE", "expected `ON` but found `(`", 16),
        ("MERGE t USING (a JOIN b) ON TRUE", "expected `SELECT`, `FROM`, `WITH` or `(` but found `a`", 16),
        ("MERGE t USING u ON TRUE", "expected `WHEN` but found the end of the text", 24),
        (
            "MERGE t USING u ON TRUE WHEN MATCHED THEN INSERT SELECT 1",
            "expected `VALUES` or `ROW` but found `SELECT`", 50
        ),
        ("TRUNCATE t", "expected `TABLE` but found `t`", 10),
        ("EXPORT DATA OPTIONS ()", "expected `AS` but found the end of the text", 23),
        ("EXPORT TABLE FUNCTION METADATA FROM f", "EXPORT TABLE FUNCTION METADATA is not supported", 8),
        ("LOAD DATA t", "expected `INTO` or `OVERWRITE` but found `t`", 11),
        ("LOAD DATA INTO t OVERWRITE FROM FILES ()", "expected `PARTITIONS` but found `FROM`", 28),
        ("CLONE DATA INTO t FROM u UNION v", "expected `ALL` but found `v`", 32),
        ("FROM t |> INSERT REPLACE u", "expected the end of the text but found `u`", 26),
        ("FROM t |> INSERT u (SELECT 1)", "expected an identifier but found `SELECT`", 21),
        ("FROM t |> EXPORT MODEL m", "expected `DATA` but found `MODEL`", 18),
        ("FROM t |> EXPORT DATA AS SELECT 1", "a pipe operator that writes takes no query after AS", 23),
        ("FROM t |> CREATE TABLE u AS SELECT 1", "a pipe operator that writes takes no query after AS", 26),
        ("FROM t |> CREATE VIEW v", "expected `TABLE` but found `VIEW`", 18),
    ])
    func `errors have the place of the reference`(sql: String, message: String, column: Int) {
        let error = syntaxError(sql)
        #expect(error?.message == message)
        #expect(error?.position == SourcePosition(line: 1, column: column))
    }

    /// A table as text, with what is done to it.
    struct Named: Equatable, Sendable {
        let path: String
        let role: TableReference.Role

        init(_ path: String, _ role: TableReference.Role) {
            self.path = path
            self.role = role
        }
    }
}
