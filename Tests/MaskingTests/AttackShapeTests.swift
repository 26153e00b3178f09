import Catalog
import Cryptography
import GoogleSQL
import Testing

@testable import Masking

/// The shapes of known bypasses (`reference/bigquery.md` section 7) as far as they are decided without a server.
@Suite("Attack shapes")
struct AttackShapeTests {
    private static let users = TableSchema(
        id: TableID(project: "p", dataset: "d", table: "users"),
        columns: [
            Bank.column("id", .int64), Bank.column("name", .string),
            Bank.column("email", .string, tags: Bank.tag(12)), Bank.column("ssn", .string, tags: Bank.tag(11)),
            Bank.column("salary", .numeric, tags: Bank.tag(31)),
            Column(
                name: "addr",
                type: .record([Bank.column("street", .string, tags: Bank.tag(1)), Bank.column("city", .string)])
            ),
            Column(
                name: "items",
                type: .record([Bank.column("sku", .string), Bank.column("note", .string, tags: Bank.tag(1))]),
                mode: .repeated
            ),
        ]
    )

    private static let safe = TableSchema(
        id: TableID(project: "p", dataset: "d", table: "safe"),
        columns: [Bank.column("id", .int64), Bank.column("email", .string)]
    )

    private static func table(_ name: String, _ kind: TableKind) -> TableSchema {
        TableSchema(id: TableID(project: "p", dataset: "d", table: name), kind: kind, columns: safe.columns)
    }

    private static let tables = [
        users, safe, table("view_over_users", .view(ViewDefinition(query: "SELECT SESSION_USER()"))),
        table("mv", .materializedView(ViewDefinition(query: "", usesLegacySQL: true))), table("ext", .external),
        table("odd", .unknown("TOMORROW")),
        TableSchema(id: TableID(project: "my-proj", dataset: "d", table: "users"), columns: users.columns),
    ]

    private static let snapshot: CatalogSnapshot = {
        var entries = CatalogSnapshot(tables: tables).entries
        let wildcard = TableID(project: "p", dataset: "d", table: "user*")
        entries[wildcard] = CatalogEntry.wildcard(wildcard, among: tables, max: 10) { _ in true }
        return CatalogSnapshot(
            entries: entries,
            routines: Dictionary(uniqueKeysWithValues: routines.map { ($0.id, .routine($0)) })
        )
    }()

    private static let routines: [Routine] = [
        Routine(
            id: RoutineID(project: "p", dataset: "d", routine: "udf"),
            kind: .scalarFunction,
            parameters: [RoutineParameterDefinition(name: "x", kind: .value(.scalar(.string)))],
            body: "(SELECT MAX(ssn) FROM d.users WHERE email = x)"
        ),
        Routine(
            id: RoutineID(project: "p", dataset: "d", routine: "tvf"),
            kind: .tableFunction,
            body: "SELECT email, ssn FROM d.users"
        ),
        Routine(
            id: RoutineID(project: "p", dataset: "d", routine: "tvf_of"),
            kind: .tableFunction,
            parameters: [RoutineParameterDefinition(name: "t", kind: .anyTable)],
            body: "SELECT * FROM t"
        ),
    ]

    private func rewrite(_ sql: String, _ parameters: [QueryParameter] = []) throws -> Result<MaskedQuery, RefusalList>
    {
        let query = AnalyzedQuery.analyze(
            sql,
            defaults: NameDefaults(project: "p", dataset: "d"),
            parameters: parameters
        )
        return try Bank.rewriter(Bank.mapping()).rewrite(query, against: Self.snapshot)
    }

    /// Shapes that run on masked values.
    static let masked = [
        "SELECT LOWER(email) FROM d.users", "SELECT u FROM d.users u", "SELECT TO_JSON_STRING(u) FROM d.users u",
        "SELECT FORMAT('%T', u), ARRAY_AGG(u) FROM d.users u GROUP BY 1", "SELECT name, * FROM d.users",
        "SELECT u.* EXCEPT (id) FROM d.users u", "SELECT * FROM (SELECT email e FROM d.users) WHERE e LIKE 'a%'",
        "WITH c AS (SELECT ssn AS x FROM d.users) SELECT x FROM c",
        "WITH users AS (SELECT * FROM users) SELECT email FROM users",
        "WITH RECURSIVE r AS (SELECT email FROM d.users UNION ALL SELECT email FROM r WHERE FALSE) SELECT * FROM r",
        "SELECT (SELECT MAX(ssn) FROM d.users), ARRAY(SELECT email FROM d.users), EXISTS(SELECT 1 FROM d.users)",
        "SELECT 1 FROM d.users u WHERE EXISTS (SELECT 1 FROM d.safe u WHERE u.email IS NOT NULL)",
        "SELECT COUNTIF(email LIKE 'a%'), SUM(IF(salary > 1000, 1, 0)), MIN(ssn) FROM d.users",
        "SELECT EXP(LN(CAST(salary AS FLOAT64))) FROM d.users", "SELECT CAST(email AS INT64) FROM d.users",
        "SELECT ERROR(email), PARSE_DATE('%Y', ssn), SAFE.PARSE_DATE('%Y', ssn) FROM d.users",
        "SELECT id FROM d.users ORDER BY salary DESC LIMIT 1", "SELECT DISTINCT email FROM d.users",
        "SELECT * FROM d.users PIVOT (COUNT(id) FOR email IN ('a@x'))",
        "SELECT * FROM d.users UNPIVOT (v FOR k IN (name, email))",
        "SELECT email FROM d.users UNION ALL BY NAME SELECT email FROM d.safe",
        "SELECT email FROM d.users INTERSECT DISTINCT SELECT email FROM d.safe",
        "SELECT * FROM d.users JOIN d.safe USING (email)", "SELECT 1 FROM d.users FULL JOIN d.safe USING (email)",
        "SELECT 1 FROM d.users NATURAL JOIN d.safe", "FROM d.users |> WHERE ssn = '1' |> SELECT id",
        "FROM d.users |> EXTEND email AS e |> DROP email", "FROM d.users |> AGGREGATE COUNT(*) GROUP BY email",
        "FROM d.users", "FROM d.safe |> JOIN d.users USING (id) |> WHERE ssn = '1'",
        "FROM d.safe |> UNION ALL (SELECT id, email FROM d.users), (SELECT id, ssn FROM d.users)",
        "SELECT i.note FROM d.users u, u.items i", "SELECT i.note FROM d.users u JOIN UNNEST(u.items) i",
        "SELECT items[OFFSET(0)].note FROM d.users", "SELECT addr, addr.street, (SELECT AS STRUCT addr.*) FROM d.users",
        "SELECT email FROM `p.d.u\\x73ers`", "SELECT email FROM `p.d.\\u0075sers`", "SELECT email FROM `p`.`d`.`users`",
        "SELECT email FROM `p.d`.users", "SELECT email FROM p.`d.users`", "SELECT email FROM my-proj.d.users",
        "SELECT email FROM `my-proj.d.users`", "SELECT email FROM my-proj.d.`users`",
        "SELECT email FROM p.d.users AS `u`",
        "SELECT '--', email FROM d.users", "SELECT \"#\", email FROM d.users", "SELECT r'\\'', email FROM d.users",
        "SELECT '''\\''' ''', email FROM d.users", "SELECT /* ' */ email FROM d.users",
        "SELECT # x\n email FROM d.users",
        "SELECT b\"\\\"\", email FROM d.users", "SELECT email AS `ema\\u0069l2` FROM d.users",
        "SELECT email FROM d.users TABLESAMPLE SYSTEM (10 PERCENT)",
        "SELECT email FROM d.users FOR SYSTEM_TIME AS OF TIMESTAMP '2026-01-01'",
        "SELECT users FROM p.d.users", "SELECT STRUCT(u) FROM d.users u",
        "SELECT 1 FROM d.users a, d.users b WHERE a = b",
        "SELECT u.email FROM d.users AS u, (SELECT u.ssn) AS x",
        "(SELECT email FROM d.users) UNION ALL (FROM d.safe |> SELECT email)",
        "SELECT MAX(ssn) OVER w FROM d.users WINDOW w AS (PARTITION BY email ORDER BY salary)",
        "SELECT id FROM d.users WHERE email IN (SELECT email FROM d.users) QUALIFY RANK() OVER (ORDER BY ssn) = 1",
        "SELECT name, COUNT(*) FROM d.users GROUP BY GROUPING SETS (name, (name, email), ROLLUP (ssn))",
        "SELECT * FROM d.users MATCH_RECOGNIZE(ORDER BY email MEASURES MAX(ssn) AS m PATTERN (a) DEFINE a AS TRUE) AS x",
        "FROM d.users |> MATCH_RECOGNIZE(ORDER BY email MEASURES MAX(b.ssn) AS m PATTERN (b) DEFINE b AS TRUE) |> SELECT m",
        "SELECT * FROM GAP_FILL(TABLE d.users, ts_column => 'email', bucket_width => INTERVAL 1 DAY)",
        "SELECT ssn FROM RANGE_SESSIONIZE((SELECT * FROM d.users), 'ssn', ['email'])",
        "FROM d.users |> CALL GAP_FILL('email', INTERVAL 1 DAY) |> SELECT ssn",
        "FROM d.users |> TABLESAMPLE SYSTEM (1 PERCENT) |> WHERE ssn = '1'",
        "SELECT ARRAY(SELECT AS STRUCT * FROM d.users)", "SELECT * FROM d.users u, LATERAL (SELECT u.ssn)",
        "SELECT * FROM `d.user*`", "SELECT u, _TABLE_SUFFIX = 's' FROM (SELECT u FROM `p.d.user*` AS u), `d.user*`",
        "SELECT email FROM `d.user*` WHERE _TABLE_SUFFIX = 's' OR ssn = '1'",
        "SELECT email FROM (d.users CROSS JOIN d.safe s)",
        "SELECT s.id FROM (d.users u JOIN (d.safe s JOIN d.users v ON TRUE) ON TRUE)",
        "WITH a AS (WITH users AS (SELECT 1 AS email) SELECT * FROM users) SELECT * FROM a, users",
        "SELECT * FROM d.tvf()", "SELECT * FROM d.tvf_of(TABLE d.users)",
        "SELECT * FROM `p.d.tvf_of`((SELECT u FROM d.users u))",
        "SELECT d.udf(email) FROM d.users", "SELECT `d.udf`(`p`.d.udf(ssn)) FROM d.users", "SELECT d.udf('x')",
        "CREATE TEMP FUNCTION f(x STRING) AS (UPPER(x)); SELECT f(email), f(d.udf(ssn)) FROM d.users",
        "CREATE TEMP FUNCTION f() AS ((SELECT MAX(ssn) FROM users)); SELECT f()",
        "CREATE TEMP TABLE FUNCTION f(n INT64) AS SELECT ssn FROM users WHERE id = n; SELECT * FROM f(1)",
    ]

    @Test(arguments: masked)
    func `every table of a masked shape is read inside a scan`(sql: String) throws {
        let masked = try rewrite(sql).get()
        let parsed = try Parser.parse(statement: masked.sql)
        // A table function that is let through reads its argument alone.
        let references = parsed.tableReferences().filter { $0.role != .tableFunction }
        #expect(!references.isEmpty)
        #expect(references.allSatisfy { $0.path.count == 3 && !$0.isInHint })
        for reference in references {
            // Our scans, and nothing else, name a table with three parts and the alias `scrim_t`.
            let after = parsed.sourceText(of: reference.tokens.upperBound..<reference.tokens.upperBound + 2)
            #expect(after == "AS scrim_t")
            let before = parsed.sourceText(of: 0..<reference.tokens.lowerBound)
            #expect(before.hasSuffix(" FROM"))
        }
        // The only places where a tagged column is read are the masks' own.
        let scans = masked.sql.replacing("scrim_t.email FROM p.d.safe", with: "")
        for column in ["email", "ssn", "salary"] {
            #expect(!scans.contains(", scrim_t.\(column),") && !scans.contains("SELECT scrim_t.\(column) "))
        }
        #expect(masked.touchesMaskedTable)
    }

    /// Shapes that are refused, with the codes.
    static let refused: [(String, [String])] = [
        ("WITH c(x) AS (SELECT ssn FROM d.users) SELECT x FROM c", ["syntax.invalid"]),
        ("SELECT * FROM `d*.users`", ["table.wildcard"]), ("SELECT * FROM `d.users$20240101`", ["table.decorator"]),
        ("SELECT * FROM `d.users@-1`", ["table.decorator"]), ("SELECT * FROM `p._anon.anon123`", ["table.hidden"]),
        ("SELECT * FROM _SESSION.x", ["table.hidden"]), ("SELECT * FROM `d.__TABLES__`", ["table.hidden"]),
        ("SELECT * FROM d.view_over_users", ["function.identity"]), ("SELECT * FROM d.mv", ["table.view_legacy_sql"]),
        ("SELECT * FROM d.ext", ["table.external"]), ("SELECT * FROM d.odd", ["table.kind"]),
        ("SELECT * FROM d.INFORMATION_SCHEMA.COLUMNS", ["table.information_schema"]),
        ("SELECT * FROM `region-us`.INFORMATION_SCHEMA.JOBS", ["table.information_schema"]),
        ("SELECT * FROM p.`region-us`.INFORMATION_SCHEMA.JOBS_BY_USER", ["table.information_schema"]),
        ("SELECT * FROM `p.region-us.information_schema.jobs`", ["table.information_schema"]),
        ("SELECT * FROM a.b.c.d", ["table.path"]), ("EXECUTE IMMEDIATE 'SELECT 1'", ["statement.execute_immediate"]),
        ("CALL d.p()", ["statement.call"]), ("SELECT 1; SELECT email FROM d.users", ["statement.several"]),
        ("SELECT ARRAY_TRANSFORM([1], ((SELECT email FROM d.users), 2) -> 1)", ["syntax.invalid"]),
        ("BEGIN SELECT email FROM d.users; END", ["statement.script"]),
        ("SET x = (SELECT email FROM d.users); SELECT x", ["statement.script_value"]),
        ("EXPORT DATA OPTIONS (uri = 'gs://x') AS SELECT * FROM d.users", ["statement.export"]),
        ("CREATE TEMP TABLE x AS SELECT * FROM d.users", ["statement.create_table"]),
        ("INSERT INTO d.safe SELECT * FROM d.users", ["statement.insert"]),
        ("CREATE TABLE x CLONE d.users", ["statement.create_table"]),
        ("SELECT * FROM APPENDS(TABLE d.users, NULL, NULL)", ["function.change_history"]),
        ("SELECT * FROM VECTOR_SEARCH(TABLE d.users, 'e', TABLE d.safe)", ["function.vector_search"]),
        ("SELECT * FROM ML.PREDICT(MODEL d.m, TABLE d.users)", ["function.model"]),
        ("SELECT * FROM AI.FORECAST(TABLE d.users)", ["function.ai"]),
        ("SELECT * FROM GAP_FILL(TABLE d.users WHERE TRUE, ts_column => 'x')", ["function.table_argument"]),
        ("SELECT * FROM d.tvf(TABLE d.users)", ["function.arguments"]),
        ("SELECT * FROM d.other_tvf()", ["function.unreadable"]),
        ("SELECT * FROM EXTERNAL_QUERY('c', 'SELECT 1')", ["function.external_query"]),
        ("SELECT d.other_udf(email) FROM d.users", ["function.unreadable"]),
        ("SELECT `d.other_udf`(email) FROM d.users", ["function.unreadable"]),
        ("SELECT `net`.host(email) FROM d.users", ["function.user_defined"]),
        ("SELECT SAFE.d.udf(email) FROM d.users", ["function.user_defined"]),
        ("SELECT nonsense(1)", ["function.unknown"]),
        ("SELECT SAFE.SESSION_USER()", ["function.identity"]),
        ("SELECT safe.ai.`generate`(email) FROM d.users", ["function.user_defined"]),
        ("SELECT AI.GENERATE(email) FROM d.users", ["function.ai"]),
        ("SELECT OBJ.GET_ACCESS_URL(email, 'r') FROM d.users", ["function.object"]),
        ("SELECT DLP_DETERMINISTIC_DECRYPT(b'', '', '')", ["function.uses_keys"]),
        ("SELECT @@session_id", ["parameter.system_variable"]), ("TABLE d.users", ["table.clause"]),
        ("#legacySQL\nSELECT 1", ["statement.legacy_sql"]), ("  /*x*/#LegacySQL\nSELECT 1", ["statement.legacy_sql"]),
        ("SELECT * FROM [p:d.users]", ["syntax.invalid"]), ("SELECT _PARTITIONTIME FROM d.users", ["column.pseudo"]),
        ("SELECT u._file_name FROM d.users u", ["column.pseudo"]),
        ("SELECT CAST(1 AS d.my_type)", ["syntax.type"]), ("FROM d.users |> CALL d.tvf()", ["function.table_function"]),
        ("FROM d.users |> ASSERT ssn = '1'", ["statement.pipe_assert"]),
        ("FROM d.users |> LIMIT 9 |> TABLESAMPLE SYSTEM (1 PERCENT)", ["table.suffix"]),
        ("SELECT * FROM d.users FOR SYSTEM_TIME AS OF (SELECT MAX(ts) FROM d.safe)", ["table.suffix"]),
        ("WITH `a.b` AS (SELECT 1) SELECT * FROM `a.b`", ["table.cte_name"]),
        ("SELECT d.users.email FROM d.users", ["column.qualified"]),
        ("SELECT p.d.users.email FROM d.users", ["column.qualified"]),
        ("SELECT * FROM d.missing", ["table.unreadable"]), ("SELECT 1 FROM `d.us:ers`", ["table.name"]),
        ("SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS (epsilon = 1) COUNT(*) FROM d.users", ["statement.select_with"]),
    ]

    @Test(arguments: refused)
    func `a shape that cannot be masked is refused with its code`(sql: String, codes: [String]) throws {
        guard case .failure(let list) = try rewrite(sql) else {
            Issue.record("not refused")
            return
        }
        let found = list.refusals.map(\.code)
        #expect(Set(codes).isSubset(of: found), "\(found)")
        #expect(list.refusals.allSatisfy { !$0.message.isEmpty && !$0.fix.isEmpty })
    }

    @Test(arguments: [
        "GRAPH d.g MATCH (u:users) RETURN u.ssn", "SELECT * FROM GRAPH_TABLE(d.g MATCH (u) RETURN u.ssn)",
        "SELECT * FROM d.safe JOIN GRAPH_TABLE(d.g MATCH (u) COLUMNS (u.ssn)) AS g ON TRUE",
        "SELECT ARRAY {GRAPH d.g MATCH (u) RETURN u.ssn}",
        "SELECT EXISTS {GRAPH d.g (u WHERE u.ssn = '1')} FROM d.safe",
        "SELECT '1' IN {GRAPH d.g MATCH (u) RETURN u.ssn}", "SELECT email IS LABELED users FROM d.users",
        "FROM d.safe |> WHERE VALUE {GRAPH d.g RETURN (SELECT ssn FROM d.users)} = '1'",
        "SELECT 1 FROM d.users ORDER BY email IS SOURCE OF ssn",
    ])
    func `graph syntax is refused with one code wherever it stands`(sql: String) throws {
        guard case .failure(let list) = try rewrite(sql) else {
            Issue.record("not refused")
            return
        }
        #expect(list.refusals.map(\.code) == ["statement.graph"])
    }

    @Test(arguments: [
        ("INSERT INTO d.safe", "statement.pipe_insert"),
        ("INSERT INTO d.safe ON CONFLICT DO UPDATE SET a = 1 THEN RETURN ssn", "statement.pipe_insert"),
        ("EXPORT DATA OPTIONS (uri = 'gs://x')", "statement.pipe_export_data"),
        ("CREATE TABLE d.x", "statement.pipe_create_table"), ("TEE (|> WHERE TRUE)", "statement.pipe_tee"),
        ("CREATE TABLE d.x CLONE d.users", "statement.pipe_create_table"), ("LOG", "statement.pipe_log"),
        ("FORK (|> WHERE TRUE)", "statement.pipe_fork"), ("DESCRIBE", "statement.pipe_describe"),
        ("STATIC_DESCRIBE", "statement.pipe_static_describe"), ("ASSERT TRUE", "statement.pipe_assert"),
        ("IF TRUE THEN (|> WHERE TRUE)", "statement.pipe_if"),
        ("RECURSIVE UNION ALL (SELECT ssn FROM d.users) AS r", "statement.pipe_recursive_union"),
    ])
    func `a pipe operator that writes or branches is refused`(pipe: String, code: String) throws {
        guard case .failure(let list) = try rewrite("FROM d.users |> \(pipe)") else {
            Issue.record("not refused")
            return
        }
        #expect(list.refusals.map(\.code).contains(code))
    }

    @Test
    func `all reasons come at once, in the order of the text, each with its place`() throws {
        let sql = "SELECT SESSION_USER(), d.f(ssn),\n  @x, @@y\nFROM `d.u*s`, d.mv, d.missing"
        guard case .failure(let list) = try rewrite(sql) else {
            Issue.record("not refused")
            return
        }
        let places = list.refusals.map { "\($0.code) \($0.position?.line ?? 0):\($0.position?.column ?? 0)" }
        #expect(
            places == [
                "function.identity 1:8", "function.unreadable 1:24", "parameter.undeclared 2:3",
                "parameter.system_variable 2:7", "table.wildcard 3:6", "table.view_legacy_sql 3:15",
                "table.unreadable 3:21",
            ]
        )
    }

    @Test
    func `a schema that is absent, unreadable or empty is refused`() throws {
        let id = TableID(project: "p", dataset: "d", table: "t")
        let query = AnalyzedQuery.analyze("SELECT 1 FROM d.t", defaults: NameDefaults(project: "p"))
        let empty = CatalogEntry.table(TableSchema(id: id, columns: []))
        let other = CatalogEntry.table(
            TableSchema(id: TableID(project: "p", dataset: "d", table: "x"), columns: Self.safe.columns)
        )
        let cases: [(CatalogEntry?, String)] = [
            (nil, "table.unreadable"), (.absent, "table.not_found"), (.unreadable(reason: "403"), "table.unreadable"),
            (empty, "table.unreadable"), (other, "table.unreadable"),
        ]
        for (entry, code) in cases {
            let snapshot = CatalogSnapshot(entries: entry.map { [id: $0] } ?? [:])
            guard case .failure(let list) = try Bank.rewriter(Bank.mapping()).rewrite(query, against: snapshot) else {
                Issue.record("not refused: \(code)")
                continue
            }
            #expect(list.refusals.map(\.code) == [code])
        }
    }

    @Test
    func `a dataset outside of the role is as if absent`() throws {
        let mapping = try Bank.mapping(["r": "datasets: [bank]"])
        let query = AnalyzedQuery.analyze("SELECT id FROM d.safe", defaults: NameDefaults(project: "p"))
        guard case .failure(let list) = try Bank.rewriter(mapping, roles: ["r"]).rewrite(query, against: Self.snapshot)
        else {
            Issue.record("not refused")
            return
        }
        #expect(list.refusals.map(\.code) == ["table.not_found"])
    }

    @Test
    func `a masked partition or cluster column refuses the table`() throws {
        for (partitioning, clustering) in [(Partitioning.column("EMAIL"), []), (nil, ["id", "email"])]
            as [(Partitioning?, [String])]
        {
            let table = TableSchema(
                id: Self.users.id,
                columns: Self.users.columns,
                partitioning: partitioning,
                clustering: clustering
            )
            let query = AnalyzedQuery.analyze("SELECT id FROM d.users", defaults: NameDefaults(project: "p"))
            guard
                case .failure(let list) = try Bank.rewriter(Bank.mapping()).rewrite(
                    query,
                    against: CatalogSnapshot(tables: [table])
                )
            else {
                Issue.record("not refused")
                continue
            }
            #expect(list.refusals.map(\.code) == ["table.masked_partition"])
        }
    }

    @Test
    func `two spellings of one name in Unicode are refused`() {
        let sql = "SELECT 1 FROM d.`caf\u{E9}`, d.`cafe\u{301}`"
        let codes = AnalyzedQuery.analyze(sql, defaults: NameDefaults(project: "p")).refusals.map(\.code)
        #expect(codes == ["table.name"])
    }
}
