import Catalog
import Masking
import Testing

/// Views: the text is rewritten inside, lineage goes through it, and what it hides stays hidden.
struct ViewTests {
    private static func view(
        _ name: String,
        _ query: String,
        _ columns: [Column] = [Bank.column("email", .string)],
        dataset: String = "bank"
    ) -> TableSchema {
        let id = TableID(project: "demo", dataset: dataset, table: name)
        return TableSchema(id: id, kind: .view(ViewDefinition(query: query)), columns: columns)
    }

    private func rewrite(
        _ sql: String,
        _ views: [TableSchema],
        hidden: Set<TableID> = []
    ) throws -> Result<MaskedQuery, RefusalList> {
        let tables = [Bank.customers, Bank.accounts, Bank.branches, Bank.vault] + views
        let entries = Dictionary(tables.map { ($0.id, CatalogEntry.table($0)) }) { first, _ in first }
        let snapshot = CatalogSnapshot(entries: entries, hidden: hidden)
        return try Bank.rewriter(Bank.mapping()).rewrite(Bank.analyze(sql), against: snapshot)
    }

    private func codes(_ result: Result<MaskedQuery, RefusalList>) -> [String] {
        guard case .failure(let list) = result else { return [] }
        return list.refusals.map(\.code)
    }

    @Test func `a view becomes its text with masks`() throws {
        let people = Self.view("people", "SELECT c.email FROM bank.customers AS c -- all of them")
        let query = try rewrite("SELECT email FROM people", [people]).get()
        #expect(query.sql.hasPrefix("SELECT email FROM (SELECT scrim_t.email FROM (SELECT c.email FROM (SELECT "))
        #expect(query.sql.hasSuffix("FROM demo.bank.customers AS scrim_t) AS c) AS scrim_t) AS people"))
        #expect(query.tables == [Bank.customers.id])
        #expect(Set(query.schemas.keys) == [Bank.customers.id, people.id])
        #expect(query.outputMasks(columnCount: 1).compactMap(\.self).count == 1)
        #expect(query.touchesMaskedTable)
    }

    @Test func `a caller is not shown the text of a view that reads what is hidden`() throws {
        let id = Bank.id("people", dataset: "secret")
        let people = TableSchema(id: id, columns: [Bank.column("email", .string, tags: Bank.tag(12))])
        let open = Self.view("open", "SELECT email FROM secret.people")
        let above = Self.view("above", "SELECT o.email FROM bank.open AS o")
        for (name, views) in [("open", [open, people]), ("above", [above, open, people])] {
            let query = try rewrite("SELECT email FROM \(name)", views, hidden: [id]).get()
            #expect(query.sql.contains("secret.people"))
            #expect(
                query.shownSQL
                    == "SELECT email FROM (SELECT scrim_t.email FROM demo.bank.\(name) AS scrim_t) AS \(name)"
            )
        }
        let seen = try rewrite("SELECT email FROM open", [open, people]).get()
        #expect(seen.shownSQL == seen.sql)
    }

    @Test(arguments: [
        "SELECT (SELECT COUNT(*) FROM customers) AS n FROM branches AS demo",
        "WITH Demo AS (SELECT 1 AS bank) SELECT (SELECT MAX(email) FROM people) AS m FROM demo",
    ])
    func `an alias that is called as the project captures no table`(sql: String) throws {
        let people = Self.view("people", "SELECT email FROM bank.customers")
        let query = try rewrite(sql, [people]).get()
        #expect(query.sql.contains("FROM `demo.bank.customers` AS scrim_t"))
        #expect(!query.sql.contains("demo.bank.customers AS"))
        #expect(query.tables.contains(Bank.customers.id))
    }

    @Test func `names in a view's text resolve in its own project`() throws {
        let query = "SELECT email FROM bank.customers"
        let id = TableID(project: "other", dataset: "bank", table: "v")
        let view = TableSchema(
            id: id,
            kind: .view(ViewDefinition(query: query)),
            columns: [Bank.column("email", .string)]
        )
        #expect(
            AnalyzedQuery.needs(of: view).tables == [TableID(project: "other", dataset: "bank", table: "customers")]
        )
        let plain = Self.view("plain", "SELECT email FROM customers")
        #expect(AnalyzedQuery.needs(of: plain).tables.isEmpty, "there is no default dataset in a view")
    }

    @Test func `a cycle of views ends in a refusal`() throws {
        let first = Self.view("first", "SELECT email FROM bank.second")
        let second = Self.view("second", "SELECT email FROM bank.first")
        #expect(codes(try rewrite("SELECT * FROM first", [first, second])) == ["table.view_cycle"])
    }

    @Test func `views that double with each level end at the limit on text`() throws {
        var views = [Self.view("v0", "SELECT email FROM bank.customers")]
        for level in 1...15 {
            let text = "SELECT a.email FROM bank.v\(level - 1) AS a, bank.v\(level - 1) AS b"
            views.append(Self.view("v\(level)", text))
        }
        #expect(codes(try rewrite("SELECT * FROM v15", views)) == ["limit.rewritten_bytes"])
    }

    @Test func `a hidden table is named neither in masks nor in reasons`() throws {
        let id = TableID(project: "demo", dataset: "secret", table: "people")
        let people = TableSchema(
            id: id,
            columns: [Bank.column("email", .string, tags: Bank.tag(12)), Bank.column("pin", .bytes, tags: Bank.tag(4))]
        )
        let good = Self.view("good", "SELECT UPPER(email) AS mail FROM secret.people", [Bank.column("mail", .string)])
        let query = try rewrite("SELECT mail FROM good", [good, people], hidden: [id]).get()
        #expect(Set(query.maskedColumns.map(\.table)) == [good.id])
        #expect(Set(query.maskedColumns.map(\.column)) == ["mail"])
        #expect(codes(try rewrite("SELECT * FROM secret.people", [people], hidden: [id])) == ["table.not_found"])
        let bad = Self.view("bad", "SELECT nothing, pin FROM secret.people, secret.gone", [Bank.column("pin", .bytes)])
        guard case .failure(let list) = try rewrite("SELECT * FROM bad", [bad, people], hidden: [id]) else {
            Issue.record("not refused")
            return
        }
        for refusal in list.refusals {
            #expect(!refusal.message.contains("secret") && !refusal.message.contains("people"))
            #expect(!refusal.fix.contains("pin"))
        }
    }

    @Test func `parameters and common table expressions of the caller mean nothing in a view`() throws {
        let asking = Self.view("asking", "SELECT @p AS email")
        #expect(codes(try rewrite("SELECT email, @scrim FROM asking", [asking])).contains("table.view_text"))
        let people = Self.view("people", "SELECT email FROM bank.customers")
        let query = try rewrite("WITH customers AS (SELECT 1) SELECT email FROM people, customers", [people]).get()
        #expect(query.sql.contains("FROM demo.bank.customers AS scrim_t) AS customers) AS scrim_t) AS people"))
    }
}
