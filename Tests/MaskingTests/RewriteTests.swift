import Catalog
import Cryptography
import struct Foundation.Date
import GoogleSQL
import Testing

@testable import Masking

@Suite("Rewriting")
struct RewriteTests {
    private static let ssn =
        "IF(CHAR_LENGTH(scrim_t.ssn) > 4, 'XXXXX' || SUBSTR(scrim_t.ssn, -4), TO_BASE64(SHA256(scrim_t.ssn))) AS ssn"
    private static let accounts = "demo.bank.accounts AS scrim_t"

    @Test(arguments: [
        (
            "select customer_id, ssn from customers where segment = \"retail\" -- why",
            "SELECT customer_id, ssn FROM (SELECT scrim_t.customer_id, \(ssn), scrim_t.segment "
                + "FROM demo.bank.customers AS scrim_t) AS customers WHERE segment = 'retail'"
        ),
        (
            "SELECT a.kind FROM `demo.bank.accounts` AS a",
            "SELECT a.kind FROM (SELECT scrim_t.kind FROM \(accounts)) AS a"
        ),
        (
            "SELECT COUNT(*) FROM bank.accounts /* all */ @{hint=1}",
            "SELECT COUNT(*) FROM (SELECT 1 AS scrim_none FROM \(accounts)) AS accounts"
        ),
        (
            "SELECT * FROM branches",
            "SELECT * FROM (SELECT scrim_t.branch_id, scrim_t.city FROM demo.bank.branches AS scrim_t) AS branches"
        ),
        (
            "SELECT f FROM accounts a LEFT JOIN a.flags AS f ON TRUE",
            "SELECT f FROM (SELECT scrim_t.flags FROM \(accounts)) AS a LEFT JOIN UNNEST(a.flags) AS f ON TRUE"
        ),
        (
            "SELECT flags FROM accounts, accounts.flags WITH OFFSET AS o",
            "SELECT flags FROM (SELECT scrim_t.flags FROM \(accounts)) AS accounts, "
                + "UNNEST(accounts.flags) AS flags WITH OFFSET AS o"
        ),
        (
            "SELECT kind FROM accounts AS a TABLESAMPLE SYSTEM (10 PERCENT) WHERE kind = 'x'",
            "SELECT kind FROM (SELECT scrim_t.kind FROM \(accounts) TABLESAMPLE SYSTEM (10 PERCENT) ) AS a "
                + "WHERE kind = 'x'"
        ),
        (
            "SELECT kind FROM accounts FOR SYSTEM_TIME AS OF '2026-01-01'",
            "SELECT kind FROM (SELECT scrim_t.kind FROM \(accounts) FOR SYSTEM_TIME AS OF '2026-01-01' ) AS accounts"
        ),
        (
            "FROM accounts |> WHERE kind = 'x' |> AGGREGATE COUNT(*) AS n GROUP BY customer_id",
            "FROM (SELECT scrim_t.customer_id, scrim_t.kind FROM \(accounts)) AS accounts "
                + "|> WHERE kind = 'x' |> AGGREGATE COUNT(*) AS n GROUP BY customer_id"
        ),
        (
            "SELECT scrim_none FROM (SELECT 1 AS scrim_none), branches",
            "SELECT scrim_none FROM (SELECT 1 AS scrim_none), "
                + "(SELECT 1 AS scrim_none_ FROM demo.bank.branches AS scrim_t) AS branches"
        ),
    ])
    func `the text that is sent`(sql: String, expected: String) throws {
        #expect(try Bank.rewrite(sql).sql == expected)
    }

    @Test
    func `a column with its table's name is not the whole row in our scan`() throws {
        let schema = TableSchema(
            id: Bank.id("users"),
            columns: [
                Bank.column("users", .string), Bank.column("scrim_t", .string),
                Bank.column("ssn", .string, tags: Bank.tag(11)),
            ]
        )
        let snapshot = CatalogSnapshot(tables: [schema])
        let query = Bank.analyze("SELECT users.users FROM users")
        let masked = try Bank.rewriter(Bank.mapping()).rewrite(query, against: snapshot).get()
        #expect(
            masked.sql == "SELECT users.users FROM (SELECT scrim_t_.users FROM demo.bank.users AS scrim_t_) AS users"
        )
        // Alone it means the row, which then has every column, masked.
        let row = try Bank.rewriter(Bank.mapping()).rewrite(Bank.analyze("SELECT users FROM users"), against: snapshot)
        #expect(try row.get().maskedColumns.map(\.column) == ["ssn"])
    }

    @Test
    func `names that break naive lexers are quoted`() throws {
        let names = ["a--b", "a#b", "it's", "x|y", "two words", "a&b", "MiXed", "select"]
        let schema = TableSchema(id: Bank.id("odd"), columns: names.map { Bank.column($0, .string) })
        let query = Bank.analyze("SELECT * FROM odd")
        let sql = try Bank.rewriter(Bank.mapping()).rewrite(query, against: CatalogSnapshot(tables: [schema])).get().sql
        for name in names where name != "MiXed" { #expect(sql.contains("scrim_t.`\(name)`")) }
        #expect(try Parser.parse(statement: sql).tableReferences().count == 1)
    }

    @Test
    func `the result names tables, schemas and masked columns`() throws {
        let masked = try Bank.rewrite("SELECT ssn, a.iban FROM customers JOIN accounts a USING (customer_id)")
        #expect(masked.tables == [Bank.id("customers"), Bank.id("accounts")])
        #expect(masked.schemas[Bank.id("customers")] == Bank.customers)
        #expect(masked.maskedColumns.map(\.column) == ["ssn", "iban"])
        #expect(masked.maskedColumns.map(\.tag) == ["pii.ssn", "account.number"])
        #expect(masked.touchesMaskedTable)
        #expect(masked.mappingDigest == (try Bank.mapping().digest))
        #expect(try !Bank.rewrite("SELECT city FROM branches").touchesMaskedTable)
        #expect(try Bank.rewrite("SELECT segment FROM customers").touchesMaskedTable)
        #expect(try Bank.rewrite("SELECT segment FROM customers").maskedColumns.isEmpty)
    }

    @Test
    func `key parameters carry a random name and are one pair a tag`() throws {
        let masked = try Bank.rewrite("SELECT full_name, iban, c.full_name FROM customers c, accounts")
        let nonce = String(repeating: "ab", count: 16)
        #expect(
            masked.parameters.map(\.name)
                == ["scrim_\(nonce)_1i", "scrim_\(nonce)_1o", "scrim_\(nonce)_2i", "scrim_\(nonce)_2o"]
        )
        #expect(masked.parameters.allSatisfy { $0.type == .scalar(.bytes) })
        let policy = try #require(Bank.mapping().policy(for: ["analyst"]))
        let without = MaskingRewriter(policy: policy, tokenKeys: nil)
        #expect(throws: RefusalList.self) {
            try without.rewrite(Bank.analyze("SELECT iban FROM accounts"), against: Bank.snapshot).get()
        }
    }

    @Test
    func `two rewrites differ in the names of their key parameters`() throws {
        let policy = try #require(Bank.mapping().policy(for: ["analyst"]))
        let rewriter = MaskingRewriter(policy: policy, tokenKeys: try .generate(now: .distantPast))
        let query = Bank.analyze("SELECT iban FROM accounts")
        let names = try (0..<2).map { _ in try rewriter.rewrite(query, against: Bank.snapshot).get().parameters[0].name
        }
        #expect(names[0] != names[1])
        #expect(names[0].utf8.count == "scrim__1i".utf8.count + 32)
    }

    @Test
    func `a text that grows beyond what BigQuery takes is refused`() throws {
        let arms = (0..<3000).map { _ in "SELECT * FROM customers" }.joined(separator: " UNION ALL ")
        #expect(try Bank.codes(arms) == ["limit.rewritten_bytes"])
    }

    @Test
    func `a thousand tables are the most`() throws {
        let tables = (0...1000).map { "t\($0)" }.joined(separator: ", ")
        #expect(Bank.analyze("SELECT 1 FROM \(tables)").refusals.map(\.code) == ["limit.tables"])
    }

    @Test
    func `stars over many tables cost a bounded time`() throws {
        let tables = (0..<900).map { "t\($0)" }.joined(separator: ", ")
        let stars = Array(repeating: "*", count: 20000).joined(separator: ", ")
        #expect(Bank.analyze("SELECT \(stars) FROM \(tables)").refusals.map(\.code).contains("limit.complexity"))
    }
}
