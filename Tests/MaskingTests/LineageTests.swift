import Catalog
import GoogleSQL
import Testing

@testable import Masking

@Suite("Lineage")
struct LineageTests {
    /// The masked columns each output column derives from, as `a+b`, `-` for none.
    private func lineage(_ sql: String, columns count: Int) throws -> String {
        let masked = try Bank.rewrite(sql)
        let sources = masked.outputSources(columnCount: count)
        return sources.map { $0.isEmpty ? "-" : $0.map(\.column).sorted().joined(separator: "+") }.joined(
            separator: " "
        )
    }

    @Test func `output columns have the names that the text gives, as written`() throws {
        let sql = "SELECT Email, LOWER(ssn), segment AS Kind, address.city FROM customers"
        let columns = try #require(try Bank.rewrite(sql).outputColumns)
        #expect(columns.map(\.name) == ["Email", nil, "Kind", "city"])
        #expect(columns.map { $0.mask?.tag } == ["pii.email", "pii.ssn", nil, nil])
        #expect(try Bank.rewrite("SELECT * FROM branches").outputColumns?.map(\.name) == ["branch_id", "city"])
        let pivot = "SELECT * FROM accounts PIVOT(COUNT(*) FOR kind IN ('a'))"
        #expect(try Bank.rewrite(pivot).outputColumns == nil, "not known from the text")
    }

    @Test(arguments: [
        ("SELECT customer_id, ssn, LOWER(email) FROM customers", "- ssn email"),
        ("SELECT CONCAT(full_name, ssn) AS x, segment FROM customers", "full_name+ssn -"),
        ("SELECT e FROM (SELECT email AS e, segment FROM customers)", "email"),
        ("SELECT * FROM (SELECT segment, email AS e FROM customers)", "- email"),
        ("WITH c AS (SELECT ssn AS x, segment AS y FROM customers) SELECT y, x FROM c", "- ssn"),
        ("WITH customers AS (SELECT segment AS email FROM customers) SELECT email FROM customers", "-"),
        ("SELECT a.kind, c.email, a.iban FROM customers c JOIN accounts a USING (customer_id)", "- email iban"),
        ("SELECT segment FROM customers UNION ALL SELECT ssn FROM customers", "ssn"),
        ("SELECT COUNT(*), MAX(ssn), COUNTIF(email LIKE 'a%') FROM customers", "- ssn email"),
        ("SELECT (SELECT MAX(ssn) FROM customers), segment FROM customers", "ssn -"),
        ("SELECT ARRAY(SELECT email FROM customers), 1", "email -"),
        ("SELECT address.city, address.street, address FROM customers", "- address.street address.street+address.zip"),
        ("SELECT x.kind, x.value FROM customers c, c.contacts AS x", "- contacts.value"),
        ("SELECT kind, value FROM customers c, UNNEST(c.contacts)", "- contacts.value"),
        ("SELECT contacts[OFFSET(0)].kind, contacts[OFFSET(0)].value FROM customers", "- contacts.value"),
        ("SELECT STRUCT(ssn AS a, segment AS b).b, STRUCT(ssn AS a, segment AS b).a FROM customers", "- ssn"),
        ("SELECT * EXCEPT (iban) REPLACE (balance AS kind) FROM accounts", "- - balance balance -"),
        ("SELECT * FROM accounts a JOIN branches b ON TRUE", "- - iban - balance - - -"),
        ("SELECT * FROM accounts a JOIN accounts b USING (iban)", "iban - - - balance - - - - balance -"),
        (
            "SELECT * FROM accounts a JOIN accounts b USING (iban) JOIN accounts c USING (iban, kind)",
            "iban - - - balance - - - balance - - - balance -"
        ),
        (
            "SELECT * FROM accounts a JOIN accounts b USING (iban) JOIN accounts c USING (kind)",
            "- iban - - balance - - - balance - - - iban balance -"
        ),
        (
            "SELECT email, kind FROM (SELECT ssn AS email FROM customers) JOIN customers USING (email) JOIN "
                + "(SELECT 'x' AS email, iban AS kind FROM accounts) USING (email)", "email+ssn iban"
        ),
        (
            "FROM accounts |> SELECT iban, kind |> JOIN accounts b USING (iban) |> EXTEND kind AS k |> DROP flags",
            "iban - - - - balance -"
        ),
        ("SELECT c.email, ROW_NUMBER() OVER (ORDER BY ssn) FROM customers c", "email ssn"),
        ("SELECT CASE WHEN ssn = '1' THEN 'a' ELSE segment END FROM customers", "ssn"),
        ("FROM accounts |> EXTEND balance AS b |> SELECT kind, b", "- balance"),
        ("FROM accounts |> AGGREGATE SUM(balance) AS s, COUNT(*) AS n GROUP BY kind", "- balance -"),
        ("FROM accounts |> DROP iban, balance |> AS t |> SELECT t.kind, flags", "- -"),
        ("FROM accounts |> SET kind = iban |> SELECT kind", "iban"),
        ("FROM accounts |> RENAME iban AS i |> SELECT i, kind", "iban -"),
        (
            "WITH RECURSIVE r AS (SELECT email AS e, 1 AS n FROM customers UNION ALL SELECT e, n + 1 FROM r) "
                + "SELECT n, e FROM r", "- email"
        ),
        ("SELECT DATE_TRUNC(birth_date, YEAR), EXTRACT(YEAR FROM birth_date) FROM customers", "birth_date birth_date"),
        ("SELECT o, f FROM accounts a, a.flags AS f WITH OFFSET AS o WHERE a.iban = ''", "- -"),
        ("SELECT EXISTS(SELECT 1 FROM customers WHERE ssn = '1') AS x, WITH(y AS 1, y + 1) AS z", "ssn -"),
        // What counts or picks rows derives from what decides which they are.
        ("SELECT segment, COUNT(*), MAX(customer_id) FROM customers WHERE ssn > '1' GROUP BY segment", "- ssn ssn"),
        ("SELECT COUNT(*) FROM accounts a JOIN customers c ON a.iban = c.ssn", "iban+ssn"),
        ("SELECT n FROM (SELECT COUNT(*) AS n FROM accounts JOIN accounts b USING (iban))", "iban"),
        ("SELECT LENGTH(email) AS l, COUNT(*), segment FROM customers GROUP BY l, segment", "email email -"),
        ("SELECT email, COUNT(*) FROM customers GROUP BY ALL", "email email"),
        ("SELECT COUNT(*) FROM (SELECT DISTINCT kind, iban FROM accounts)", "iban"),
        ("SELECT COUNT(*) FROM (SELECT kind FROM accounts EXCEPT DISTINCT SELECT iban FROM accounts)", "iban"),
        ("SELECT (SELECT kind FROM accounts ORDER BY iban LIMIT 1), (SELECT kind FROM accounts ORDER BY 1)", "iban -"),
        ("SELECT SUM(MAX(account_id) GROUP BY iban) FROM accounts", "iban"),
        ("SELECT kind, account_id FROM accounts WHERE iban = '' ORDER BY balance LIMIT 1", "- -"),
        ("FROM accounts |> WHERE iban = '' |> AGGREGATE COUNT(*) AS n GROUP BY kind |> SELECT kind, n", "- iban"),
        ("FROM accounts |> ORDER BY balance |> LIMIT 3 |> AGGREGATE COUNT(kind) AS n", "balance"),
        // STRUCTs in set operations are matched by position.
        (
            "SELECT s.a FROM (SELECT STRUCT(segment AS a) AS s FROM customers UNION ALL SELECT STRUCT(ssn AS b) FROM "
                + "customers)", "ssn"
        ),
        ("SELECT address.city FROM (SELECT address FROM customers UNION ALL SELECT address FROM customers)", "-"),
        // A name beside columns that are not known may be one of a query around it.
        (
            "SELECT segment, (SELECT MAX(ssn) FROM (SELECT kind FROM accounts) PIVOT(COUNT(*) FOR kind IN ('a'))) FROM "
                + "customers", "- ssn"
        ),
        ("SELECT * FROM branches NATURAL JOIN (SELECT city, iban FROM accounts CROSS JOIN branches)", "- - iban"),
        ("SELECT iban, v, k FROM accounts UNPIVOT(v FOR k IN (kind, balance))", "iban balance -"),
    ])
    func `output columns name what they derive from`(sql: String, expected: String) throws {
        #expect(try lineage(sql, columns: expected.split(separator: " ").count) == expected)
    }

    /// Few tables are asked for a name one by one, many are not.
    @Test(arguments: [1, 6, 7, 8, 9, 40])
    func `a name means the same in a join of few tables and of many`(count: Int) throws {
        let on = (0..<count).map { " JOIN branches b\($0) ON b\($0).branch_id = a.kind" }.joined()
        #expect(
            try lineage("SELECT iban, a.balance, kind, b0.city FROM accounts a\(on)", columns: 4) == "iban balance - -"
        )
        let last = "SELECT iban, email, kind FROM accounts\(on.replacing("a.kind", with: "kind")) CROSS JOIN customers"
        #expect(try lineage(last, columns: 3) == "iban email -")
        let sides = (0..<count).map {
            " JOIN (SELECT email AS iban, ssn AS v\($0), 1 AS n FROM customers) USING (iban)"
        }
        let using = " FROM accounts a\(sides.joined())"
        #expect(try lineage("SELECT iban, v0, a.iban, balance\(using)", columns: 4) == "email+iban ssn iban balance")
        let all = (["email+iban - - - balance -"] + sides.map { _ in "ssn -" }).joined(separator: " ")
        #expect(try lineage("SELECT *\(using)", columns: 6 + 2 * count) == all)
        let late = " JOIN (SELECT full_name AS iban, 1 AS v0 FROM customers) USING (v0)"
        #expect(try lineage("SELECT iban, v0\(using)\(late)", columns: 2) == "email+full_name+iban ssn")
    }

    @Test
    func `a whole row derives from every masked column of its table`() throws {
        #expect(try lineage("SELECT a, TO_JSON_STRING(a) FROM accounts a", columns: 2) == "balance+iban balance+iban")
        #expect(
            try lineage("SELECT a.kind FROM (SELECT a FROM accounts a) AS s, UNNEST([s.a]) AS a", columns: 1)
                == "balance+iban"
        )
    }

    @Test
    func `where the columns are not known, all are said to be masked`() throws {
        let sql = "SELECT * FROM (SELECT kind, iban FROM accounts) PIVOT(COUNT(iban) FOR kind IN ('x', 'y'))"
        #expect(try lineage(sql, columns: 2) == "iban iban")
        #expect(try lineage("SELECT segment, ssn FROM customers", columns: 3) == "ssn ssn ssn")
    }

    @Test
    func `of several masks the strictest is told`() throws {
        let masked = try Bank.rewrite("SELECT CONCAT(full_name, email, ssn), segment FROM customers")
        #expect(
            masked.outputMasks(columnCount: 2)
                == [ColumnMask(tag: "pii.name", rule: .keyedToken), nil]
        )
    }

    @Test
    func `doubling the columns of a chain of queries does not grow without bound`() throws {
        let chain = (1...40).map { "c\($0) AS (SELECT *, * FROM c\($0 - 1))" }.joined(separator: ", ")
        let sql = "WITH c0 AS (SELECT iban FROM accounts), \(chain) SELECT * FROM c40"
        #expect(try lineage(sql, columns: 1) == "iban")
    }

    @Test
    func `more than 64 masked columns are told apart`() throws {
        let columns = (0..<600).map { Bank.column("c\($0)", .string, tags: $0.isMultiple(of: 3) ? Bank.tag(12) : []) }
        let wide = TableSchema(id: Bank.id("wide"), columns: columns)
        let sql = "SELECT *, CONCAT(c0, c192, c1), CONCAT(c597, c300, c198), c192 || c597 FROM wide"
        let rewriter = try Bank.rewriter(Bank.mapping())
        let masked = try rewriter.rewrite(Bank.analyze(sql), against: CatalogSnapshot(tables: [wide])).get()
        let sources = masked.outputSources(columnCount: 603).map { $0.map(\.column) }
        for index in 0..<600 { #expect(sources[index] == (index.isMultiple(of: 3) ? ["c\(index)"] : [])) }
        #expect(sources[600...] == [["c0", "c192"], ["c198", "c300", "c597"], ["c192", "c597"]])
    }

    @Test
    func `recursive queries inside one another end, and then all is said to be masked`() throws {
        let open = (0..<40).map { "WITH RECURSIVE r\($0) AS (" }.joined()
        let close = (0..<40).reversed().map { ") SELECT * FROM r\($0)" }.joined()
        let masked = try Bank.rewrite("\(open)SELECT iban, kind FROM accounts\(close)")
        #expect(masked.outputMasks(columnCount: 2).allSatisfy { $0?.tag == "account.number" })
    }
}
