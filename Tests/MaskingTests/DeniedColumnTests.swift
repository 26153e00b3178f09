import Catalog
import GoogleSQL
import Testing

@testable import Masking

@Suite("Denied columns")
struct DeniedColumnTests {
    @Test(arguments: [
        "SELECT pin FROM vault", "SELECT * FROM vault", "SELECT v FROM vault v", "SELECT v.* FROM vault v",
        "SELECT vault_id FROM vault WHERE pin IS NULL", "SELECT COUNT(pin) FROM vault", "SELECT v.PIN FROM vault v",
        "SELECT 1 FROM vault a JOIN accounts b USING (pin)", "SELECT 1 FROM vault NATURAL JOIN branches", "FROM vault",
        "FROM vault |> WHERE vault_id = 1", "SELECT * EXCEPT (email) FROM vault",
        "SELECT TO_JSON_STRING(vault) FROM vault",
        "SELECT (SELECT MAX(v.pin)) FROM vault v",
        "SELECT 1 FROM vault v WHERE EXISTS (SELECT 1 FROM branches WHERE pin = b'')",
        "SELECT * FROM vault UNPIVOT(x FOR y IN (email))", "SELECT * EXCEPT (pin), pin FROM vault",
        "SELECT * EXCEPT (pin), * FROM vault", "FROM vault |> DROP email", "FROM vault |> AS w |> SELECT w.pin",
        "FROM branches |> JOIN vault ON TRUE", "SELECT branch_id FROM branches |> JOIN vault ON TRUE",
        "SELECT `p\\u0069n` FROM vault", "FROM vault |> DISTINCT |> SELECT vault_id",
        "FROM vault |> DROP pin |> JOIN vault AS w ON TRUE",
        "FROM vault |> DROP pin |> SELECT 1 AS a |> JOIN vault ON TRUE",
        "SELECT vault_id FROM vault ORDER BY pin", "SELECT * FROM vault PIVOT(COUNT(email) FOR vault_id IN (1))",
    ])
    func `named or shown in a row they are refused`(sql: String) throws {
        #expect(try Bank.codes(sql) == ["column.denied"])
    }

    @Test(arguments: [
        "SELECT * EXCEPT (pin) FROM vault", "SELECT vault_id FROM vault", "SELECT v.* EXCEPT (PIN) FROM vault v",
        "SELECT * REPLACE (b'' AS pin) FROM vault", "FROM vault |> DROP pin", "FROM vault |> SET pin = b''",
        "FROM vault |> SELECT vault_id", "FROM vault |> AGGREGATE COUNT(*) GROUP BY email",
        "SELECT COUNT(*) FROM vault",
        "SELECT * EXCEPT (pin) FROM vault WHERE email = 'x' ORDER BY vault_id",
        "WITH c AS (SELECT branch_id AS pin FROM branches) SELECT c.pin FROM c, vault",
        "SELECT b.pin FROM (SELECT 1 AS pin) b, vault", "SELECT 1 AS pin FROM vault",
        "SELECT * FROM (SELECT vault_id FROM vault), branches",
        "FROM branches |> SET branch_id = 1 |> JOIN vault AS v ON TRUE |> SELECT v.vault_id",
        "FROM branches |> JOIN vault AS v ON TRUE |> DROP pin",
    ])
    func `left out they do not stand in the way, and are NULL in the scan`(sql: String) throws {
        let masked = try Bank.rewrite(sql)
        #expect(!masked.sql.contains("scrim_t.pin"))
        #expect(!masked.maskedColumns.contains { $0.column == "pin" })
    }

    @Test
    func `the refusal names every column and the way out`() throws {
        guard
            case .failure(let list) = try Bank.rewriter(Bank.mapping()).rewrite(
                Bank.analyze("SELECT *\n  FROM vault"),
                against: Bank.snapshot
            )
        else {
            Issue.record("not refused")
            return
        }
        let refusal = try #require(list.refusals.first)
        #expect(refusal.message == "you may not see `pin` of `demo.bank.vault`")
        #expect(refusal.fix == "do not name it; in place of `*` write `* EXCEPT (pin)`")
        #expect(refusal.position?.line == 2)
        #expect(refusal.position?.column == 8)
    }

    @Test
    func `a denied leaf denies the column that holds it`() throws {
        let table = TableSchema(
            id: Bank.id("t"),
            columns: [
                Bank.column("id", .int64),
                Column(
                    name: "s",
                    type: .record([Bank.column("a", .int64), Bank.column("b", .int64, tags: Bank.tag(4))])
                ),
            ]
        )
        let rewriter = try Bank.rewriter(Bank.mapping())
        let snapshot = CatalogSnapshot(tables: [table])
        #expect(throws: RefusalList.self) {
            try rewriter.rewrite(Bank.analyze("SELECT s.a FROM t"), against: snapshot).get()
        }
        #expect(try rewriter.rewrite(Bank.analyze("SELECT id FROM t"), against: snapshot).get().maskedColumns == [])
    }

    @Test
    func `untagged DENY denies what carries no tag`() throws {
        let mapping = try Bank.mapping(["r": "untagged: DENY\nmasks: {pii: RAW}"])
        let rewriter = try Bank.rewriter(mapping, roles: ["r"])
        #expect(throws: RefusalList.self) {
            try rewriter.rewrite(Bank.analyze("SELECT segment FROM customers"), against: Bank.snapshot).get()
        }
        #expect(
            try rewriter.rewrite(Bank.analyze("SELECT ssn FROM customers"), against: Bank.snapshot).get().sql
                == "SELECT ssn FROM (SELECT scrim_t.ssn FROM demo.bank.customers AS scrim_t) AS customers"
        )
    }
}
