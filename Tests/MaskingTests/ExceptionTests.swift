import Catalog
import Testing

@testable import Masking

/// Exceptions of roles: what is the most specific, what is taken from the next wider place, and where they count.
@Suite("Exceptions of roles")
struct ExceptionTests {
    private static let role = """
        masks: {pii: ALWAYS_NULL, pii.email: RAW, account: DENY}
        default: DEFAULT_MASKING_VALUE
        exceptions:
          - dataset: analytics
            masks: {pii: KEYED_TOKEN}
            default: DENY
            untagged: DENY
          - table: analytics.web
            masks: {pii.ssn: RAW, account: RAW}
            untagged: RAW
          - table: demo.bank.customers
            masks: {pii.email: DENY}
          - dataset: open
            default: RAW
          - table: open.closed
            default: DENY
            masks: {secret: ALWAYS_NULL}
        """

    private func policy(_ roles: [String: String], settings: String = "") throws -> MaskingPolicy {
        try #require(try Bank.mapping(roles, settings: settings).policy(for: Array(roles.keys), project: "demo"))
    }

    private func table(_ path: String) -> TableSchema {
        let parts = path.split(separator: ".").map(String.init)
        return TableSchema(id: Bank.id(parts[1], dataset: parts[0]), columns: [])
    }

    private static let tags = ["pii": 1, "pii.ssn": 11, "pii.email": 12, "account.number": 21, "secret": 4, "?": 999]

    @Test(arguments: [
        // Without an exception: the role's longest prefix, else its default.
        ("bank.accounts", "pii", "ALWAYS_NULL"), ("bank.accounts", "pii.email", "RAW"),
        ("bank.accounts", "secret", "DEFAULT_MASKING_VALUE"),
        ("bank.accounts", "?", "DEFAULT_MASKING_VALUE"), ("bank.accounts", "", "RAW"),
        // A table: what it says not is the role's.
        ("bank.customers", "pii.email", "DENY"), ("bank.customers", "pii.ssn", "ALWAYS_NULL"),
        ("bank.customers", "?", "DEFAULT_MASKING_VALUE"),
        // A dataset: its prefix goes before the role's longer one, its default before the role's masks.
        ("analytics.other", "pii.email", "KEYED_TOKEN"), ("analytics.other", "account.number", "DENY"),
        ("analytics.other", "secret", "DENY"),
        ("analytics.other", "?", "DENY"), ("analytics.other", "", "DENY"),
        // A table in that dataset: first what the table says, then the dataset.
        ("analytics.web", "pii.ssn", "RAW"), ("analytics.web", "pii.email", "KEYED_TOKEN"),
        ("analytics.web", "account.number", "RAW"),
        ("analytics.web", "secret", "DENY"), ("analytics.web", "?", "DENY"), ("analytics.web", "", "RAW"),
        // Looser, and within that one table stricter.
        ("open.any", "pii", "RAW"), ("open.any", "account.number", "RAW"), ("open.any", "?", "RAW"),
        ("open.closed", "pii.email", "DENY"),
        ("open.closed", "secret", "ALWAYS_NULL"), ("open.closed", "?", "DENY"), ("open.closed", "", "RAW"),
    ])
    func `the most specific place that says something decides`(path: String, tag: String, expected: String) throws {
        let policy = try policy(["r": Self.role])
        let tags = try tag.isEmpty ? [] : Bank.tag(#require(Self.tags[tag]))
        let mask = policy.mask(for: Bank.column("c", .string, tags: tags), of: table(path))
        #expect((mask?.rule.name ?? "RAW") == expected)
    }

    @Test func `a plain name is of the configured project`() throws {
        let policy = try policy([
            "r": "masks: {pii: RAW}\nexceptions: [{dataset: bank, default: DENY}, {table: a.t, default: DENY}]"
        ])
        let column = Bank.column("c", .string, tags: Bank.tag(1))
        for (project, dataset, expected) in [
            ("demo", "bank", "DENY"), ("other", "bank", "RAW"), ("demo", "a", "DENY"), ("other", "a", "RAW"),
        ] {
            let table = TableSchema(id: TableID(project: project, dataset: dataset, table: "t"), columns: [])
            #expect(policy.mask(for: column, of: table)?.rule.name == expected)
        }
    }

    @Test func `each role's own exceptions count, then roles are put together`() throws {
        let roles = [
            "a": "masks: {pii: RAW}\nexceptions: [{dataset: bank, masks: {pii: ALWAYS_NULL}}]",
            "b": "masks: {pii: ALWAYS_NULL}\nexceptions: [{table: bank.accounts, masks: {pii: RAW}, untagged: DENY}]",
        ]
        let column = Bank.column("c", .string, tags: Bank.tag(1))
        let strict = try policy(roles)
        let useful = try policy(roles, settings: "on_several_roles: most_useful")
        #expect(strict.mask(for: column, of: Bank.accounts)?.rule == .alwaysNull)
        #expect(useful.mask(for: column, of: Bank.accounts)?.rule == .raw)
        #expect(useful.mask(for: column, of: Bank.customers)?.rule == .alwaysNull)
        let plain = Bank.column("c", .string)
        #expect(strict.mask(for: plain, of: Bank.accounts)?.rule == .deny)
        #expect(useful.mask(for: plain, of: Bank.accounts) == nil)
    }

    private func problems(_ exceptions: String) -> [String] {
        do {
            _ = try Bank.mapping(["r": "exceptions:\n\(exceptions)"])
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test(arguments: [
        (
            "  - {dataset: a, default: RAW}\n  - {dataset: a, default: DENY}",
            "roles/r.yaml:3: `a` has an exception in line 2 already"
        ),
        (
            "  - {table: a.t, default: RAW}\n  - {table: p.a.t, default: DENY}",
            "roles/r.yaml:3: `p.a.t` has an exception in line 2 already, `a.t`, which can be"
        ),
        ("  - {default: RAW}", "roles/r.yaml:2: an exception has either"),
        ("  - {dataset: a, table: a.t, default: RAW}", "either"),
        ("  - {dataset: a}", "roles/r.yaml:2: the exception says nothing"),
        ("  - {table: t, default: RAW}", "neither `dataset.table`"),
        ("  - {dataset: a.b.c, default: RAW}", "neither `dataset`"), ("  - {table: a.b.c.d, default: RAW}", "neither"),
        ("  - {table: a..b, default: RAW}", "neither"),
        ("  - {table: 'a.events_*', default: RAW}", "is not one table"),
        ("  - {dataset: a, mask: {pii: RAW}}", "unknown key `mask`"),
        ("  - {dataset: a, groups: [x]}", "unknown key `groups`"),
        ("  - {dataset: a, masks: {pi: RAW}}", "roles/r.yaml:2: no tag of"),
        ("  - {dataset: a, masks: {pii: SHA256}}", "accept_reversible"),
        ("  - {dataset: a, untagged: MAYBE}", "is not one of"),
        ("  - dataset", "is not a map"), ("  a: b", "`exceptions` is not a list"),
    ])
    func `an exception that is not understood is refused with its line`(text: String, expected: String) {
        let found = problems(text)
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func `exceptions for one name in two projects are two`() {
        #expect(
            problems(
                "  - {dataset: p.a, default: RAW}\n  - {dataset: q.a, default: RAW}\n  - {dataset: b, default: RAW}"
            ) == []
        )
    }

    // MARK: Where they count

    private func rewrite(_ sql: String, _ roles: [String: String], views: [TableSchema] = []) throws -> Result<
        MaskedQuery, RefusalList
    > {
        let tables = [Bank.customers, Bank.accounts, Bank.branches] + views
        let entries = Dictionary(tables.map { ($0.id, CatalogEntry.table($0)) }) { first, _ in first }
        let rewriter = try Bank.rewriter(Bank.mapping(roles), roles: Array(roles.keys))
        return rewriter.rewrite(Bank.analyze(sql), against: CatalogSnapshot(entries: entries))
    }

    @Test func `below a view the table's exception counts, for the roles of the view's dataset`() throws {
        let people = TableSchema(
            id: Bank.id("people", dataset: "open"),
            kind: .view(ViewDefinition(query: "SELECT email FROM bank.customers")),
            columns: [Bank.column("email", .string)]
        )
        let roles = [
            "a":
                "datasets: [open]\nmasks: {pii: RAW}\nexceptions: [{table: bank.customers, masks: {pii.email: ALWAYS_NULL}}]",
            "b": "datasets: [bank]\nmasks: {pii: RAW}",
        ]
        let query = try rewrite("SELECT email FROM open.people", roles, views: [people]).get()
        #expect(query.sql.contains("CAST(NULL AS STRING) AS email"))
        // An exception for the view is about tags of its own: it does not reach its tables.
        let other = [
            "a":
                "masks: {pii: ALWAYS_NULL}\nexceptions: [{table: open.people, masks: {pii: RAW}}, {dataset: open, default: RAW}]"
        ]
        #expect(
            try rewrite("SELECT email FROM open.people", other, views: [people]).get().sql.contains(
                "CAST(NULL AS STRING)"
            )
        )
    }

    @Test func `a table that is denied or shown by its exception`() throws {
        let roles = [
            "a":
                "masks: {pii: ALWAYS_NULL}\nexceptions: [{table: bank.customers, masks: {pii: RAW}}, {table: bank.branches, untagged: DENY}]"
        ]
        #expect(try rewrite("SELECT email FROM customers", roles).get().maskedColumns == [])
        guard case .failure(let list) = try rewrite("SELECT city FROM branches", roles) else {
            Issue.record("not refused")
            return
        }
        #expect(list.refusals.map(\.code) == ["column.denied"])
    }

    private static func wildcard(_ exceptions: String, _ sql: String, _ tables: [TableSchema] = WildcardTests.days)
        throws -> MaskedQuery
    {
        let role = "masks: {pii: ALWAYS_NULL, pii.email: SHA256}\naccept_reversible: true\nexceptions: [\(exceptions)]"
        return try WildcardTests.rewrite(sql, tables, roles: ["r": role]).get()
    }

    @Test(arguments: [
        ("{dataset: analytics, masks: {pii: RAW}}", "", "RAW"),
        ("{table: analytics.events_20250301, masks: {pii: RAW}}", "", "ALWAYS_NULL"),
        ("{table: analytics.events_20250301, masks: {pii: RAW}}", "WHERE _TABLE_SUFFIX = '20250301'", "RAW"),
        ("{table: analytics.events_20250301, masks: {pii: RAW}}", "WHERE _TABLE_SUFFIX = '20250302'", "ALWAYS_NULL"),
        (
            "{table: analytics.events_20250302, masks: {pii: KEYED_TOKEN}}, {dataset: analytics, masks: {pii: RAW}}",
            "", "KEYED_TOKEN"
        ),
        (
            "{table: analytics.events_20250302, masks: {pii: RAW}}, {table: analytics.events_20250303, masks: {pii: RAW}}",
            "WHERE _TABLE_SUFFIX >= '20250302'", "RAW"
        ),
    ])
    func `a wildcard is masked by the strictest of what its tables' exceptions say`(
        exceptions: String,
        filter: String,
        expected: String
    ) throws {
        let query = try Self.wildcard(exceptions, "SELECT user FROM `analytics.events_*` \(filter)")
        #expect((query.maskedColumns.first?.rule.name ?? "RAW") == expected)
    }

    @Test func `where tags differ between the tables of a wildcard no exception loosens another table's`() throws {
        let tables = [
            WildcardTests.events("1", created: 1, [Bank.column("user", .string, tags: Bank.tag(11))]),
            WildcardTests.events("2", created: 2, [Bank.column("user", .string, tags: Bank.tag(12))]),
            WildcardTests.events("3", created: 3, [Bank.column("user", .string)]),
        ]
        let sql = "SELECT user FROM `analytics.events_*`"
        func rule(_ exceptions: String) throws -> String? {
            try Self.wildcard(exceptions, sql, tables).maskedColumns.first?.rule.name
        }
        #expect(try rule("{table: analytics.events_1, masks: {pii.ssn: RAW}}") == "SHA256")
        // One column has one tag: what the exception of one table says of another's tag is not looked for.
        #expect(
            try rule(
                "{table: analytics.events_1, masks: {pii.ssn: RAW}}, {table: analytics.events_2, masks: {pii: RAW}}"
            ) == "ALWAYS_NULL"
        )
        #expect(
            try rule(
                "{table: analytics.events_2, masks: {pii.email: KEYED_TOKEN}}, {table: analytics.events_1, masks: {pii: RAW}}"
            ) == "KEYED_TOKEN"
        )
        let denied = try WildcardTests.rewrite(
            sql,
            tables,
            roles: ["r": "masks: {pii: RAW}\nexceptions: [{table: analytics.events_3, untagged: DENY}]"]
        )
        #expect(WildcardTests.codes(denied) == ["column.denied"])
    }

    // MARK: show, check and diff

    @Test func `shown is what holds for the roles that count in a place`() throws {
        let roles = [
            "a": "datasets: [bank]\nmasks: {pii: DENY}",
            "b": "datasets: [open]\nmasks: {pii: ALWAYS_NULL}\nexceptions: [{dataset: open, masks: {pii: RAW}}, "
                + "{table: far.t, untagged: DENY}]",
        ]
        let policy = try policy(roles)
        #expect(policy.exceptionScopes.map(\.text) == ["dataset demo.open", "table demo.far.t"])
        #expect(policy.rule(forTag: "pii.email") == .deny)
        #expect(policy.rule(forTag: "pii.email", in: policy.exceptionScopes[0]) == .raw)
        #expect(policy.rule(forTag: "pii.email", in: policy.exceptionScopes[1]) == .deny)
        #expect(policy.untaggedRule() == .raw && policy.untaggedRule(in: policy.exceptionScopes[1]) == .deny)
    }

    @Test func `check warns of exceptions that change nothing, and of expressions that no role uses`() throws {
        let role =
            "datasets: [bank]\nexceptions:\n  - {dataset: other, default: RAW}\n  - {table: bank.gone, default: RAW}\n  - {dataset: bank, default: RAW}"
        let mapping = try Bank.mapping(["r": role], settings: "expressions:\n  A: {types: [STRING], sql: \"'a'\"}")
        let warnings = mapping.warnings(tables: [Bank.customers], project: "demo").map(\.description)
        #expect(warnings.count == 3)
        #expect(warnings[0].hasPrefix("roles/r.yaml:3: the role does not hold the dataset of dataset demo.other"))
        #expect(warnings[1].hasPrefix("roles/r.yaml:4: there is no table demo.bank.gone"))
        #expect(warnings[2].hasPrefix("mapping.yaml:2: no role uses the expression `A`"))
        #expect(mapping.warnings().count == 2)
    }

    @Test func `check tells the line of a rule that does not fit in a table`() throws {
        let role =
            "masks: {pii: RAW}\ndefault: ALWAYS_NULL\nexceptions:\n  - table: bank.customers\n    masks:\n      pii.email: DATE_YEAR_MASK"
        let problems = try Bank.mapping(["r": role]).problems(in: [Bank.customers, Bank.vault], project: "demo")
        #expect(problems.map { $0.line } == [6, 6])
        #expect(problems.allSatisfy { $0.message.contains("demo.bank.customers.") })
    }

    private func differences(_ before: String, _ after: String, settings: (String, String) = ("", "")) throws
        -> [String]
    {
        let old = try Bank.mapping(["r": before], settings: settings.0)
        let new = try Bank.mapping(["r": after], settings: settings.1)
        return old.differences(to: new).map {
            "\($0.effect.rawValue) \($0.subject.text) in \($0.scope?.text ?? "all"): \($0.before ?? "-") > \($0.after ?? "-")"
        }
    }

    @Test func `a difference inside of an exception is told with its place`() throws {
        let base = "masks: {secret: DENY}"
        let exception = "\nexceptions: [{table: bank.customers, masks: {secret: RAW}, untagged: DENY}]"
        #expect(
            try differences(base, base + exception) == [
                "loosens tag secret in table bank.customers: DENY > RAW",
                "tightens untagged in table bank.customers: RAW > DENY",
            ]
        )
        #expect(
            try differences(base + exception, base) == [
                "tightens tag secret in table bank.customers: RAW > DENY",
                "loosens untagged in table bank.customers: DENY > RAW",
            ]
        )
        // What is so everywhere is told once; what an exception keeps back is not told for it.
        #expect(
            try differences(base + exception, "masks: {secret: ALWAYS_NULL}" + exception) == [
                "loosens tag secret in all: DENY > ALWAYS_NULL"
            ]
        )
        #expect(try differences(base + exception, base + exception.replacing("bank.", with: "demo.bank.")) == [])
    }

    @Test func `a difference in an expression is told for all, and for the roles that use it`() throws {
        func settings(_ sql: String) -> String { "expressions: {A: {types: [STRING], sql: \"\(sql)\"}}" }
        let role = "masks: {secret: A}\naccept_reversible: true"
        let found = try differences(role, role, settings: (settings("LOWER(value)"), settings("UPPER(value)")))
        #expect(
            found == [
                "changes expression A in all: STRING: LOWER(value) > STRING: UPPER(value)",
                "changes tag secret in all: STRING: LOWER(value) > STRING: UPPER(value)",
            ]
        )
        let gone = try differences(role, "masks: {secret: RAW}", settings: (settings("LOWER(value)"), ""))
        #expect(
            gone.contains("loosens tag secret in all: A > RAW")
                && gone.contains("changes expression A in all: STRING: LOWER(value) > -")
        )
    }
}
