import Catalog
import Cryptography
import GoogleSQL
import struct Foundation.Date
import Testing

@testable import Masking

/// Functions of datasets that are written in SQL: the body takes the place of the call, and is masked like a query.
struct FunctionTests {
    static func function(
        _ name: String,
        _ body: String,
        _ parameters: [(String, RoutineParameterDefinition.Kind)] = [],
        returns: RoutineType? = nil,
        kind: Routine.Kind = .scalarFunction,
        language: String = "SQL",
        features: Set<Routine.Feature> = [],
        dataset: String = "bank"
    ) -> Routine {
        Routine(
            id: RoutineID(project: "demo", dataset: dataset, routine: name),
            kind: kind,
            language: language,
            parameters: parameters.map { RoutineParameterDefinition(name: $0.0, kind: $0.1) },
            returnType: returns,
            body: body,
            features: features
        )
    }

    static let int64 = RoutineParameterDefinition.Kind.value(.scalar(.int64))
    static let string = RoutineParameterDefinition.Kind.value(.scalar(.string))

    static let routines = [
        function(
            "domain",
            "REGEXP_EXTRACT(mail, r'@(.+)$') -- the rest",
            [("mail", string)],
            returns: .scalar(.string)
        ),
        function("same", "v", [("v", .anyValue)]), function("one", "1"),
        function("twice", "x || x", [("x", string)]), function("outer", "bank.twice(bank.same(X))", [("x", string)]),
        function("field", "s.city", [("s", .anyValue)]),
        function("has", "1 IN UNNEST(list)", [("list", .value(.array(of: .scalar(.int64))))]),
        function("email_of", "(SELECT MAX(email) FROM bank.customers WHERE customer_id = k)", [("k", int64)]),
        function("lambda", "ARRAY_FILTER([1, 2], e -> e > n)", [("n", int64)]),
        function("dice", "RAND() < p", [("p", .value(.scalar(.float64)))]),
        function("loop", "bank.pool(x)", [("x", string)]), function("pool", "demo.bank.loop(x)", [("x", string)]),
        function("who", "SESSION_USER()"), function("asks", "@p"), function("system", "@@session_id"),
        function("two", "1), (2"), function("unfinished", "1 +"), function("sum", "SUM(x)", [("x", int64)]),
        function("free", "ssn || x", [("x", string)]), function("plain_table", "(SELECT 1 FROM customers)"),
        function("odd", "x", [("x", .value(.unknown("PROTO")))]),
        function("kinds", "x", [("x", .unknown("ANY_MODEL"))]),
        function("js", "return x", [("x", string)], returns: .scalar(.string), language: "JAVASCRIPT"),
        function("py", "", [("x", string)], language: "PYTHON"),
        function("far", "", [("x", string)], features: [.remote]),
        function("lib", "return x", [("x", string)], language: "JAVASCRIPT", features: [.libraries]),
        function("mask", "SHA256(x)", [("x", string)], features: [.masking]),
        function("agg", "SUM(x) / n", [("x", int64), ("n", int64)], kind: .aggregateFunction),
        function("agg_none", "n + 1", [("n", int64)], kind: .aggregateFunction),
        function("agg_query", "(SELECT SUM(x))", [("x", int64)], kind: .aggregateFunction),
        function("agg_js", "x", [("x", int64)], kind: .aggregateFunction, language: "JAVASCRIPT"),
        function("proc", "SELECT 1", kind: .procedure), function("new", "x", kind: .unknown("ORACLE")),
        function("js_table", "x", kind: .tableFunction, language: "JAVASCRIPT"),
        function("hidden", "(SELECT MAX(email) FROM secret.people WHERE pin = x)", [("x", string)]),
        function("bad_hidden", "(SELECT pin FROM secret.people, secret.gone)"),
        function("secret", "(SELECT MAX(email) FROM secret.people)", dataset: "secret"),
        function("over_secret", "secret.secret()"),
    ]

    static let people = TableSchema(
        id: TableID(project: "demo", dataset: "secret", table: "people"),
        columns: [Bank.column("email", .string, tags: Bank.tag(12)), Bank.column("pin", .string, tags: Bank.tag(11))]
    )

    static func rewrite(
        _ sql: String,
        routines: [Routine] = routines,
        allowsJavaScript: Bool = false
    ) throws -> Result<MaskedQuery, RefusalList> {
        let tables = [Bank.customers, Bank.accounts, Bank.branches, Bank.vault, people]
        let secret = RoutineID(project: "demo", dataset: "secret", routine: "secret")
        let snapshot = CatalogSnapshot(
            entries: Dictionary(uniqueKeysWithValues: tables.map { ($0.id, .table($0)) }),
            hidden: [people.id],
            routines: Dictionary(uniqueKeysWithValues: routines.map { ($0.id, .routine($0)) })
                .merging([RoutineID(project: "demo", dataset: "bank", routine: "gone"): .absent]) { $1 },
            hiddenRoutines: [secret]
        )
        let policy = try #require(Bank.mapping().policy(for: ["analyst"]))
        return MaskingRewriter(
            policy: policy,
            tokenKeys: try KeyRing.generate(now: .distantPast),
            allowsJavaScript: allowsJavaScript
        )
        .rewrite(Bank.analyze(sql), against: snapshot)
    }

    static func codes(_ sql: String) throws -> [String] {
        guard case .failure(let list) = try rewrite(sql) else { return [] }
        return list.refusals.map(\.code)
    }

    // MARK: What a call becomes

    @Test(arguments: [
        ("SELECT bank.domain('a@b')", "SELECT CAST(REGEXP_EXTRACT((CAST('a@b' AS STRING)), '@(.+)$') AS STRING)"),
        ("SELECT `demo.bank.same`(1) AS n", "SELECT COALESCE((1)) AS n"),
        ("SELECT `demo`.bank.one(), bank.`one`()", "SELECT COALESCE(1), COALESCE(1)"),
        ("SELECT bank.twice('a')", "SELECT COALESCE((CAST('a' AS STRING)) || (CAST('a' AS STRING)))"),
        (
            "SELECT bank.outer('a')",
            "SELECT COALESCE(COALESCE((CAST(COALESCE(((CAST('a' AS STRING)))) AS STRING)) || "
                + "(CAST(COALESCE(((CAST('a' AS STRING)))) AS STRING))))"
        ),
        ("SELECT bank.has([1])", "SELECT COALESCE(1 IN UNNEST((CAST([1] AS ARRAY<INT64>))))"),
        ("SELECT bank.field(STRUCT(1 AS city))", "SELECT COALESCE((STRUCT(1 AS city)) . city)"),
        (
            "SELECT bank.lambda(e) FROM UNNEST([1]) AS e",
            "SELECT COALESCE((SELECT ARRAY_FILTER([1, 2], e -> e > n) FROM (SELECT (CAST(e AS INT64)) AS n))) "
                + "FROM UNNEST([1]) AS e"
        ),
        (
            "SELECT bank.twice((SELECT 'a'))",
            "SELECT COALESCE((SELECT x || x FROM (SELECT (CAST((SELECT 'a') AS STRING)) AS x)))"
        ),
        ("SELECT bank.same(COUNT(*)) FROM UNNEST([1]) AS e", "SELECT COALESCE((COUNT(*))) FROM UNNEST([1]) AS e"),
        (
            "SELECT bank.agg(e + 1, 2) AS a FROM UNNEST([1]) AS e",
            "SELECT COALESCE(SUM((CAST(e + 1 AS INT64))) / (CAST(2 AS INT64))) AS a FROM UNNEST([1]) AS e"
        ),
        ("SELECT bank.same(RAND())", "SELECT COALESCE((RAND()))"),
    ])
    func `a call becomes the body with its arguments`(sql: String, printed: String) throws {
        let query = try Self.rewrite(sql).get()
        #expect(query.sql == printed)
        #expect(!query.routines.isEmpty && query.calledRoutines.isEmpty)
    }

    @Test func `a query that is passed and not used stays in the text`() throws {
        let made = Self.function("ignores", "1", [("x", Self.string)])
        let query = try Self.rewrite("SELECT bank.ignores((SELECT MAX(ssn) FROM customers))", routines: [made]).get()
        #expect(query.sql.contains("COALESCE((SELECT 1 FROM (SELECT (CAST((SELECT MAX(ssn) FROM (SELECT IF("))
    }

    @Test func `tables in a body are read through masks`() throws {
        let query = try Self.rewrite("SELECT bank.email_of(a.customer_id) AS e FROM accounts AS a").get()
        #expect(query.tables == [Bank.customers.id, Bank.accounts.id])
        #expect(query.sql.contains("SELECT MAX(email) FROM (SELECT scrim_t.customer_id, IF(REGEXP_CONTAINS("))
        #expect(query.sql.contains(" FROM (SELECT (CAST(a.customer_id AS INT64)) AS k))) AS e FROM "))
        #expect(query.outputColumns?.map { $0.mask?.tag } == ["pii.email"])
        #expect(query.touchesMaskedTable)
    }

    @Test func `a name of the body's query goes before a parameter, and a name of the caller's means nothing in it`()
        throws
    {
        let body = "(SELECT MAX(customer_id) FROM bank.accounts WHERE customer_id = 1)"
        let made = Self.function("shadow", body, [("customer_id", Self.int64)])
        let query = try Self.rewrite("SELECT bank.shadow(7)", routines: [made]).get()
        #expect(query.sql.contains("WHERE customer_id = 1) FROM (SELECT (CAST(7 AS INT64)) AS customer_id)"))
        let captured = try Self.rewrite(
            "WITH customers AS (SELECT 1 AS customer_id) SELECT bank.email_of(customer_id) FROM customers"
        ).get()
        #expect(captured.tables == [Bank.customers.id])
    }

    @Test(arguments: [
        ("SELECT bank.domain(email) AS a, bank.one() AS b FROM customers", ["pii.email", nil]),
        ("SELECT bank.twice(segment), bank.outer(ssn) FROM customers", [nil, "pii.ssn"]),
        ("SELECT a.x FROM (SELECT bank.same(STRUCT(email, segment)) AS x FROM customers) AS a", ["pii.email"]),
        ("SELECT bank.email_of(1), bank.one()", ["pii.email", nil]),
    ])
    func `the result derives from arguments and from what the body reads`(sql: String, tags: [String?]) throws {
        #expect(try Self.rewrite(sql).get().outputColumns?.map { $0.mask?.tag } == tags)
    }

    @Test func `a dataset's function that is named like a word function hides no argument`() throws {
        let made = Self.function("date_trunc", "x || y", [("x", Self.string), ("y", Self.string)])
        let sql = "SELECT bank.date_trunc('a', day) AS d FROM (SELECT email AS day FROM customers)"
        #expect(try Self.rewrite(sql, routines: [made]).get().outputColumns?.map { $0.mask?.tag } == ["pii.email"])
    }

    @Test func `a hidden table is named neither in masks nor in reasons`() throws {
        let query = try Self.rewrite("SELECT bank.hidden('x')").get()
        #expect(Set(query.maskedColumns.map(\.table)) == [Bank.id("hidden")])
        #expect(Set(query.maskedColumns.map(\.column)) == ["value"])
        #expect(query.tables == [Self.people.id])
        guard case .failure(let list) = try Self.rewrite("SELECT bank.bad_hidden()") else {
            Issue.record("not refused")
            return
        }
        #expect(list.refusals.allSatisfy { !$0.message.contains("people") && !$0.message.contains("gone") })
        #expect(try Self.codes("SELECT secret.secret()") == ["function.not_found"])
        let nested = try Self.rewrite("SELECT bank.over_secret()").get()
        #expect(Set(nested.maskedColumns.map(\.table)) == [Bank.id("over_secret")])
    }

    // MARK: Refusals

    @Test(arguments: [
        ("bank.gone()", "function.not_found"), ("bank.Domain('x')", "function.unreadable"),
        ("bank.never_asked(1)", "function.unreadable"), ("bank.loop('x')", "function.cycle"),
        ("bank.who()", "function.identity"), ("bank.asks()", "function.body"), ("bank.system()", "function.body"),
        ("bank.two()", "function.body"), ("bank.unfinished()", "function.body"), ("bank.sum(1)", "function.body"),
        ("bank.free('x')", "function.body"), ("bank.plain_table()", "table.no_dataset"),
        ("bank.odd(1)", "function.definition"), ("bank.kinds(1)", "function.definition"),
        ("bank.js('x')", "function.javascript"), ("bank.py('x')", "function.language"),
        ("bank.far('x')", "function.remote"), ("bank.lib('x')", "function.libraries"),
        ("bank.mask('x')", "function.masking"), ("bank.agg_none(1)", "function.body"),
        ("bank.agg_query(1)", "function.body"),
        ("bank.agg_js(1)", "function.language"), ("bank.agg(DISTINCT 1, 2)", "function.arguments"),
        ("bank.agg(1, 2) OVER ()", "function.arguments"), ("bank.email_of(bank.agg(1, 2))", "function.arguments"),
        ("bank.proc()", "function.procedure"), ("bank.new()", "function.kind"),
        ("bank.domain()", "function.arguments"), ("bank.domain('a', 'b')", "function.arguments"),
        ("bank.domain(mail => 'a')", "function.arguments"), ("bank.domain(DISTINCT 'a')", "function.arguments"),
        ("bank.same(1) OVER ()", "function.arguments"), ("bank.same(*)", "function.arguments"),
        ("('a').(bank.domain)()", "function.arguments"), ("bank.twice(GENERATE_UUID())", "function.arguments"),
        ("bank.twice(CAST(bank.dice(0.5) AS STRING))", "function.arguments"),
        ("bank.email_of(COUNT(*))", "function.arguments"),
        ("bank.email_of(ST_NUMPOINTS(ST_UNION_AGG(ST_GEOGPOINT(1, 2))))", "function.arguments"),
        ("bank.email_of(BYTE_LENGTH(HLL_COUNT.INIT(1)))", "function.arguments"),
        ("bank.email_of(BYTE_LENGTH(`KLL_QUANTILES`.`INIT_INT64`(1)))", "function.arguments"),
        ("bank.email_of(CAST(RAND() AS INT64))", "function.arguments"),
        ("bank.lambda(SUM(1) OVER ())", "function.arguments"), ("SAFE.bank.domain('x')", "function.user_defined"),
        ("`net`.host('x')", "function.user_defined"), ("a.b.c.d('x')", "function.user_defined"),
        ("bank.one().x.bank.one()", "function.unknown"), ("domain('x')", "function.unknown"),
    ])
    func `what cannot be written out for certain is refused`(call: String, code: String) throws {
        let found = try Self.codes("SELECT \(call)")
        #expect(found.contains(code), "\(found)")
    }

    @Test func `functions that double with each level end at the limit on text`() throws {
        var routines = [Self.function("f0", "x || x", [("x", Self.string)])]
        for level in 1...14 {
            let body = "bank.f\(level - 1)(bank.f\(level - 1)(x))"
            routines.append(Self.function("f\(level)", body, [("x", Self.string)]))
        }
        guard case .failure(let list) = try Self.rewrite("SELECT bank.f14('x')", routines: routines) else {
            Issue.record("not refused")
            return
        }
        #expect(list.refusals.map(\.code) == ["limit.rewritten_bytes"])
    }

    @Test func `functions nest as deep as views and no deeper`() throws {
        var routines = [Self.function("f1", "x", [("x", Self.string)])]
        for level in 2...17 {
            routines.append(Self.function("f\(level)", "bank.f\(level - 1)(x)", [("x", Self.string)]))
        }
        #expect((try? Self.rewrite("SELECT bank.f16('x')", routines: routines).get()) != nil)
        guard case .failure(let list) = try Self.rewrite("SELECT bank.f17('x')", routines: routines) else {
            Issue.record("not refused")
            return
        }
        #expect(list.refusals.map(\.code) == ["limit.function_depth"])
    }

    // MARK: JavaScript

    @Test func `a function in JavaScript is called as it is where the operator allows it`() throws {
        let query = try Self.rewrite("SELECT `bank.js`(email) AS e FROM customers", allowsJavaScript: true).get()
        #expect(query.sql.hasPrefix("SELECT demo.bank.js(email) AS e FROM (SELECT IF("))
        #expect(query.calledRoutines == [RoutineID(project: "demo", dataset: "bank", routine: "js")])
        #expect(query.outputColumns?.map { $0.mask?.tag } == ["pii.email"])
        guard case .failure(let list) = try Self.rewrite("SELECT bank.lib('x'), bank.js()", allowsJavaScript: true)
        else {
            Issue.record("not refused")
            return
        }
        #expect(list.refusals.map(\.code) == ["function.libraries"])
    }
}
