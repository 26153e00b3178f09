import GoogleSQL
import Testing

/// CREATE of tables, views, snapshots, schemas, connections and databases.
struct CreateRelationTests {
    @Test(arguments: [
        ("CREATE TABLE d.t (a INT64)", ["create d.t"]),
        ("CREATE TABLE t LIKE my-project.d.s", ["create t", "source my-project.d.s"]),
        (
            "CREATE TABLE t CLONE s FOR SYSTEM_TIME AS OF (SELECT x FROM u) WHERE a IN (SELECT b FROM v)",
            ["create t", "source s", "read u", "read v"]
        ),
        ("CREATE TABLE t COPY s WHERE EXISTS(SELECT 1 FROM s.items)", ["create t", "source s", "read s.items"]),
        (
            "CREATE TABLE t (a INT64 REFERENCES d.u(a), FOREIGN KEY (a) REFERENCES v(b), CHECK (a IN (SELECT b FROM w)))",
            ["create t", "fk d.u", "fk v", "read w"]
        ),
        (
            "CREATE TABLE t (a INT64 DEFAULT (SELECT 1 FROM u), b AS ((SELECT 2 FROM v)) OPTIONS(x = (SELECT 3 FROM w)))",
            ["create t", "read u", "read v", "read w"]
        ),
        (
            "CREATE TABLE t (a STRUCT<b ARRAY<INT64 OPTIONS(x = (SELECT 1 FROM u))>>) PARTITION BY (SELECT 1 FROM v) "
                + "CLUSTER BY (SELECT 1 FROM w) OPTIONS(x = (SELECT 1 FROM x))",
            ["create t", "read u", "read v", "read w", "read x"]
        ),
        ("CREATE TABLE t AS SELECT * FROM t", ["create t", "read t"]),
        ("CREATE TABLE t AS WITH c AS (SELECT 1) SELECT * FROM c, u", ["create t", "read u"]),
        (
            "CREATE EXTERNAL TABLE t LIKE s WITH PARTITION COLUMNS (a INT64 REFERENCES u(a)) OPTIONS(x = (SELECT 1 FROM v))",
            ["create t", "source s", "fk u", "read v"]
        ),
        ("CREATE SNAPSHOT TABLE t CLONE s", ["create t", "source s"]),
        ("CREATE SNAPSHOT SCHEMA d CLONE e", ["create d", "source e"]),
        ("CREATE VIEW d.v AS SELECT * FROM d.v", ["create d.v", "read d.v"]),
        ("CREATE VIEW v (a OPTIONS(x = (SELECT 1 FROM t))) AS SELECT 1", ["create v", "read t"]),
        ("CREATE MATERIALIZED VIEW v AS REPLICA OF p.d.w", ["create v", "source p.d.w"]),
        ("CREATE MATERIALIZED VIEW v PARTITION BY (SELECT 1 FROM t) AS SELECT 1", ["create v", "read t"]),
        ("CREATE SCHEMA p.d", ["create p.d"]),
        ("CREATE EXTERNAL SCHEMA d WITH CONNECTION c OPTIONS()", ["create d"]),
        ("CREATE CONNECTION c", ["create c"]),
        ("CREATE DATABASE d", ["create d"]),
    ])
    func `objects are told by what is done with them`(sql: String, objects: [String]) throws {
        #expect(Self.objects(try assertParses(sql)) == objects)
    }

    /// The name must be the same letter by letter: BigQuery tells tables apart by case.
    @Test func `a recursive view is no table inside its own query`() throws {
        let sql = "CREATE RECURSIVE VIEW d.v AS SELECT 1 FROM d.v, D.v, v, (SELECT * FROM d.v) UNION ALL (TABLE d.v)"
        #expect(Self.objects(try assertParses(sql)) == ["create d.v", "read D.v", "read v"])
        let materialized = "CREATE MATERIALIZED RECURSIVE VIEW v AS SELECT * FROM v UNION ALL SELECT * FROM `v`, d.v"
        #expect(Self.objects(try assertParses(materialized)) == ["create v", "read d.v"])
    }

    @Test(arguments: [
        ("CREATE TABLE t (a INT64)", StatementKind.createTable),
        ("CREATE EXTERNAL TABLE t OPTIONS()", .createExternalTable),
        ("CREATE SNAPSHOT TABLE t CLONE s", .createSnapshotTable),
        ("CREATE SNAPSHOT SCHEMA t CLONE s", .createSnapshot),
        ("CREATE VIEW v AS SELECT 1", .createView),
        ("CREATE MATERIALIZED VIEW v AS SELECT 1", .createMaterializedView),
        ("CREATE APPROX VIEW v AS SELECT 1", .createApproxView),
        ("CREATE SCHEMA d", .createSchema),
        ("CREATE EXTERNAL SCHEMA d OPTIONS()", .createExternalSchema),
        ("CREATE CONNECTION c", .createConnection),
        ("CREATE DATABASE d", .createDatabase),
    ])
    func `each statement has its kind`(sql: String, kind: StatementKind) throws {
        #expect(try Parser.parse(statement: sql).statement.kind == kind)
    }

    private static func objects(_ parsed: ParsedStatement) -> [String] {
        parsed.tableReferences().map { "\($0.role.rawValue) \($0.path.joined(separator: "."))" }
    }

    // MARK: Errors

    @Test(arguments: [
        ("CREATE TABLE t ()", "a table must define at least one column", 17),
        ("CREATE TABLE t (, a INT64)", "expected an identifier but found `,`", 17),
        ("CREATE TABLE t (a)", "expected a type but found `)`", 18),
        ("CREATE TABLE t (a INT64 b)", "expected `)` but found `b`", 25),
        ("CREATE TABLE t (a ARRAY<>)", "expected `<` but found `<`", 24),
        ("CREATE TABLE t (a MAP<INT64, INT64>)", "expected `)` but found `<`", 22),
        ("CREATE TABLE t (a NUMERIC(1,))", "a trailing comma after type parameters is not allowed", 28),
        ("CREATE TABLE t (a STRUCT<INT64 OPTIONS(x = 1)>)", "expected a type parameter but found `x`", 40),
        ("CREATE TABLE t (a INT64 NOT ENFORCED)", "expected `NULL` but found `ENFORCED`", 29),
        ("CREATE TABLE t (a INT64 HIDDEN NOT ENFORCED x)", "only a key can be enforced or not", 32),
        ("CREATE TABLE t (a INT64 DEFAULT 1 AS (2) x)", "a generated column cannot have a DEFAULT", 35),
        ("CREATE TABLE t (a INT64 AS (1) DEFAULT 2 x)", "a generated column cannot have a DEFAULT", 32),
        ("CREATE TABLE t (a AS (SELECT 1))", "a query as an expression must be in parentheses", 23),
        ("CREATE TABLE t (a AS IDENTITY(CYCLE START WITH 1))", "expected `)` but found `START`", 37),
        ("CREATE TABLE t (a AS IDENTITY(START WITH +1))", "expected a number but found `+`", 42),
        ("CREATE TABLE t (a AS x)", "expected `(` or `IDENTITY` but found `x`", 22),
        ("CREATE TABLE t (PRIMARY KEY (a DESC))", "primary keys have no order", 32),
        ("CREATE TABLE t (PRIMARY KEY (a  NULLS LAST))", "primary keys have no order", 31),
        ("CREATE TABLE t (CONSTRAINT c PRIMARY KEY (a))", "expected `)` but found `(`", 42),
        ("CREATE TABLE t (x c CHECK (TRUE) y)", "expected `CONSTRAINT` before the name of a constraint", 17),
        ("CREATE TABLE t (a INT64 REFERENCES u)", "expected `(` but found `)`", 37),
        (
            "CREATE TABLE t (a INT64 REFERENCES u(b) MATCH x)",
            "expected `SIMPLE`, `FULL` or `NOT DISTINCT` but found `x`", 47
        ),
        ("CREATE TABLE t (a INT64 REFERENCES u(b) ON DELETE CASCADE ON x)", "expected `UPDATE` but found `x`", 62),
        ("CREATE TABLE t (a INT64) PRIMARY KEY (a) x", "PRIMARY KEY must stand in the list of columns", 26),
        ("CREATE TABLE t ROW DELETION POLICY (a) x", "ROW DELETION POLICY is not supported", 16),
        ("CREATE TABLE t COPY a CLONE b", "expected the end of the text but found `CLONE`", 23),
        ("CREATE TABLE t OPTIONS x", "expected `(` but found `x`", 24),
        ("CREATE TABLE t WITH PARTITION COLUMNS", "expected `CONNECTION` but found `PARTITION`", 21),
        ("CREATE TABLE IF NOT IN t", "expected `NOT EXISTS` but found `NOT`", 17),
        ("CREATE TABLE a-.b (c INT64)", "expected an identifier but found `.`", 16),
        ("CREATE TABLE a -b (c INT64)", "unexpected `-`", 16),
        ("CREATE EXTERNAL TABLE t (a INT64)", "expected `OPTIONS` but found the end of the text", 34),
        ("CREATE EXTERNAL TABLE FUNCTION f", "CREATE EXTERNAL TABLE FUNCTION is not supported", 8),
        ("CREATE EXTERNAL VIEW v", "expected `SCHEMA` or `TABLE` but found `VIEW`", 17),
        ("CREATE SNAPSHOT VIEW v CLONE w x", "there are snapshots of tables and schemas alone", 17),
        ("CREATE SNAPSHOT TABLE t OPTIONS()", "expected `CLONE` but found `OPTIONS`", 25),
        ("CREATE VIEW v SQL SECURITY x AS SELECT 1", "expected `INVOKER` or `DEFINER` but found `x`", 28),
        ("CREATE VIEW v (a INT64) AS SELECT 1", "expected `)` but found `INT64`", 18),
        ("CREATE VIEW v AS REPLICA OF w", "expected `SELECT`, `FROM`, `WITH` or `(` but found `REPLICA`", 18),
        ("CREATE VIEW v", "expected `AS` but found the end of the text", 14),
        (
            "CREATE TEMP MATERIALIZED VIEW v AS SELECT 1",
            "expected an object that can be temporary but found `MATERIALIZED`", 13
        ),
        ("CREATE OR REPLACE DATABASE d", "expected an object that can be replaced but found `DATABASE`", 19),
        ("CREATE SCHEMA my-project.d", "expected the end of the text but found `-`", 17),
    ])
    func `errors of the grammar have a place and say what was expected`(sql: String, message: String, column: Int) {
        let error = syntaxError(sql)
        #expect(error?.message == message)
        #expect(error?.position == SourcePosition(line: 1, column: column))
    }
}
