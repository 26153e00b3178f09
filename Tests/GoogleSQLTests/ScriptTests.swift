import GoogleSQL
import Testing

/// Scripts and statements that steer others: kinds, tables, labels, and errors with their places.
struct ScriptTests {
    private func script(_ sql: String) throws -> ParsedScript {
        let parsed = try Parser.parse(script: sql)
        #expect(invariantFailure(of: parsed) == nil)
        return parsed
    }

    private func failure(_ sql: String) -> SyntaxError? {
        do {
            _ = try Parser.parse(script: sql)
            return nil
        } catch {
            return error
        }
    }

    @Test(
        arguments: [
            ("", []), ("SELECT 1", [.query]), ("SELECT 1; SELECT 2;", [.query, .query]),
            ("DECLARE x INT64; SET x = 1; SET (x) = STRUCT(1)", [.declare, .assignVariable, .assignFromStruct]),
            ("SET @a = 1; SET @@b.c = 2", [.assignParameter, .assignSystemVariable]),
            ("BEGIN; BEGIN END; BEGIN TRANSACTION; COMMIT; ROLLBACK", [.begin, .block, .begin, .commit, .rollback]),
            ("LOOP END LOOP; WHILE a DO END WHILE; REPEAT UNTIL a END REPEAT", [.while, .while, .repeat]),
            ("IF a THEN END IF; CASE a WHEN 1 THEN END CASE; FOR a IN (FROM t) DO END FOR", [.if, .case, .forIn]),
            (
                "BREAK; LEAVE; CONTINUE; ITERATE; RETURN; RAISE",
                [.break, .break, .continue, .continue, .return, .raise]
            ),
            ("a: BEGIN END; CALL p(); EXPLAIN SELECT 1", [.block, .call, .explain]),
            ("EXECUTE IMMEDIATE 'x'; ASSERT TRUE; |> LIMIT 1", [.executeImmediate, .assert, .subpipeline]),
        ] as [(String, [StatementKind])]
    )
    func `a script is a list of statements`(sql: String, kinds: [StatementKind]) throws {
        #expect(try script(sql).statements.items.map(\.statement.kind) == kinds)
    }

    @Test(arguments: [
        ("DECLARE a DEFAULT (SELECT 1 FROM t)", ["t"]),
        ("BEGIN SELECT 1 FROM t; EXCEPTION WHEN ERROR THEN SELECT 1 FROM u; END", ["t", "u"]),
        (
            "IF EXISTS(FROM a) THEN FROM b; ELSEIF (SELECT x FROM c) THEN FROM d; ELSE FROM e; END IF",
            ["a", "b", "c", "d", "e"]
        ),
        ("CASE (SELECT 1 FROM a) WHEN (SELECT 1 FROM b) THEN FROM c; ELSE FROM d; END CASE", ["a", "b", "c", "d"]),
        ("FOR r IN (SELECT * FROM a) DO SELECT * FROM b; END FOR", ["a", "b"]),
        // A variable hides no table, and a loop's row is no name that a path in FROM can start with.
        ("DECLARE t INT64; SELECT * FROM t", ["t"]), ("FOR r IN (FROM a) DO SELECT * FROM r.x; END FOR", ["a", "r.x"]),
        (
            "WHILE (SELECT x FROM a) DO FROM b; END WHILE; REPEAT FROM c; UNTIL (SELECT x FROM d) END REPEAT",
            ["a", "b", "c", "d"]
        ),
        ("RAISE USING MESSAGE = (SELECT x FROM t)", ["t"]), ("SET x = (SELECT y FROM t)", ["t"]),
        ("EXECUTE IMMEDIATE (SELECT x FROM a) INTO b USING (SELECT y FROM c) AS d", ["a", "c"]),
        ("ASSERT (SELECT a FROM t) AS 'x'", ["t"]), ("EXPLAIN EXPLAIN SELECT * FROM t", ["t"]),
        ("CALL p(TABLE a WHERE EXISTS(FROM b), (SELECT 1 FROM c), n => (SELECT 1 FROM d))", ["a", "b", "c", "d"]),
        ("ANALYZE OPTIONS (a = (SELECT 1 FROM t)) u", ["t"]),
        ("|> JOIN t |> WHERE (SELECT a FROM t.b) |> JOIN d.u", ["t", "d.u"]),
        ("WITH a AS (FROM b) FROM a; FROM a", ["b", "a"]),
    ])
    func `tables are seen wherever a query can stand`(sql: String, tables: [String]) throws {
        #expect(try readPaths(script(sql)) == tables)
    }

    @Test(arguments: [
        ("CALL a.b(MODEL m)", [("procedure", "a.b"), ("model", "m")]),
        ("ANALYZE a-b.c (d), e", [("on", "a-b.c"), ("on", "e")]),
        ("DESCRIBE FUNCTION a.b FROM c", [("describe", "a.b")]), ("SHOW TABLES FROM a", []),
        ("DEFINE TABLE a (b = 1)", []), ("IMPORT MODULE a", []), ("MODULE a", []),
    ])
    func `other objects have their roles`(sql: String, references: [(String, String)]) throws {
        let found = try script(sql).tableReferences().map { "\($0.role.rawValue) \($0.path.joined(separator: "."))" }
        #expect(found == references.map { "\($0.0) \($0.1)" })
    }

    @Test(arguments: [
        (";", 1, 1), ("SELECT 1;;", 1, 10), ("SELECT 1 SELECT 2", 1, 10), ("BEGIN SELECT 1 END", 1, 16),
        ("BEGIN ; END", 1, 9), ("BEGIN x", 1, 7), ("BEGIN EXCEPTION WHEN x", 1, 22), ("BEGIN ELSE", 1, 7),
        ("BEGIN END a", 1, 11), ("a: BEGIN END b", 1, 14), ("a: IF TRUE THEN END IF", 1, 1),
        ("end: LOOP END LOOP", 1, 1),
        ("@1 a: BEGIN END", 1, 4), ("@1 IF TRUE THEN END IF", 1, 4), ("@1 BEGIN END", 1, 10),
        ("IF TRUE THEN SELECT 1 END IF", 1, 23), ("IF TRUE THEN END", 1, 17), ("IF TRUE SELECT 1", 1, 9),
        ("CASE END CASE", 1, 6), ("CASE x END", 1, 8), ("CASE WHEN x THEN END", 1, 21), ("LOOP END WHILE", 1, 10),
        ("WHILE DO END WHILE", 1, 10), ("REPEAT END REPEAT", 1, 8), ("FOR x IN SELECT 1", 1, 10), ("FOR x, y IN", 1, 6),
        ("FOR update IN (FROM t) DO END FOR", 1, 1), ("DECLARE x", 1, 10), ("DECLARE x 1", 1, 11),
        ("DECLARE a.b INT64", 1, 10),
        ("RETURN 1", 1, 8), ("RAISE 'x'", 1, 7), ("RAISE USING x", 1, 13), ("EXPLAIN IF", 1, 9),
        ("SELECT 1;\nDEFINE MACRO a b", 2, 1), ("SELECT 1 FROM; -- x\n", 1, 14),
        ("BEGIN -- x\n SELECT 1; -- y\n", 3, 1),
    ])
    func `errors of scripts have a place`(sql: String, line: Int, column: Int) {
        #expect(failure(sql)?.position == SourcePosition(line: line, column: column))
    }

    @Test(arguments: [
        ("DECLARE x INT64; SELECT x", 1), ("IF TRUE THEN SELECT 1; END IF", 1), ("a: LOOP END LOOP", 1), ("RETURN", 1),
        ("BEGIN SELECT 1; END", 7), ("@1 WHILE TRUE DO END WHILE", 4), ("CASE WHEN TRUE THEN END CASE", 1),
    ])
    func `a statement that only scripts have is told as such`(sql: String, column: Int) {
        let error = syntaxError(sql)
        #expect(error?.code == .script)
        #expect(error?.position == SourcePosition(line: 1, column: column))
    }

    @Test(
        arguments: [
            ("SET x = 1; SELECT x", .severalStatements, 12), ("BEGIN; SELECT 1; COMMIT", .severalStatements, 8),
            ("CALL p() |> WHERE x", .syntax, 10), ("CALL p() |> WHERE", .syntax, 18), ("CALL p((MODEL m))", .syntax, 8),
            ("CALL p((a => 1))", .syntax, 8), ("SET ()", .syntax, 6), ("SET a, b = 1", .syntax, 5),
            ("SET a, b", .syntax, 9),
            ("SET @5 = 1", .syntax, 5), ("SET @@a. = 1", .syntax, 10), ("SET TRANSACTION", .syntax, 16),
            ("START x", .syntax, 7), ("RUN 'x'", .syntax, 1), ("RUN a", .syntax, 6), ("ASSERT 1 AS a", .syntax, 13),
            ("EXECUTE IMMEDIATE 'a' USING 1 a", .syntax, 31), ("DESCRIBE /a/b", .syntax, 10),
            ("DESCRIBE a /b/", .syntax, 15),
            ("SHOW a LIKE b", .syntax, 13), ("MODULE a OPTIONS", .syntax, 17), ("IMPORT a", .syntax, 8),
            ("DEFINE MACRO", .syntax, 1),
            ("#legacySQL\nCALL p()", .legacySQL, 1),
        ] as [(String, SyntaxError.Code, Int)]
    )
    func `errors of single statements have a place`(sql: String, code: SyntaxError.Code, column: Int) {
        let error = syntaxError(sql)
        #expect(error?.code == code)
        #expect(error?.position.column == column)
    }
}
