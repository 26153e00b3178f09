import Catalog
import GoogleSQL
import Testing

@testable import Masking

@Suite("MATCH_RECOGNIZE, table arguments and samples")
struct ReshapingTests {
    private static let accounts = "demo.bank.accounts AS scrim_t"
    private static let branches =
        "SELECT scrim_t.branch_id, scrim_t.city FROM demo.bank.branches AS scrim_t"

    @Test(arguments: [
        (
            "SELECT r.k FROM accounts MATCH_RECOGNIZE(PARTITION BY customer_id ORDER BY account_id MEASURES "
                + "FIRST(a.kind) AS k PATTERN (a (b*?){2,} | ^ (c || d) $) DEFINE a AS TRUE) AS r",
            "SELECT r.k FROM (SELECT scrim_t.account_id, scrim_t.customer_id, scrim_t.kind FROM \(accounts)) AS accounts "
                + "MATCH_RECOGNIZE (PARTITION BY customer_id ORDER BY account_id MEASURES FIRST(a.kind) AS k "
                + "PATTERN (a (b * ?) { 2, } | ^ (c || d) $) DEFINE a AS TRUE) AS r"
        ),
        (
            "SELECT * FROM GAP_FILL(TABLE branches, ts_column => 'x', bucket_width => INTERVAL 1 DAY)",
            "SELECT * FROM GAP_FILL((\(branches)), ts_column => 'x', bucket_width => INTERVAL 1 DAY)"
        ),
        (
            "WITH b AS (SELECT 1 AS x) SELECT x FROM RANGE_SESSIONIZE(TABLE b, 'x', ['y']) AS s, branches",
            "WITH b AS (SELECT 1 AS x) SELECT x FROM RANGE_SESSIONIZE(TABLE b, 'x', ['y']) AS s, "
                + "(SELECT 1 AS scrim_none FROM demo.bank.branches AS scrim_t) AS branches"
        ),
        (
            "SELECT 1 FROM gap_fill((SELECT city FROM branches), 'x', INTERVAL 1 DAY)",
            "SELECT 1 FROM gap_fill((SELECT city FROM (SELECT scrim_t.city FROM demo.bank.branches AS scrim_t) "
                + "AS branches), 'x', INTERVAL 1 DAY)"
        ),
        (
            "FROM branches |> CALL GAP_FILL('x', INTERVAL 1 DAY) AS g |> SELECT g.city",
            "FROM (\(branches)) AS branches |> CALL GAP_FILL('x', INTERVAL 1 DAY) AS g |> SELECT g.city"
        ),
        (
            "FROM accounts AS a |> TABLESAMPLE SYSTEM (10 PERCENT) |> SELECT kind",
            "FROM (SELECT scrim_t.kind FROM \(accounts) TABLESAMPLE SYSTEM (10 PERCENT) ) AS a |> SELECT kind"
        ),
        (
            "FROM accounts FOR SYSTEM_TIME AS OF '2026-01-01' |> TABLESAMPLE SYSTEM (1 PERCENT) |> SELECT kind",
            "FROM (SELECT scrim_t.kind FROM \(accounts) FOR SYSTEM_TIME AS OF '2026-01-01' TABLESAMPLE SYSTEM "
                + "(1 PERCENT) ) AS accounts |> SELECT kind"
        ),
    ])
    func `what is printed`(sql: String, printed: String) throws {
        #expect(try Bank.rewrite(sql).sql == printed)
    }

    @Test(arguments: [
        (
            "SELECT * FROM accounts MATCH_RECOGNIZE(ORDER BY kind MEASURES COUNT(*) AS n PATTERN (a) DEFINE a AS TRUE "
                + "OPTIONS(x = 1))", "statement.match_recognize"
        ),
        (
            "SELECT * FROM vault MATCH_RECOGNIZE(ORDER BY vault_id MEASURES FIRST(v.pin) AS n PATTERN (v) DEFINE v AS "
                + "TRUE)", "column.denied"
        ),
        (
            "SELECT * FROM vault MATCH_RECOGNIZE(ORDER BY vault_id MEASURES COUNT(*) AS n PATTERN (v) DEFINE v AS "
                + "PREV(pin) IS NULL)", "column.denied"
        ),
        (
            "SELECT _PARTITIONTIME FROM accounts MATCH_RECOGNIZE(ORDER BY kind MEASURES COUNT(*) AS n PATTERN (v) "
                + "DEFINE v AS TRUE)", "column.pseudo"
        ),
        (
            "SELECT * FROM accounts MATCH_RECOGNIZE(ORDER BY kind MEASURES COUNT(*) AS n PATTERN (v) DEFINE v AS "
                + "SESSION_USER() = '')", "function.identity"
        ),
        ("SELECT 1 FROM GAP_FILL(TABLE vault, 'x', INTERVAL 1 DAY)", "column.denied"),
        ("SELECT 1 FROM GAP_FILL(TABLE nothing, 'x', INTERVAL 1 DAY)", "table.unreadable"),
        ("SELECT 1 FROM GAP_FILL(TABLE `a*b.c`, 'x', INTERVAL 1 DAY)", "table.wildcard"),
        ("SELECT 1 FROM GAP_FILL(TABLE d.f(1), 'x', INTERVAL 1 DAY)", "function.table_argument"),
        ("SELECT 1 FROM GAP_FILL(input => 1)", "function.table_argument"),
        ("SELECT 1 FROM GAP_FILL(1)", "function.table_argument"),
        ("SELECT 1 FROM GAP_FILL()", "function.table_argument"),
        ("SELECT 1 FROM GAP_FILL(EXISTS(SELECT 1))", "function.table_argument"),
        ("SELECT 1 FROM GAP_FILL(MODEL m)", "function.table_argument"),
        ("SELECT 1 FROM GAP_FILL(TABLE branches, TABLE accounts)", "function.table_argument"),
        ("SELECT 1 FROM GAP_FILL(TABLE branches, DESCRIPTOR(city))", "function.table_argument"),
        ("FROM branches |> CALL GAP_FILL(TABLE accounts, 'x')", "function.table_argument"),
        ("FROM branches |> CALL bank.gap_fill('x')", "function.table_function"),
        ("SELECT * FROM `bank.gap_fill`(TABLE accounts)", "function.unreadable"),
        ("SELECT * FROM bank.gap_fill(TABLE accounts)", "function.unreadable"),
        ("FROM branches, accounts |> TABLESAMPLE SYSTEM (1 PERCENT)", "table.suffix"),
        ("FROM branches |> AS b |> TABLESAMPLE SYSTEM (1 PERCENT)", "table.suffix"),
        ("FROM UNNEST([1]) |> TABLESAMPLE SYSTEM (1 PERCENT)", "table.suffix"),
        ("FROM (SELECT 1 AS x), branches |> TABLESAMPLE SYSTEM (1 PERCENT)", "table.suffix"),
        ("FROM branches |> TABLESAMPLE BERNOULLI (1 ROWS PARTITION BY city)", "table.sample"),
    ])
    func `what cannot be masked is refused`(sql: String, code: String) throws {
        let codes = try Bank.codes(sql)
        #expect(codes.contains(code), "\(codes)")
    }

    @Test
    func `a denied column of a table argument can be left out in a query`() throws {
        #expect(try Bank.codes("SELECT 1 FROM GAP_FILL((SELECT * EXCEPT (pin) FROM vault), 'x', INTERVAL 1 DAY)") == [])
        guard
            case .failure(let list) = try Bank.rewriter(Bank.mapping()).rewrite(
                Bank.analyze("SELECT 1 FROM GAP_FILL(TABLE vault, 'x', INTERVAL 1 DAY)"),
                against: Bank.snapshot
            )
        else {
            Issue.record("not refused")
            return
        }
        #expect(list.refusals.first?.fix.contains("`(SELECT * EXCEPT (pin) FROM t)`") ?? false)
    }

    @Test(arguments: [
        (
            "SELECT * FROM accounts MATCH_RECOGNIZE(PARTITION BY kind, iban ORDER BY account_id MEASURES FIRST(x.iban) "
                + "AS a, LAST(kind) AS b, LAST(balance) AS c PATTERN (x) DEFINE x AS TRUE)",
            "- iban iban iban balance+iban"
        ),
        (
            "SELECT a, b FROM accounts MATCH_RECOGNIZE(ORDER BY account_id MEASURES FIRST(kind) AS a, CLASSIFIER() AS b "
                + "PATTERN (x) DEFINE x AS iban IS NULL)", "iban iban"
        ),
        (
            "SELECT m.a FROM branches, accounts MATCH_RECOGNIZE(ORDER BY iban MEASURES FIRST(kind) AS a PATTERN (x) "
                + "DEFINE x AS TRUE) AS m", "iban"
        ),
        (
            "FROM customers AS c |> MATCH_RECOGNIZE(PARTITION BY c.segment ORDER BY customer_id MEASURES MAX(x.ssn) AS s, "
                + "COUNT(*) AS n PATTERN (x) DEFINE x AS TRUE) AS m |> SELECT m.n, s, segment", "- ssn -"
        ),
        (
            "SELECT b.city, m.k FROM branches AS b, (accounts JOIN customers AS c USING (customer_id)) MATCH_RECOGNIZE("
                + "ORDER BY account_id MEASURES FIRST(x.kind) AS k PATTERN (x) DEFINE x AS TRUE) AS m", "- -"
        ),
        ("SELECT session_range, kind, iban FROM RANGE_SESSIONIZE(TABLE accounts, 'x', ['y'])", "balance+iban - iban"),
        ("SELECT kind FROM GAP_FILL(TABLE accounts, 'x', INTERVAL 1 DAY)", "balance+iban"),
        ("SELECT kind FROM GAP_FILL((SELECT kind FROM accounts), 'x', INTERVAL 1 DAY)", "-"),
        ("WITH c AS (SELECT iban AS i FROM accounts) SELECT x FROM GAP_FILL(TABLE c, 'x', INTERVAL 1 DAY)", "iban"),
        ("FROM accounts |> SELECT iban, kind |> CALL RANGE_SESSIONIZE('x', ['y'])", "iban - iban"),
    ])
    func `lineage goes through`(sql: String, expected: String) throws {
        let masked = try Bank.rewrite(sql)
        let sources = masked.outputSources(columnCount: expected.split(separator: " ").count)
        let shown = sources.map { $0.isEmpty ? "-" : $0.map(\.column).sorted().joined(separator: "+") }
        #expect(shown.joined(separator: " ") == expected)
    }
}
