import GoogleSQL
import Testing

/// ALTER, DROP, UNDROP, RENAME, GRANT and REVOKE: kinds, tables with their roles, and errors with their places.
struct AlterTests {
    @Test(arguments: [
        ("ALTER TABLE a.t RENAME TO u", ["alter a.t", "create u"]),
        (
            "ALTER TABLE t ADD CHECK (x IN (SELECT y FROM a.u)), ADD FOREIGN KEY (x) REFERENCES a.w(y)",
            [
                "alter t", "read a.u", "fk a.w",
            ]
        ),
        (
            "ALTER TABLE t ADD COLUMN x INT64 REFERENCES a.w(y) FILL USING (SELECT 1 FROM u)",
            [
                "alter t", "fk a.w", "read u",
            ]
        ),
        (
            "ALTER TABLE t ALTER COLUMN x SET DEFAULT (SELECT 1 FROM u), ALTER COLUMN x SET OPTIONS(a = (SELECT 1 FROM w))",
            [
                "alter t", "read u", "read w",
            ]
        ),
        (
            "ALTER TABLE t SET OPTIONS(a = (SELECT 1 FROM u)), ALTER CONSTRAINT c SET OPTIONS(a = (SELECT 1 FROM w))",
            [
                "alter t", "read u", "read w",
            ]
        ),
        (
            "ALTER SCHEMA s ADD REPLICA r OPTIONS(a = (SELECT 1 FROM u)), ALTER REPLICA r SET OPTIONS(a = (FROM w))",
            [
                "alter s", "read u", "read w",
            ]
        ),
        ("ALTER CAPACITY SET OPTIONS(a = (SELECT 1 FROM u))", ["read u"]),
        ("ALTER SEARCH INDEX i ON a.t ADD COLUMN c OPTIONS(a = (SELECT 1 FROM u))", ["alter i", "on a.t", "read u"]),
        (
            "ALTER ROW ACCESS POLICY p ON a.t FILTER USING (x IN (SELECT y FROM u)), RENAME TO q",
            [
                "on a.t", "read u", "create q",
            ]
        ),
        ("ALTER ALL ROW ACCESS POLICIES ON a.t REVOKE FROM ALL", ["on a.t"]),
        ("ALTER PRIVILEGE RESTRICTION ON SELECT (c) ON TABLE a.t ADD ('x')", ["on a.t"]),
        ("RENAME TABLE a.t TO a.u", ["alter a.t", "create a.u"]),
        ("DROP TABLE my-project.d.t", ["drop my-project.d.t"]),
        ("DROP FUNCTION f(x INT64 DEFAULT (SELECT 1 FROM u))", ["drop f", "read u"]),
        ("DROP TABLE FUNCTION d.f", ["drop d.f"]),
        ("DROP VECTOR INDEX i ON d.t", ["drop i", "on d.t"]),
        ("DROP ROW ACCESS POLICY p ON d.t", ["drop p", "on d.t"]),
        ("DROP ALL ROW POLICIES ON d.t", ["on d.t"]),
        ("DROP PRIVILEGE RESTRICTION ON SELECT ON TABLE d.t", ["on d.t"]),
        ("DROP CAPACITY c", ["drop c"]),
        ("UNDROP SCHEMA d FOR SYSTEM_TIME AS OF (SELECT x FROM u)", ["create d", "read u"]),
        ("GRANT SELECT ON EXTERNAL TABLE d.t TO 'x'", ["grant d.t"]),
        ("REVOKE ALL ON d.t FROM 'x'", ["grant d.t"]),
    ])
    func `objects have their roles`(sql: String, expected: [String]) throws {
        let references = try assertParses(sql).tableReferences()
        #expect(references.map { "\($0.role.rawValue) \($0.path.joined(separator: "."))" } == expected)
    }

    @Test(arguments: [
        ("ALTER VIEW v SET OPTIONS()", StatementKind.alterView),
        ("ALTER MATERIALIZED VIEW v SET OPTIONS()", .alterMaterializedView),
        ("ALTER PROJECT SET OPTIONS()", .alterEntity),
        ("DROP VIEW v", .drop),
        ("DROP MATERIALIZED VIEW v", .dropMaterializedView),
        ("DROP PROJECT p", .dropEntity),
        ("DROP TABLE FUNCTION f", .dropTableFunction),
        ("DROP SEARCH INDEX i", .dropSearchIndex),
        ("UNDROP SCHEMA d", .undrop),
        ("RENAME VIEW v TO w", .rename),
        ("REVOKE ALL ON t FROM 'x'", .revoke),
    ])
    func `statements have their kinds`(sql: String, kind: StatementKind) throws {
        #expect(try Parser.parse(statement: sql).statement.kind == kind)
    }

    @Test(arguments: [
        ("ALTER foo SET OPTIONS()", "`foo` is no kind of object", 7),
        ("ALTER `capacity` SET OPTIONS()", nil, 7),
        ("ALTER TEMP TABLE t SET OPTIONS()", "expected a kind of object but found `TEMP`", 7),
        ("ALTER TABLE t", "expected `SET`, `ADD`, `DROP`, `ALTER` or `RENAME` but found the end of the text", 14),
        ("ALTER TABLE t SET OPTIONS(), x", "expected `SET`, `ADD`, `DROP`, `ALTER` or `RENAME` but found `x`", 30),
        ("ALTER TABLE FUNCTION f SET OPTIONS()", "a table function cannot be altered", 7),
        ("ALTER PROCEDURE p SET OPTIONS()", "such an object cannot be altered", 7),
        ("ALTER TABLE t ADD foo r", "expected a part of the object but found `foo`", 19),
        ("ALTER TABLE t ADD CONSTRAINT c x", "expected `PRIMARY`, `FOREIGN` or `CHECK` but found `x`", 32),
        ("ALTER TABLE t ADD ROW DELETION POLICY (x)", "ROW DELETION POLICY is not supported", 19),
        ("ALTER TABLE t REPLACE ROW DELETION POLICY (x)", "ROW DELETION POLICY is not supported", 23),
        ("ALTER TABLE t DROP ROW DELETION POLICY", "ROW DELETION POLICY is not supported", 20),
        ("ALTER TABLE t SET ON DELETE CASCADE", "SET ON DELETE is not supported", 19),
        ("ALTER TABLE t ALTER COLUMN c INT64 NOT NULL", "expected `SET` or `DROP` but found `INT64`", 30),
        ("ALTER TABLE t ALTER COLUMN c DROP", "expected `SET` or `DROP` but found `DROP`", 30),
        ("ALTER TABLE t ALTER COLUMN c DROP NOT x", "expected `NULL` but found `x`", 39),
        ("ALTER ROW ACCESS POLICY p ON t FILTER USING x", "expected `(` but found `x`", 45),
        ("ALTER ALL ROW ACCESS POLICIES ON t REVOKE FROM ALL, RENAME TO p", nil, 51),
        ("DROP TABLE t(x INT64)", nil, 13),
        ("DROP TABLE FUNCTION f()", nil, 22),
        ("DROP VIEW v()", "only functions are named with parameters", 12),
        ("DROP VIEW v CASCADE", "`CASCADE` can only follow DROP SCHEMA", 13),
        ("DROP AGGREGATE FUNCTION f", "an aggregate function is removed by DROP FUNCTION", 6),
        ("DROP FUNCTION my-project.f", nil, 17),
        ("DROP ROW ACCESS POLICY a.p ON t", "expected `ON` but found `.`", 25),
        ("UNDROP VIEW v", "only a schema can be brought back", 8),
        ("GRANT ALL, SELECT ON t TO 'x'", "expected `ON` but found `,`", 10),
        ("GRANT SELECT ON a b c d TO 'x'", "expected `TO` but found `d`", 23),
        ("GRANT SELECT ON t TO x", "expected a string literal or a parameter but found `x`", 22),
        ("RENAME t TO u", nil, 10),
    ])
    func `errors have a place`(sql: String, message: String?, column: Int) {
        let error = syntaxError(sql)
        if let message { #expect(error?.message == message) }
        #expect(error?.position == SourcePosition(line: 1, column: column))
    }

    @Test func `parts of parts are nested within the limit`() {
        let sql = "ALTER SCHEMA s " + String(repeating: "ALTER REPLICA r ", count: 100_000) + "SET OPTIONS()"
        #expect(syntaxError(sql)?.code == .limit)
    }
}
