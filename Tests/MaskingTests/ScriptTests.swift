import Catalog
import Masking
import Testing

/// Scripts of constants and one query, folded into that query.
struct ScriptTests {
    private func rewrite(_ sql: String, _ parameters: [QueryParameter] = []) throws -> Result<MaskedQuery, RefusalList>
    {
        try Bank.rewriter(Bank.mapping()).rewrite(Bank.analyze(sql, parameters), against: Bank.snapshot)
    }

    private func codes(_ sql: String) throws -> [String] {
        guard case .failure(let list) = try rewrite(sql) else { return [] }
        return list.refusals.map(\.code)
    }

    @Test(arguments: [
        (
            "DECLARE lowest INT64 DEFAULT 5; SELECT branch_id FROM branches WHERE branch_id > lowest",
            "WHERE branch_id > CAST(5 AS INT64)"
        ),
        (
            "DECLARE a, b DATE; SET a = '2024-01-01'; SET b = DATE_ADD(a, INTERVAL 1 DAY); SELECT a, b AS c;",
            "SELECT CAST('2024-01-01' AS DATE) AS a, "
                + "CAST(DATE_ADD(CAST('2024-01-01' AS DATE), INTERVAL 1 DAY) AS DATE) AS c"
        ),
        ("DECLARE x DEFAULT [1, 2]; SELECT city FROM branches WHERE branch_id IN UNNEST(x)", "IN UNNEST(([1, 2]))"),
        ("DECLARE n INT64 DEFAULT 1; SET n = n + 1; SELECT n + n AS m", "CAST(CAST(1 AS INT64) + 1 AS INT64) + "),
        (
            "DECLARE s STRUCT<a INT64> DEFAULT STRUCT(1 AS a); SELECT s.a AS v, t.city FROM branches AS t",
            "SELECT CAST(STRUCT(1 AS a) AS STRUCT<a INT64>).a AS v, t.city"
        ),
        ("DECLARE x INT64 DEFAULT 7; SELECT `x` + 1 AS y", "SELECT CAST(7 AS INT64) + 1 AS y"),
        ("DECLARE unused STRING; SELECT city FROM branches", "SELECT city FROM (SELECT"),
        (
            "DECLARE w DATE; SET w = DATE_TRUNC(DATE '2024-01-02', MONTH); SELECT w AS a",
            "'2024-01-02', MONTH) AS DATE) AS a"
        ),
        ("DECLARE w DATE DEFAULT DATE_TRUNC(DATE '2024-01-02', WEEK(MONDAY)); SELECT w AS a", "WEEK(MONDAY))"),
        (
            "DECLARE a FLOAT64 DEFAULT STRUCT<a FLOAT64, b INT64>(1e2, 1).a; SELECT a AS x",
            "STRUCT<a FLOAT64, b INT64>(1e2, 1).a"
        ),
        (
            "DECLARE a ARRAY<STRUCT<b ARRAY<INT64>>> DEFAULT ARRAY<STRUCT<b ARRAY<INT64>>>[]; SELECT a AS x",
            "ARRAY<STRUCT<b ARRAY<INT64>>>[]"
        ),
        ("DECLARE n STRING DEFAULT NORMALIZE('a', NFKD); SELECT n AS a", "NORMALIZE('a', NFKD)"),
        (
            "DECLARE month INT64 DEFAULT 3; SELECT DATE_TRUNC(DATE '2024-01-02', MONTH) AS d, month AS m",
            "DATE_TRUNC(DATE '2024-01-02', MONTH) AS d, CAST(3 AS INT64) AS m"
        ),
        ("DECLARE x STRING; SELECT x AS y, `a.x` FROM (SELECT 1 AS `a.x`)", "SELECT CAST(NULL AS STRING) AS y"),
    ])
    func `variables become their values`(script: String, part: String) throws {
        let query = try rewrite(script).get()
        #expect(query.sql.contains(part), "\(query.sql)")
        #expect(!query.sql.contains("DECLARE") && !query.sql.contains(";"))
    }

    @Test func `tables in values are masked as everywhere`() throws {
        let script = "DECLARE newest STRING DEFAULT (SELECT MAX(email) FROM customers); SELECT newest"
        let query = try rewrite(script).get()
        #expect(query.tables == [Bank.customers.id])
        #expect(query.maskedColumns.map(\.column) == ["email"])
        #expect(query.outputMasks(columnCount: 1)[0] != nil)
        #expect(query.outputColumns?.map(\.name) == ["newest"])
    }

    @Test func `parameters are those of the caller`() throws {
        let parameter = QueryParameter(name: "p", type: .scalar(.int64), value: .scalar("7"))
        let query = try rewrite("DECLARE x INT64 DEFAULT @p; SELECT x + @p AS y", [parameter]).get()
        #expect(query.sql == "SELECT CAST(@p AS INT64) + @p AS y")
    }

    @Test(arguments: [
        ("DECLARE email STRING; SELECT email FROM customers", "statement.script_value"),
        ("DECLARE city STRING; SELECT 1 FROM branches", "statement.script_value"),
        ("DECLARE x INT64 DEFAULT 1; SELECT 2 AS x", "statement.script_value"),
        ("DECLARE x INT64 DEFAULT 1; SELECT city x FROM branches", "statement.script"),
        ("DECLARE x FLOAT64 DEFAULT RAND(); SELECT x", "statement.script_value"),
        ("DECLARE x DEFAULT 1; SET x = 2; SELECT x", "statement.script_value"),
        ("DECLARE x INT64; SET y = 2; SELECT x", "statement.script_value"),
        ("DECLARE x DATE DEFAULT DATE_TRUNC(MONTH, MONTH); SELECT x", "statement.script_value"),
        ("DECLARE x INT64 DEFAULT ABS(MONTH); SELECT x", "statement.script_value"),
        ("DECLARE x INT64 DEFAULT ABS(MONDAY); SELECT x", "statement.script_value"),
        ("DECLARE x INT64; SET (x, x) = (1, 2); SELECT x", "statement.script_value"),
        ("DECLARE x STRING DEFAULT email; SELECT x FROM customers", "statement.script_value"),
        ("DECLARE x INT64 DEFAULT ?; SELECT x", "statement.script_value"),
        (
            "DECLARE x INT64 DEFAULT (SELECT MAX(branch_id) FROM branches); WITH branches AS (SELECT 1) SELECT x",
            "statement.script_value"
        ),
        (
            "DECLARE x INT64 DEFAULT (SELECT MAX(branch_id) FROM branches); WITH `br\\u0061nches` AS (SELECT 1) SELECT x",
            "statement.script_value"
        ),
        (
            "DECLARE x INT64 DEFAULT (SELECT 1 FROM bank.branches); SELECT x FROM customers AS `Bank`",
            "statement.script_value"
        ),
        ("DECLARE x INT64 DEFAULT 1; SELECT x FROM (SELECT 2 AS `X`)", "statement.script_value"),
        ("DECLARE x INT64 DEFAULT 1; SELECT x FROM (SELECT j.x FROM (SELECT JSON '1' AS j))", "statement.script_value"),
        ("DECLARE x FLOAT64 DEFAULT `r\\u0061nd`(); SELECT x", "statement.script_value"),
        ("DECLARE x STRING DEFAULT NEW_UUID(); SELECT x", "statement.script_value"),
        ("DECLARE x INT64; SET @@time_zone = 'UTC'; SELECT x", "statement.script_value"),
        ("DECLARE x INT64; DECLARE x STRING; SELECT x", "statement.script_value"),
        ("DECLARE x INT64; SELECT x; SELECT x", "statement.script"),
        ("DECLARE x INT64; INSERT INTO branches (branch_id) VALUES (x)", "statement.script"),
        ("DECLARE x INT64; CALL p(x); SELECT x", "statement.script"),
        ("DECLARE x INT64; IF x > 0 THEN SELECT 1; END IF; SELECT x", "statement.script"),
        ("SELECT 1; SELECT 2", "statement.several"),
        ("DECLARE x INT64", "statement.script"),
        ("DECLARE x STRING DEFAULT SESSION_USER(); SELECT x", "function.identity"),
        ("DECLARE x INT64; EXECUTE IMMEDIATE 'SELECT 1'; SELECT x", "statement.script"),
    ])
    func `what is not the same query for certain is refused`(script: String, code: String) throws {
        #expect(Set(try codes(script)) == [code])
    }

    @Test func `a value that doubles with each line ends at a limit`() throws {
        let lines = String(repeating: "SET x = x || x; ", count: 40)
        let script = "DECLARE x STRING DEFAULT 'aaaaaaaaaaaaaaaaaaaa'; \(lines)SELECT x"
        #expect(try codes(script).contains("statement.script_value"))
    }
}
