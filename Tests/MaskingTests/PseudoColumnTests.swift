import Catalog
import Testing

@testable import Masking

/// Pseudo-columns: conditions move into the scan where that changes nothing, other uses read what the scan shows.
struct PseudoColumnTests {
    private static let loads = TableSchema(
        id: Bank.id("loads"),
        columns: [Bank.column("n", .int64), Bank.column("ssn", .string, tags: Bank.tag(11))],
        partitioning: .ingestionTime,
        requiresPartitionFilter: true
    )
    private static let source = "demo.bank.loads AS scrim_t"

    private func rewrite(_ sql: String, _ parameters: [QueryParameter] = []) throws -> Result<MaskedQuery, RefusalList>
    {
        try WildcardTests.rewrite(sql, others: [Self.loads, Bank.branches, Bank.accounts], parameters)
    }

    private func sql(_ text: String) throws -> String { try rewrite(text).get().sql }

    @Test(arguments: [
        (
            "SELECT n FROM loads WHERE _PARTITIONTIME >= TIMESTAMP '2025-03-01' AND n > 1",
            "SELECT n FROM (SELECT scrim_t.n FROM \(source) WHERE (scrim_t._PARTITIONTIME >= TIMESTAMP '2025-03-01')) "
                + "AS loads WHERE TRUE AND n > 1"
        ),
        (
            "SELECT n FROM loads AS l WHERE (n = 1 AND l._PARTITIONDATE = CURRENT_DATE())",
            "SELECT n FROM (SELECT scrim_t.n FROM \(source) WHERE (scrim_t._PARTITIONDATE = CURRENT_DATE())) AS l "
                + "WHERE (n = 1 AND TRUE)"
        ),
        (
            "SELECT _PARTITIONTIME, n FROM loads ORDER BY _PARTITIONTIME",
            "SELECT scrim_partition_time AS partition_time, n FROM (SELECT scrim_t.n, scrim_t._PARTITIONTIME AS "
                + "scrim_partition_time FROM \(source)) AS loads ORDER BY scrim_partition_time"
        ),
        (
            "SELECT *, DATE(l._PARTITIONTIME) AS d FROM loads l",
            "SELECT * EXCEPT (scrim_partition_time), DATE(l.scrim_partition_time) AS d FROM (SELECT scrim_t.n, "
                + "IF(CHAR_LENGTH(scrim_t.ssn) > 4, 'XXXXX' || SUBSTR(scrim_t.ssn, -4), TO_BASE64(SHA256(scrim_t.ssn))) "
                + "AS ssn, scrim_t._PARTITIONTIME AS scrim_partition_time FROM \(source)) AS l"
        ),
        (
            "SELECT l.* EXCEPT (ssn) REPLACE (1 AS n), _PARTITIONDATE d FROM loads AS l",
            "SELECT l.* EXCEPT (ssn , scrim_partition_date) REPLACE (1 AS n), scrim_partition_date d FROM (SELECT "
                + "scrim_t.n, IF(CHAR_LENGTH(scrim_t.ssn) > 4, 'XXXXX' || SUBSTR(scrim_t.ssn, -4), "
                + "TO_BASE64(SHA256(scrim_t.ssn))) AS ssn, scrim_t._PARTITIONDATE AS scrim_partition_date "
                + "FROM \(source)) AS l"
        ),
        (
            "FROM loads |> WHERE _PARTITIONDATE = '2025-03-01' |> AS x |> WHERE x._PARTITIONTIME IS NOT NULL "
                + "|> SELECT n",
            "FROM (SELECT scrim_t.n FROM \(source) WHERE (scrim_t._PARTITIONDATE = '2025-03-01') AND "
                + "(scrim_t._PARTITIONTIME IS NOT NULL)) AS loads |> WHERE TRUE |> AS x |> WHERE TRUE |> SELECT n"
        ),
        (
            "FROM loads |> EXTEND _PARTITIONDATE AS d |> DROP ssn |> WHERE d > '2025-03-01'",
            "FROM (SELECT scrim_t.n, IF(CHAR_LENGTH(scrim_t.ssn) > 4, 'XXXXX' || SUBSTR(scrim_t.ssn, -4), "
                + "TO_BASE64(SHA256(scrim_t.ssn))) AS ssn, scrim_t._PARTITIONDATE AS scrim_partition_date FROM \(source)) "
                + "AS loads |> EXTEND scrim_partition_date AS d |> DROP ssn |> WHERE d > '2025-03-01' "
                + "|> SELECT * EXCEPT (scrim_partition_date)"
        ),
        (
            "FROM loads AS l |> LIMIT 1 |> JOIN branches AS b ON l._PARTITIONDATE = '2025-03-01' |> SELECT l.n",
            "FROM (SELECT scrim_t.n, scrim_t._PARTITIONDATE AS scrim_partition_date FROM \(source)) AS l |> LIMIT 1 "
                + "|> JOIN (SELECT 1 AS scrim_none FROM demo.bank.branches AS scrim_t) AS b "
                + "ON l.scrim_partition_date = '2025-03-01' |> SELECT l.n"
        ),
        (
            "SELECT n FROM loads TABLESAMPLE SYSTEM (10 PERCENT) WHERE _PARTITIONDATE = '2025-03-01'",
            "SELECT n FROM (SELECT scrim_t.n FROM \(source) TABLESAMPLE SYSTEM (10 PERCENT) WHERE "
                + "(scrim_t._PARTITIONDATE = '2025-03-01')) AS loads WHERE TRUE"
        ),
        (
            "WITH l AS (SELECT n, _PARTITIONDATE FROM loads) SELECT n FROM l WHERE _PARTITIONDATE = '2025-03-01'",
            "WITH l AS (SELECT n, scrim_partition_date FROM (SELECT scrim_t.n, scrim_t._PARTITIONDATE AS "
                + "scrim_partition_date FROM \(source)) AS loads) SELECT n FROM l WHERE scrim_partition_date = '2025-03-01'"
        ),
        (
            "SELECT n FROM loads WHERE n IN (SELECT MAX(n) FROM loads WHERE _PARTITIONDATE = '2025-03-01')",
            "SELECT n FROM (SELECT scrim_t.n FROM \(source)) AS loads WHERE n IN (SELECT MAX(n) FROM (SELECT scrim_t.n "
                + "FROM \(source) WHERE (scrim_t._PARTITIONDATE = '2025-03-01')) AS loads WHERE TRUE)"
        ),
    ])
    func `the text that is sent`(text: String, expected: String) throws {
        #expect(try sql(text) == expected)
    }

    @Test func `parameters in a moved condition keep their names`() throws {
        let parameters = ["2025-03-01", "2025-03-02", "x"].map {
            QueryParameter(name: "", type: .scalar(.string), value: .scalar($0))
        }
        let text = "SELECT n FROM loads WHERE ssn = ? AND _PARTITIONDATE BETWEEN DATE(?) AND DATE(?)"
        #expect(
            try rewrite(text, parameters).get().sql.hasSuffix(
                "(scrim_t._PARTITIONDATE BETWEEN DATE(@p2) AND DATE(@p3))) AS loads WHERE ssn = @p1 AND TRUE"
            )
        )
    }

    /// Whether a condition moves, is copied, or stays, by the joins around.
    @Test(arguments: [
        ("loads AS l, branches AS b WHERE l._PARTITIONDATE IS NULL", "moved"),
        ("loads AS l LEFT JOIN branches AS b ON TRUE WHERE l._PARTITIONDATE IS NULL", "moved"),
        ("branches AS b RIGHT JOIN loads AS l ON TRUE WHERE l._PARTITIONDATE IS NULL", "moved"),
        ("branches AS b LEFT JOIN loads AS l ON TRUE WHERE l._PARTITIONDATE = '2025-03-01'", "copied"),
        ("branches AS b LEFT JOIN loads AS l ON TRUE WHERE l._PARTITIONDATE IS NULL", "stays"),
        ("branches AS b LEFT JOIN loads AS l ON TRUE WHERE COALESCE(l._PARTITIONDATE, '2025-03-01') > '2'", "stays"),
        ("branches AS b LEFT JOIN loads AS l ON l._PARTITIONDATE = '2025-03-01' WHERE b.city = 'x'", "moved"),
        ("loads AS l LEFT JOIN branches AS b ON l._PARTITIONDATE = '2025-03-01'", "stays"),
        ("loads AS l RIGHT JOIN branches AS b ON l._PARTITIONDATE = '2025-03-01'", "moved"),
        ("loads AS l FULL JOIN branches AS b ON l._PARTITIONDATE = '2025-03-01'", "stays"),
        ("loads AS l FULL JOIN branches AS b ON TRUE WHERE l._PARTITIONDATE IN ('2025-03-01')", "copied"),
        ("branches AS b LEFT JOIN (accounts AS a JOIN loads AS l ON l._PARTITIONDATE = '2025-03-01') ON TRUE", "moved"),
        (
            "branches AS b LEFT JOIN (accounts AS a JOIN loads AS l ON TRUE) ON TRUE WHERE l._PARTITIONDATE IS NULL",
            "stays"
        ),
        ("loads AS l JOIN branches AS b ON l._PARTITIONDATE = '2025-03-01' OR b.city = 'x'", "stays"),
        ("loads AS l WHERE RAND() < 0.5 OR _PARTITIONDATE = '2025-03-01'", "stays"),
        ("loads AS l WHERE _PARTITIONDATE = (SELECT DATE '2025-03-01')", "stays"),
        ("loads AS l WHERE EXISTS (SELECT 1 FROM branches WHERE l._PARTITIONDATE = '2025-03-01')", "stays"),
    ])
    func `a condition moves only where that changes nothing`(from: String, outcome: String) throws {
        let text = try sql("SELECT l.n FROM \(from)")
        let isInside = text.contains("loads AS scrim_t WHERE (scrim_t._PARTITIONDATE")
        let isOutside = text.contains("AS scrim_partition_date")
        #expect((isInside, isOutside) == (outcome != "stays", outcome != "moved"), "\(text)")
    }

    @Test(arguments: [
        "SELECT _PARTITIONTIME FROM branches", "SELECT b._PARTITIONTIME FROM branches AS b, loads AS l",
        "SELECT _PARTITIONTIME FROM loads AS a, loads AS b", "SELECT _TABLE_SUFFIX FROM loads",
        "SELECT bank.loads._PARTITIONTIME FROM loads", "SELECT _FILE_NAME FROM loads", "SELECT _CHANGE_TYPE FROM loads",
        "SELECT l, _PARTITIONTIME AS t FROM loads AS l",
        "SELECT TO_JSON_STRING(l) AS j, _PARTITIONTIME AS t FROM loads AS l",
        "FROM loads |> EXTEND _PARTITIONTIME AS t |> DISTINCT",
        "SELECT l._PARTITIONTIME AS t FROM loads AS l NATURAL JOIN branches",
        "SELECT n AS _PARTITIONTIME FROM loads", "SELECT l.n FROM loads AS l JOIN loads AS m USING (_PARTITIONTIME)",
        "FROM loads |> DROP _PARTITIONTIME", "SELECT * EXCEPT (_PARTITIONTIME) FROM loads",
        "SELECT n FROM loads AS l, l._PARTITIONTIME", "SELECT STRUCT(1 AS x)._PARTITIONTIME FROM loads",
        "SELECT * FROM loads PIVOT(COUNT(n) FOR ssn IN ('x')) WHERE _PARTITIONTIME IS NULL",
    ])
    func `what cannot be carried through is refused`(text: String) throws {
        let codes = WildcardTests.codes(try rewrite(text))
        #expect(codes.contains("column.pseudo"), "\(codes)")
    }

    @Test func `the day of a partition is a value that can be denied, the name of a table is not`() throws {
        let roles = ["clerk": "groups: []\nmasks: {pii: ALWAYS_NULL}\nuntagged: DENY\n"]
        let partition = "SELECT COUNT(*) FROM loads WHERE _PARTITIONTIME IS NULL"
        #expect(
            WildcardTests.codes(try WildcardTests.rewrite(partition, others: [Self.loads], roles: roles)) == [
                "column.denied"
            ]
        )
        let suffix = "SELECT COUNT(*) FROM `analytics.events_*` WHERE _TABLE_SUFFIX = '20250301'"
        #expect(WildcardTests.codes(try WildcardTests.rewrite(suffix, roles: roles)).isEmpty)
    }

    @Test func `pseudo-columns derive from nothing masked`() throws {
        let text = """
            WITH l AS (SELECT ssn, _PARTITIONDATE FROM loads)
            SELECT _PARTITIONDATE AS d, UPPER(ssn) AS s, MAX(_PARTITIONDATE) OVER () AS m FROM l
            """
        let query = try rewrite(text).get()
        #expect(query.outputMasks(columnCount: 3).map { $0?.rule } == [nil, .lastFourCharacters, nil])
        let named = try rewrite("SELECT l._PARTITIONDATE, ssn FROM loads AS l").get()
        #expect(named.outputColumns?.map(\.name) == ["partition_date", "ssn"])
        #expect(named.outputColumns?.map { $0.mask == nil } == [true, false])
    }

    @Test func `a name that the query has is not taken for what a scan shows`() throws {
        let text = try sql(
            "SELECT _PARTITIONDATE AS d, scrim_partition_date FROM loads, (SELECT 1 AS scrim_partition_date)"
        )
        #expect(text.contains("scrim_t._PARTITIONDATE AS scrim_partition_date_ FROM"))
        let star = try sql("SELECT *, _PARTITIONDATE AS d FROM loads, (SELECT 1 AS scrim_partition_date)")
        #expect(star.hasPrefix("SELECT * EXCEPT (scrim_partition_date_), scrim_partition_date_ AS d FROM"))
    }
}
