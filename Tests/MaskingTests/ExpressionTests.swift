import Catalog
import Testing

@testable import Masking

/// Mask expressions: what is taken for which type, what is sent for it, and what is refused where.
@Suite("Mask expressions of the operator's own")
struct ExpressionTests {
    private func compile(_ sql: String, _ types: [ScalarType]) throws(ExpressionErrors) -> MaskExpression {
        try MaskExpression.compile(name: "X", sql: sql, types: types)
    }

    /// The problems as `line:column message`; empty when the expression is taken.
    private func problems(_ sql: String, _ types: [ScalarType]) -> [String] {
        do {
            _ = try compile(sql, types)
            return []
        } catch {
            return error.problems.map { "\($0.line):\($0.column) \($0.message)" }
        }
    }

    @Test(arguments: [
        ("CONCAT(SUBSTR(value, 1, 3), '…')", ScalarType.string, "CONCAT(SUBSTR(v, 1, 3), '…')"),
        ("concat(Value, VALUE, `value`)", .string, "CONCAT(v, v, v)"),
        ("SUBSTRING(value, -4)", .string, "SUBSTR(v, -4)"),
        ("SUBSTR(value, 2, LENGTH(value))", .bytes, "SUBSTR(v, 2, LENGTH(v))"),
        ("LOWER(UPPER(value))", .string, "LOWER(UPPER(v))"),
        ("TRIM(LTRIM(RTRIM(value), '0'))", .string, "TRIM(LTRIM(RTRIM(v), '0'))"),
        ("TRIM(value, b'\\x00')", .bytes, "TRIM(v, b'\\x00')"),
        ("LPAD('', 4, '*')", .string, "LPAD('', 4, '*')"),
        ("RPAD(SUBSTR(value, 1, 2), 1000)", .string, "RPAD(SUBSTR(v, 1, 2), 1000)"),
        ("REPLACE(value, 'a', '')", .string, "REPLACE(v, 'a', '')"),
        (
            "REGEXP_REPLACE(value, r'(\\d)\\d{3}', r'\\1***')", .string,
            "REGEXP_REPLACE(v, '(\\\\d)\\\\d{3}', '\\\\1***')"
        ),
        ("REGEXP_EXTRACT(value, '^(?:[a-z]+)@(.+)$')", .string, "REGEXP_EXTRACT(v, '^(?:[a-z]+)@(.+)$')"),
        ("TO_HEX(SHA256(value))", .string, "TO_HEX(SHA256(v))"),
        ("TO_BASE64(MD5(SAFE_CAST(value AS BYTES)))", .string, "TO_BASE64(MD5(SAFE_CAST(v AS BYTES)))"),
        ("TO_BASE32(SHA1(value))", .string, "TO_BASE32(SHA1(v))"), ("SHA512(value)", .bytes, "SHA512(v)"),
        ("FROM_HEX(TO_HEX(value))", .bytes, "SAFE.FROM_HEX(TO_HEX(v))"),
        ("SAFE.FROM_BASE64(TO_BASE64(value))", .bytes, "SAFE.FROM_BASE64(TO_BASE64(v))"),
        ("FARM_FINGERPRINT(CAST(value AS STRING))", .int64, "FARM_FINGERPRINT(SAFE_CAST(v AS STRING))"),
        (
            "CAST(SUBSTR(CAST(value AS STRING), 1, 2) AS INT64)", .int64,
            "SAFE_CAST(SUBSTR(SAFE_CAST(v AS STRING), 1, 2) AS INT64)"
        ),
        (
            "SAFE_CAST(CONCAT(SUBSTR(CAST(value AS STRING), 1, 7), '-01') AS DATE)", .date,
            "SAFE_CAST(CONCAT(SUBSTR(SAFE_CAST(v AS STRING), 1, 7), '-01') AS DATE)"
        ),
        (
            "CASE WHEN value < 0 THEN 0 ELSE 1 END", .numeric,
            "CASE WHEN (v) < (NUMERIC '0') THEN NUMERIC '0' ELSE NUMERIC '1' END"
        ),
        ("CASE WHEN value >= -1000 THEN -0x10 END", .int64, "CASE WHEN (v) >= (-1000) THEN -16 END"),
        (
            "CASE value WHEN 'a' THEN 'b' WHEN NULL THEN NULL ELSE value END", .string,
            "CASE (v) WHEN 'a' THEN 'b' WHEN CAST(NULL AS STRING) THEN CAST(NULL AS STRING) ELSE v END"
        ),
        (
            "CASE WHEN value > 1.5e3 OR value = 2 THEN 1 ELSE NULL END", .float64,
            "CASE WHEN ((v) > (1.5e3)) OR ((v) = (CAST(2 AS FLOAT64))) THEN CAST(1 AS FLOAT64) ELSE CAST(NULL AS FLOAT64) END"
        ),
        (
            "CASE WHEN value > BIGNUMERIC '1.5' THEN 1 ELSE 0 END", .bignumeric,
            "CASE WHEN (v) > (BIGNUMERIC '1.5') THEN BIGNUMERIC '1' ELSE BIGNUMERIC '0' END"
        ),
        ("NOT value", .bool, "NOT (v)"),
        ("value IS NOT TRUE AND NOT NOT TRUE", .bool, "((v) IS NOT TRUE) AND (NOT (NOT (TRUE)))"),
        ("value IS NULL", .bool, "(v) IS NULL"), ("(value) IS UNKNOWN", .bool, "((v)) IS UNKNOWN"),
        (
            "CASE WHEN value < DATE '2000-02-29' THEN DATE '1900-01-01' ELSE CURRENT_DATE END", .date,
            "CASE WHEN (v) < (DATE '2000-02-29') THEN DATE '1900-01-01' ELSE CURRENT_DATE() END"
        ),
        (
            "CASE WHEN value = TIMESTAMP '2020-01-01 00:00:00+00' THEN value ELSE CURRENT_TIMESTAMP() END", .timestamp,
            "CASE WHEN (v) = (TIMESTAMP '2020-01-01 00:00:00+00') THEN v ELSE CURRENT_TIMESTAMP() END"
        ),
        ("CAST(CAST(value AS DATE) AS DATETIME)", .datetime, "SAFE_CAST(SAFE_CAST(v AS DATE) AS DATETIME)"),
        (
            "CASE WHEN value <> TIME '12:00:00.5' THEN TIME '00:00:00' END", .time,
            "CASE WHEN (v) <> (TIME '12:00:00.5') THEN TIME '00:00:00' END"
        ),
        (
            "CASE WHEN STARTS_WITH(value, '+41') THEN 'CH' ELSE 'other' END", .string,
            "CASE WHEN STARTS_WITH(v, '+41') THEN 'CH' ELSE 'other' END"
        ),
        ("'redacted'", .string, "'redacted'"), ("0", .numeric, "NUMERIC '0'"),
        ("CAST(0 AS BOOL)", .bool, "SAFE_CAST(0 AS BOOL)"),
        ("CONCAT('it' 's', ' \\'quoted\\' \\n')", .string, "CONCAT('its', ' \\'quoted\\' \\n')"),
    ])
    func `an expression is taken for a type, and our own text is sent`(
        sql: String,
        type: ScalarType,
        expected: String
    ) throws {
        let expression = try compile(sql, [type])
        #expect(expression.text(of: "v", type: type) == "IF(v IS NULL, NULL, \(expected))")
        #expect(expression.types == [type])
        for other in ScalarType.allCases where other != type { #expect(expression.text(of: "v", type: other) == nil) }
    }

    @Test(arguments: [
        ("value", ScalarType.string, "1:1 this is the value as it is; the rule `RAW`"), ("((value))", .int64, "`RAW`"),
        ("NULL", .string, "`ALWAYS_NULL`"),
        ("SUBSTR(value, 1, -1)", .string, "1:18 a number from 0 is wanted"),
        ("SUBSTR(value, 1, FARM_FINGERPRINT(value))", .string, "1:18 "),
        ("SUBSTR(value, value)", .int64, "1:8 this is INT64"),
        ("SUBSTR(value, NULL)", .string, "1:15 a number is wanted"),
        ("SUBSTR(value)", .string, "takes 2 to 3 arguments, not 1"),
        ("LPAD(value, -1)", .string, "1:13 a number from 0 up to 1000"), ("LPAD(value, 1001)", .string, "up to 1000"),
        ("LPAD(value, LENGTH(value))", .string, "1:13 "),
        ("RPAD(value, 5, '')", .string, "1:16 this must not be empty"),
        ("RPAD(value, 5, value)", .string, "1:16 a literal STRING"),
        ("RPAD(value, 5, NULL)", .string, "1:16 this must not"),
        ("TRIM(value)", .bytes, "with BYTES `TRIM` needs"), ("TRIM(value, b'')", .bytes, "must not be empty"),
        ("LOWER(value)", .int64, "1:7 this is INT64, where STRING or BYTES is wanted"),
        ("TO_HEX(value)", .string, "1:8 this is STRING, where BYTES is wanted"),
        ("SHA256(value)", .string, "1:1 this is BYTES, where STRING is wanted"),
        ("LENGTH(value)", .string, "INT64, where STRING"),
        ("CONCAT(value, 1)", .string, "1:15 this is INT64, where STRING"),
        ("CONCAT(value, b'a')", .string, "BYTES, where STRING"),
        ("CONCAT()", .string, "at least 1 arguments, not 0"),
        ("CONCAT(NULL, NULL)", .string, "the type of NULL is not known"),
        ("REGEXP_REPLACE(value, value, 'x')", .string, "1:23 a literal STRING"),
        ("REGEXP_REPLACE(value, '(', 'x')", .string, "1:23 the pattern cannot be used: a `(` has no `)`"),
        ("REGEXP_REPLACE(value, 'a', r'\\1')", .string, "1:28 after a backslash"),
        ("REGEXP_EXTRACT(value, '(a)(b)')", .string, "the pattern has 2 groups"),
        ("REGEXP_EXTRACT(value, 'a*')", .bytes, "1:16 this is BYTES"),
        ("REGEXP_CONTAINS(value, 'a')", .string, "1:1 `REGEXP_CONTAINS` cannot stand in a mask"),
        ("GENERATE_UUID()", .string, "cannot stand in a mask"), ("IF(TRUE, value, 'x')", .string, "`IF` cannot stand"),
        ("AEAD.ENCRYPT(value, value, value)", .bytes, "`AEAD.ENCRYPT` cannot"), ("RAND()", .float64, "`RAND` cannot"),
        ("ERROR('x')", .string, "`ERROR` cannot"), ("SESSION_USER()", .string, "`SESSION_USER` cannot"),
        ("d.f(value)", .string, "`d.f` cannot"),
        ("(SELECT value)", .string, "1:1 a subquery cannot stand"),
        ("CONCAT((SELECT 'a'), value)", .string, "1:8 a subquery"),
        ("CONCAT(other, 'x')", .string, "1:8 `other` is not known"),
        ("CONCAT(value.a, 'x')", .string, "`value.a` is not known"),
        ("CONCAT(@p, 'x')", .string, "1:8 a parameter"), ("CONCAT(?, 'x')", .string, "a parameter"),
        ("@@time_zone", .string, "a parameter or variable"),
        ("value || 'x'", .string, "write CONCAT"), ("value + 1", .int64, "arithmetic cannot"),
        ("-value", .int64, "arithmetic cannot"),
        ("~5", .int64, "arithmetic"), ("value LIKE 'a%'", .bool, "LIKE"),
        ("value IN (TRUE)", .bool, "LIKE, BETWEEN or IN"),
        ("value BETWEEN FALSE AND TRUE", .bool, "BETWEEN"), ("value IS DISTINCT FROM TRUE", .bool, "IS DISTINCT FROM"),
        ("[value][OFFSET(0)]", .string, "a STRUCT or ARRAY"), ("STRUCT(value).a", .string, "a STRUCT or ARRAY"),
        ("EXTRACT(YEAR FROM value)", .int64, "EXTRACT"), ("INTERVAL 1 DAY", .date, "an interval"),
        ("CAST(value AS STRING(3))", .int64, "without lengths"), ("CAST(value AS JSON)", .string, "the type cannot"),
        ("CAST(value AS STRING FORMAT 'YYYY')", .date, "FORMAT"),
        ("CAST(value AS BOOL)", .date, "DATE cannot be converted to BOOL"),
        ("CAST(value AS INT64)", .bytes, "BYTES cannot be converted"),
        ("CAST(NULL AS STRING)", .string, "the type of NULL"),
        ("CASE WHEN value THEN 'a' END", .string, "1:11 this is STRING, where BOOL"),
        ("CASE WHEN TRUE THEN 'a' ELSE 1 END", .string, "1:30 this is INT64"),
        ("CASE value WHEN 1 THEN 'a' END", .string, "1:17 this is INT64"),
        ("CASE WHEN value = 'x' THEN 1 END", .date, "1:19 this is STRING, where DATE"),
        ("CASE WHEN NULL = NULL THEN value END", .string, "the type of NULL"),
        ("1", .string, "this is INT64, where STRING"),
        ("1.5", .numeric, "this is FLOAT64, where NUMERIC"), ("99999999999999999999", .int64, "beyond INT64"),
        ("1e999", .float64, "beyond FLOAT64"),
        ("DATE '2021-02-29'", .date, "this is no DATE; write '2020-12-31'"), ("DATE '2021-2-1'", .date, "no DATE"),
        ("DATE 'CURRENT'", .date, "no DATE"),
        ("TIME '24:00:00'", .time, "no TIME"), ("DATETIME '2021-01-01'", .datetime, "no DATETIME"),
        ("TIMESTAMP '2021-01-01 00:00:00 Mars'", .timestamp, "no TIMESTAMP"), ("NUMERIC '1e5'", .numeric, "no NUMERIC"),
        ("NUMERIC '0.0000000001'", .numeric, "up to 9 after"), ("JSON '{}'", .string, "JSON cannot"),
        ("COUNT(*)", .int64, "`COUNT` cannot"),
        ("LOWER(DISTINCT value)", .string, "arguments only"), ("LOWER(value) OVER ()", .string, "arguments only"),
        ("CONCAT(value AS v)", .string, "plain expressions"),
        ("CONCAT(a => value)", .string, "plain expressions"), ("LOWER(value", .string, "1:12 "),
        ("value; SELECT 1", .string, "1:6 "), ("", .string, "1:1 "),
        ("CURRENT_DATE('Mars')", .date, "takes 0 arguments"),
        ("CONCAT(value,\n  LOWER(1))", .string, "2:9 this is INT64"),
    ])
    func `what is not understood in full is refused with its place`(sql: String, type: ScalarType, expected: String) {
        let found = problems(sql, [type])
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test(arguments: [
        "REPLACE(value, 'a', value)", "CONCAT(\(String(repeating: "value, ", count: 64))value)",
        "LOWER(LOWER(LOWER(LOWER(value))))",
        "REPLACE(REPLACE(value, 'a', 'xxxxxxxx'), 'x', 'yyyyyyyy')",
        "REGEXP_REPLACE(value, '', '\(String(repeating: "x", count: 64))')",
        "REPLACE(LPAD('', 1000, 'a'), 'a', LPAD('', 1000, 'a'))",
        "REGEXP_REPLACE(TO_HEX(CAST(CONCAT(value, value, value, value) AS BYTES)), '.', r'\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0')",
    ])
    func `what can be much longer than the value is refused`(sql: String) {
        #expect(
            problems(sql, [.string]).contains { $0.contains("over 64 times as long") },
            "\(problems(sql, [.string]))"
        )
    }

    @Test func `an expression nests no deeper than its limit`() {
        func nested(_ count: Int) -> String {
            String(repeating: "TRIM(", count: count) + "value" + String(repeating: ")", count: count)
        }
        #expect(problems(nested(25), [.string]) == [])
        #expect(problems(nested(40), [.string]).count == 1)
        #expect(problems(nested(330), [.string]).count == 1)
    }

    @Test func `every problem comes at once, and once for all types`() {
        #expect(problems("CONCAT(a, b, @c)", [.string, .bytes]).count == 1)
        #expect(problems("CASE WHEN a = 1 THEN b WHEN c IS NULL THEN value END", [.string]).count >= 2)
        #expect(
            problems(String(repeating: " ", count: 2001), [.string]) == ["1:1 the expression is longer than 2000 bytes"]
        )
    }

    @Test func `an expression is checked for each type that it is declared for`() throws {
        let both = try compile("SUBSTR(value, 1, 2)", [.bytes, .string])
        #expect(both.types == [.string, .bytes])
        #expect(problems("TO_HEX(SHA256(value))", [.string, .bytes]) == ["1:1 this is STRING, where BYTES is wanted"])
    }

    @Test func `only an expression that does not read the value cannot be undone`() throws {
        #expect(try !MaskRule.expression(compile("'[redacted]'", [.string])).isReversible)
        #expect(try MaskRule.expression(compile("SUBSTR(value, 1, 1)", [.string])).isReversible)
        #expect(try MaskRule.expression(compile("CASE WHEN value = 'a' THEN 'b' END", [.string])).isReversible)
    }

    @Test func `an expression is stricter than RAW and weaker than all else`() throws {
        let first = MaskRule.expression(try MaskExpression.compile(name: "A", sql: "'x'", types: [.string]))
        let second = MaskRule.expression(try MaskExpression.compile(name: "B", sql: "'x'", types: [.string]))
        for rule in MaskRule.builtIn where rule != .raw { #expect(rule < first && !(first < rule)) }
        #expect(first < .raw && first < second && !(second < first) && first != second)
        #expect(MaskRule.builtIn == MaskRule.builtIn.sorted())
    }

    @Test(arguments: [
        "a", "", "^a$", "a|b|", "(a(b))c", "(?:a)+", "(?i)abc", "(?ims:a.b)", "[a-z0-9_]", "[^\\d\\]x-]", "[-a]",
        "a{2}", "a{2,}?", "a{0,100}",
        "\\.\\*\\t\\n", "\\bword\\B", "\\w+@\\w+", ".*?", "(a|b){3}", "é+", "😀", "[à-ü]",
    ])
    func `a pattern that RE2 takes is taken`(pattern: String) throws {
        _ = try RegexpSyntax.groups(of: pattern)
    }

    @Test(arguments: [
        "(", ")", "a)", "(a", "*", "a**", "a+*", "|*", "^*", "a{2}{3}", "a{101}", "a{3,2}", "a{", "{2}", "a{x}", "]",
        "}", "[", "[a", "[]", "[z-a]", "[a-\\d]",
        "[[:alpha:]]", "\\", "\\8", "\\pL", "\\Q", "\\x41", "\\b+", "(?P<n>a)", "(?=a)", "(?<a>b)", "(?)", "(?i)*",
        "(a{2}){2}", "[a-c-e]", "\\A", "\\C",
        String(repeating: "(", count: 30) + String(repeating: ")", count: 30),
        "(" + String(repeating: "a", count: 100) + "){100}",
    ])
    func `a pattern that RE2 may refuse is refused`(pattern: String) {
        #expect(throws: RegexpSyntax.Problem.self) { try RegexpSyntax.groups(of: pattern) }
    }

    @Test func `groups are counted as RE2 counts them`() throws {
        #expect(try RegexpSyntax.groups(of: "(a)(?:b)((c)|\\(d)[(]") == 3)
    }
}
