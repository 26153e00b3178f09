import Catalog
import Testing

@testable import Masking

/// Wildcard tables: masks of all that is read, reads pinned to what was checked.
struct WildcardTests {
    static func events(_ suffix: String, created: Int64, _ columns: [Column]? = nil) -> TableSchema {
        TableSchema(
            id: Bank.id("events_\(suffix)", dataset: "analytics"),
            columns: columns ?? [Bank.column("name", .string), Bank.column("user", .string, tags: Bank.tag(11))],
            creationTime: created
        )
    }

    static let days = [events("20250301", created: 1), events("20250302", created: 2), events("20250303", created: 3)]

    /// What a listing of the tables, read for a query, gives.
    static func snapshot(_ query: AnalyzedQuery, _ tables: [TableSchema], others: [TableSchema] = []) -> CatalogSnapshot
    {
        var entries = Dictionary((others + [Bank.customers]).map { ($0.id, CatalogEntry.table($0)) }) { first, _ in
            first
        }
        var needs = query.needs
        for view in others { needs.formUnion(AnalyzedQuery.needs(of: view)) }
        for pattern in needs.tables where pattern.wildcardPrefix != nil {
            entries[pattern] = CatalogEntry.wildcard(pattern, among: tables, max: 100) { needs.admits($0, of: pattern) }
        }
        return CatalogSnapshot(entries: entries)
    }

    static func rewrite(
        _ sql: String,
        _ tables: [TableSchema] = days,
        others: [TableSchema] = [],
        roles: [String: String] = [:],
        _ parameters: [QueryParameter] = []
    ) throws -> Result<MaskedQuery, RefusalList> {
        let query = Bank.analyze(sql, parameters)
        let rewriter = try Bank.rewriter(Bank.mapping(roles), roles: [roles.keys.first ?? "analyst"])
        return rewriter.rewrite(query, against: snapshot(query, tables, others: others))
    }

    static func codes(_ result: Result<MaskedQuery, RefusalList>) -> [String] {
        guard case .failure(let list) = result else { return [] }
        return list.refusals.map(\.code)
    }

    @Test func `a wildcard is read masked and pinned to the tables that were checked`() throws {
        let query = try Self.rewrite("SELECT name, user FROM `analytics.events_*`").get()
        #expect(
            query.sql.hasSuffix(
                "FROM demo.analytics.`events_*` AS scrim_t WHERE scrim_t._TABLE_SUFFIX IN ('20250301', '20250302', "
                    + "'20250303')) AS `events_*`"
            )
        )
        #expect(query.sql.contains("SUBSTR(scrim_t.user, -4)"))
        let pattern = Bank.id("events_*", dataset: "analytics")
        #expect(query.tables.isEmpty && query.wildcards == [pattern: Set(Self.days.map(\.id))])
        #expect(Set(query.schemas.keys) == Set(Self.days.map(\.id)))
        #expect(query.maskedColumns.map(\.table) == [pattern])
    }

    @Test func `the masks are the strictest of all matches, the columns those of the newest`() throws {
        let tables = [
            Self.events(
                "1",
                created: 1,
                [
                    Bank.column("user", .string, tags: Bank.tag(11)), Bank.column("old", .string),
                    Column(name: "geo", type: .record([Bank.column("city", .string, tags: Bank.tag(12))])),
                    // A data policy hides a policy tag in its own table, not in another one.
                    Bank.column(
                        "mail",
                        .string,
                        tags: [.dataPolicy("projects/demo/locations/us/dataPolicies/address")]
                    ),
                ]
            ),
            Self.events(
                "2",
                created: 9,
                [
                    Bank.column("USER", .string),
                    Column(name: "geo", type: .record([Bank.column("city", .string), Bank.column("x", .int64)])),
                    Bank.column("mail", .string, tags: Bank.tag(14)), Bank.column("fresh", .string),
                ]
            ),
            Self.events("3", created: 5, [Bank.column("user", .string, tags: Bank.tag(1))]),
        ]
        let query = try Self.rewrite("SELECT * FROM `analytics.events_*`", tables).get()
        let masks = Dictionary(query.maskedColumns.map { ($0.column, $0.rule) }) { first, _ in first }
        #expect(masks == ["USER": .defaultMaskingValue, "geo.city": .emailMask, "mail": .defaultMaskingValue])
        #expect(!query.sql.contains("scrim_t.old") && query.sql.contains("scrim_t.fresh"))
        // Narrowed to one table, its tags alone count.
        let narrow = try Self.rewrite("SELECT mail, user FROM `analytics.events_*` WHERE _TABLE_SUFFIX = '2'", tables)
        #expect(try narrow.get().maskedColumns.map(\.rule) == [.keyedToken])
        #expect(try narrow.get().schemas.count == 1)
    }

    @Test func `a column that no match allows is denied`() throws {
        let tables = [
            Self.events("1", created: 1, [Bank.column("pin", .bytes, tags: Bank.tag(4))]),
            Self.events("2", created: 2, [Bank.column("pin", .bytes), Bank.column("x", .int64)]),
        ]
        #expect(Self.codes(try Self.rewrite("SELECT * FROM `analytics.events_*`", tables)) == ["column.denied"])
        #expect(Self.codes(try Self.rewrite("SELECT * EXCEPT (pin) FROM `analytics.events_*`", tables)).isEmpty)
    }

    @Test(arguments: [
        ("_TABLE_SUFFIX = '20250302'", ["20250302"]), ("'20250302' = _table_suffix", ["20250302"]),
        ("_TABLE_SUFFIX IN ('20250301', '20250303')", ["20250301", "20250303"]),
        ("_TABLE_SUFFIX BETWEEN '20250302' AND '20250331'", ["20250302", "20250303"]),
        ("_TABLE_SUFFIX >= '20250302' AND _TABLE_SUFFIX < '20250303' AND name = 'x'", ["20250302"]),
        ("(_TABLE_SUFFIX = '20250301' OR _TABLE_SUFFIX LIKE '%3')", ["20250301", "20250302", "20250303"]),
        ("(_TABLE_SUFFIX = '20250301' OR STARTS_WITH(_TABLE_SUFFIX, '20250303'))", ["20250301", "20250303"]),
        ("_TABLE_SUFFIX LIKE '2025030_' AND _TABLE_SUFFIX > @p", ["20250303"]),
        ("_TABLE_SUFFIX IN UNNEST(['20250301'])", ["20250301"]),
        ("_TABLE_SUFFIX BETWEEN '20250303' AND FORMAT_DATE('%Y%m%d', CURRENT_DATE())", ["20250303"]),
        ("_TABLE_SUFFIX = '20250301' OR name = 'x'", ["20250301", "20250302", "20250303"]),
        ("NOT _TABLE_SUFFIX = '20250301'", ["20250301", "20250302", "20250303"]), ("_TABLE_SUFFIX = 'x'", []),
    ])
    func `literals in WHERE narrow what is read`(condition: String, suffixes: [String]) throws {
        let parameter = QueryParameter(name: "p", type: .scalar(.string), value: .scalar("20250302"))
        let sql = "SELECT name FROM `analytics.events_*` WHERE \(condition)"
        let query = try Self.rewrite(sql, [parameter]).get()
        let listed = suffixes.map { "'\($0)'" }.joined(separator: ", ")
        let pin = suffixes.isEmpty ? "WHERE FALSE" : "WHERE scrim_t._TABLE_SUFFIX IN (\(listed))"
        #expect(query.sql.contains(pin), "\(query.sql)")
        #expect(query.wildcards.values.first?.count == suffixes.count)
    }

    @Test func `an array of texts narrows what is read`() throws {
        let days = QueryParameter(
            name: "days",
            type: .array(of: .scalar(.string)),
            value: .array([.scalar("20250301"), .scalar("x")])
        )
        let sql = "SELECT name FROM `analytics.events_*` WHERE _TABLE_SUFFIX IN UNNEST(@days)"
        #expect(
            try Self.rewrite(sql, [days]).get().sql.contains("IN ('20250301') AND (scrim_t._TABLE_SUFFIX IN UNNEST")
        )
    }

    @Test func `a wildcard that only a view reaches is not named`() throws {
        let text = "SELECT user FROM `analytics.events_*` WHERE _TABLE_SUFFIX > '1'"
        let view = TableSchema(
            id: Bank.id("people"),
            kind: .view(ViewDefinition(query: text)),
            columns: [Bank.column("user", .string)]
        )
        func rewrite(_ tables: [TableSchema]) throws -> Result<MaskedQuery, RefusalList> {
            let query = Bank.analyze("SELECT user FROM people")
            let entries = Self.snapshot(query, tables, others: [view]).entries
            let hidden = Set(entries.keys.filter { $0.dataset == "analytics" })
            return try Bank.rewriter(Bank.mapping())
                .rewrite(query, against: CatalogSnapshot(entries: entries, hidden: hidden))
        }
        let query = try rewrite(Self.days).get()
        #expect(query.maskedColumns.map(\.table) == [view.id] && query.wildcards.count == 1)
        let matching = TableSchema(
            id: Self.events("v", created: 1).id,
            kind: .view(ViewDefinition(query: "SELECT 1")),
            columns: view.columns
        )
        guard case .failure(let list) = try rewrite(Self.days + [matching]) else {
            Issue.record("not refused")
            return
        }
        #expect(list.refusals.map(\.code) == ["table.wildcard_view"])
        #expect(list.refusals.allSatisfy { !$0.message.contains("events") && !$0.fix.contains("events") })
    }

    @Test func `a declared constant narrows what is read`() throws {
        let sql = """
            DECLARE first STRING DEFAULT '20250302';
            SELECT name FROM `analytics.events_*` WHERE _TABLE_SUFFIX BETWEEN first AND '20250399'
            """
        let query = try Self.rewrite(sql).get()
        #expect(query.sql.contains("IN ('20250302', '20250303') AND (scrim_t._TABLE_SUFFIX BETWEEN CAST("))
    }

    private static func rewrite(_ sql: String, _ parameters: [QueryParameter]) throws -> Result<
        MaskedQuery, RefusalList
    > {
        try rewrite(sql, days, parameters)
    }

    @Test func `each read of a wildcard is pinned by its own conditions`() throws {
        let sql = """
            SELECT a.name FROM `analytics.events_*` AS a JOIN `analytics.events_*` AS b USING (name)
            WHERE a._TABLE_SUFFIX = '20250301' AND b._TABLE_SUFFIX = '20250302'
            """
        let query = try Self.rewrite(sql).get()
        #expect(query.sql.contains("IN ('20250301') AND (scrim_t._TABLE_SUFFIX = '20250301')) AS a"))
        #expect(query.sql.contains("IN ('20250302') AND (scrim_t._TABLE_SUFFIX = '20250302')) AS b"))
        #expect(query.sql.hasSuffix("WHERE TRUE AND TRUE"))
        #expect(query.wildcards.values.first == Set(Self.days.prefix(2).map(\.id)))
    }

    @Test func `a wildcard below a view is pinned by the view's conditions`() throws {
        let text = "SELECT name, user, _TABLE_SUFFIX AS day FROM `analytics.events_*` WHERE _TABLE_SUFFIX > '20250301'"
        let view = TableSchema(
            id: Bank.id("recent"),
            kind: .view(ViewDefinition(query: text)),
            columns: ["name", "user", "day"].map { Bank.column($0, .string) }
        )
        let query = try Self.rewrite("SELECT * FROM recent WHERE day = '20250302'", others: [view]).get()
        #expect(query.sql.contains("scrim_t._TABLE_SUFFIX IN ('20250302', '20250303') AND (scrim_t._TABLE_SUFFIX >"))
        #expect(query.wildcards.values.first?.count == 2 && query.schemas.count == 3)
        #expect(query.outputMasks(columnCount: 3).map { $0?.rule } == [nil, .lastFourCharacters, nil])
    }

    @Test(arguments: [
        ("SELECT * FROM `analytics.ev*nts_1`", "table.wildcard"), ("SELECT * FROM `anal*.events_1`", "table.wildcard"),
        ("SELECT * FROM `analytics.events_**`", "table.wildcard"), ("SELECT * FROM `_x.a*`", "table.hidden"),
        ("SELECT * FROM `analytics.none_*`", "table.not_found"),
        ("SELECT * FROM `analytics.events_20250303*`", "table.not_found"),
        ("SELECT * FROM `analytics.events_*`, UNNEST([1]) AS _TABLE_SUFFIX", "column.pseudo"),
    ])
    func `what is no wildcard is refused`(sql: String, code: String) throws {
        #expect(Self.codes(try Self.rewrite(sql)).first == code)
    }

    @Test func `matches that BigQuery would not read are refused`() throws {
        let view = TableSchema(
            id: Self.events("v", created: 1).id,
            kind: .view(ViewDefinition(query: "SELECT 1")),
            columns: [Bank.column("name", .string)]
        )
        let sql = "SELECT name FROM `analytics.events_*` WHERE _TABLE_SUFFIX = '20250301'"
        #expect(Self.codes(try Self.rewrite(sql, Self.days + [view])) == ["table.wildcard_view"])
        let external = TableSchema(id: view.id, kind: .external, columns: view.columns)
        #expect(Self.codes(try Self.rewrite(sql, Self.days + [external])) == ["table.wildcard_kind"])
        let other = Self.events("1", created: 1, [Bank.column("name", .int64)])
        let all = "SELECT name FROM `analytics.events_*`"
        #expect(Self.codes(try Self.rewrite(all, Self.days + [other])) == ["table.wildcard_schema"])
        #expect(Self.codes(try Self.rewrite(sql, Self.days + [other])).isEmpty)
        let many = (0...100).map { Self.events("\($0)", created: Int64($0)) }
        #expect(Self.codes(try Self.rewrite(all, many)) == ["limit.wildcard_tables"])
        #expect(Self.codes(try Self.rewrite("\(all) WHERE _TABLE_SUFFIX < '2'", many)).isEmpty)
    }

    @Test func `a masked partition column of any match is refused`() throws {
        let columns = [Bank.column("name", .string), Bank.column("born", .date, tags: Bank.tag(15))]
        let id = Self.events("9", created: 1).id
        let table = TableSchema(id: id, columns: columns, partitioning: .column("born"), creationTime: 1)
        let newest = Self.events("99", created: 2, columns)
        let sql = "SELECT name FROM `analytics.events_*`"
        #expect(Self.codes(try Self.rewrite(sql, [table, newest])) == ["table.masked_partition"])
        #expect(Self.codes(try Self.rewrite(sql, [newest])).isEmpty)
    }
}
