import Catalog
import JSON
import Masking
import Testing

@testable import BigQuery
@testable import Gate

@Suite("Cross-check")
struct CrossCheckTests {
    private static let accounts = TableID(project: "demo", dataset: "bank", table: "accounts")
    private static let customers = TableID(project: "demo", dataset: "bank", table: "customers")

    /// A query over `customers`, made as every masked query is made.
    private static func query() throws -> MaskedQuery {
        let role = MappingFile(path: "roles/r.yaml", bytes: Array("groups: []\nmasks: {}\n".utf8))
        let tags = MappingFile(
            path: "tags.yaml",
            bytes: Array("t: projects/p/locations/us/taxonomies/1/policyTags/1\n".utf8)
        )
        let mapping = try Mapping.load(files: [role, tags])
        let policy = try #require(mapping.policy(for: ["r"], project: "demo"))
        let schema = TableSchema(id: customers, columns: [Column(name: "id", type: .scalar(.int64))])
        let analyzed = AnalyzedQuery.analyze(
            "SELECT id FROM bank.customers",
            defaults: NameDefaults(project: "demo"),
            parameters: []
        )
        return try MaskingRewriter(policy: policy, tokenKeys: nil)
            .rewrite(analyzed, against: CatalogSnapshot(tables: [schema])).get()
    }

    private static let fingerprint = JobFingerprint(
        queryDigest: TextDigest.exact("SELECT 1"),
        labels: ["scrim_request": "r"],
        userEmail: "scrim@demo.example"
    )

    private static func check(rowPoliciesAllowed: Set<TableID> = []) throws -> CrossCheck {
        CrossCheck(query: try query(), fingerprint: fingerprint, rowPoliciesAllowed: rowPoliciesAllowed)
    }

    private static func reference(_ table: String) -> JSONValue {
        ["projectId": "demo", "datasetId": "bank", "tableId": .string(table)]
    }

    /// A finished job as `jobs.get` tells it, with some statistics changed.
    private static func status(
        _ changed: JSONObject = [:],
        _ query: JSONObject = [:],
        state: String = "DONE",
        sql: String = "SELECT 1"
    ) throws
        -> JobStatus
    {
        var inner: JSONObject = [
            "statementType": "SELECT", "cacheHit": false, "referencedTables": [reference("customers")],
        ]
        for (key, value) in query { inner[key] = value }
        var statistics: JSONObject = ["query": .object(inner), "startTime": "1"]
        for (key, value) in changed { statistics[key] = value }
        return try JobStatus(
            JSONReader(
                [
                    "jobReference": ["projectId": "demo", "location": "US", "jobId": "j"],
                    "status": ["state": .string(state)],
                    "user_email": "scrim@demo.example",
                    "configuration": [
                        "labels": ["scrim_request": "r", "other": "x"],
                        "query": ["query": .string(sql), "useLegacySql": false],
                    ],
                    "statistics": .object(statistics),
                ] as JSONValue
            )
        )
    }

    /// A query over `customers` and two of the tables `shard_…`.
    private static func wildcardQuery() throws -> MaskedQuery {
        let role = MappingFile(path: "roles/r.yaml", bytes: Array("groups: []\nmasks: {}\n".utf8))
        let tags = MappingFile(
            path: "tags.yaml",
            bytes: Array("t: projects/p/locations/us/taxonomies/1/policyTags/1\n".utf8)
        )
        let policy = try #require(try Mapping.load(files: [role, tags]).policy(for: ["r"], project: "demo"))
        let columns = [Column(name: "id", type: .scalar(.int64))]
        let shards = ["shard_1", "shard_2", "shard_3"].map {
            TableSchema(id: TableID(project: "demo", dataset: "bank", table: $0), columns: columns)
        }
        let analyzed = AnalyzedQuery.analyze(
            "SELECT s.id FROM `bank.shard_*` AS s JOIN bank.customers USING (id) WHERE _TABLE_SUFFIX < '3'",
            defaults: NameDefaults(project: "demo")
        )
        let wildcard = TableID(project: "demo", dataset: "bank", table: "shard_*")
        let entries: [TableID: CatalogEntry] = [
            customers: .table(TableSchema(id: customers, columns: columns)),
            wildcard: .wildcard(wildcard, among: shards, max: 3) { analyzed.needs.admits($0, of: wildcard) },
        ]
        return try MaskingRewriter(policy: policy, tokenKeys: nil)
            .rewrite(analyzed, against: CatalogSnapshot(entries: entries)).get()
    }

    @Test(arguments: [
        (["customers", "shard_1", "shard_2"], true), (["customers", "shard_2"], true),
        (["customers", "shard_*"], true),
        (["customers"], true), (["customers", "shard_1", "shard_3"], false), (["customers", "shard*"], false),
        (["shard_*"], false), (["customers", "shard_1", "accounts"], false), ([], false),
    ])
    func `of a wildcard the pattern or pinned tables may be named`(tables: [String], isAccepted: Bool) throws {
        let check = CrossCheck(query: try Self.wildcardQuery(), fingerprint: Self.fingerprint, rowPoliciesAllowed: [])
        let status = try Self.status([:], ["referencedTables": .array(tables.map(Self.reference))])
        #expect(check.problems(of: status).map(\.code) == (isAccepted ? [] : ["crosscheck.tables"]))
    }

    @Test func `row policies may be allowed for a wildcard or for its tables`() throws {
        let query = try Self.wildcardQuery()
        func id(_ table: String) -> TableID { TableID(project: "demo", dataset: "bank", table: table) }
        let status = try Self.status(
            ["rowLevelSecurityStatistics": ["rowLevelSecurityApplied": true]],
            ["referencedTables": [Self.reference("customers"), Self.reference("shard_1")]]
        )
        for (allowed, isAccepted) in [
            ([id("shard_*"), Self.customers], true), ([id("shard_1"), id("shard_2"), Self.customers], true),
            ([id("shard_1"), Self.customers], false), ([id("shard_*")], false),
        ] {
            let check = CrossCheck(query: query, fingerprint: Self.fingerprint, rowPoliciesAllowed: Set(allowed))
            #expect(check.problems(of: status).isEmpty == isAccepted)
        }
    }

    @Test
    func `a job that did what was sent has no problem`() throws {
        let check = try Self.check()
        #expect(check.problems(of: try Self.status()) == [])
    }

    @Test(
        arguments: [
            (["statementType": "SCRIPT"], "crosscheck.statement"),
            (["statementType": .null], "crosscheck.statement"),
            (["referencedTables": []], "crosscheck.tables"),
            (["referencedTables": [reference("customers"), reference("accounts")]], "crosscheck.tables"),
            (["referencedTables": [reference("accounts")]], "crosscheck.tables"),
            (["cacheHit": true], "crosscheck.cache"),
            (["referencedLogicalViews": [reference("v")]], "crosscheck.references"),
            (
                ["referencedRoutines": [["projectId": "demo", "datasetId": "bank", "routineId": "f"]]],
                "crosscheck.references"
            ),
        ] as [(JSONObject, String)]
    )
    func `each thing that was not accounted for is a reason to withhold`(query: JSONObject, code: String) throws {
        let check = try Self.check()
        #expect(check.problems(of: try Self.status([:], query)).map(\.code) == [code])
    }

    @Test
    func `row access policies count unless the mapping names every table`() throws {
        let status = try Self.status(["rowLevelSecurityStatistics": ["rowLevelSecurityApplied": true]])
        let refused = try Self.check(rowPoliciesAllowed: [Self.accounts])
        #expect(refused.problems(of: status).map(\.code) == ["table.row_policy"])
        let allowed = try Self.check(rowPoliciesAllowed: [Self.customers])
        #expect(allowed.problems(of: status) == [])
    }

    @Test(arguments: ["RUNNING", "PENDING", "ALMOST"])
    func `a job that is not said to be done vouches for nothing`(state: String) throws {
        let check = try Self.check()
        #expect(check.problems(of: try Self.status(state: state)).map(\.code) == ["crosscheck.state"])
    }

    @Test
    func `a job with another text is not the one that was sent`() throws {
        let status = try Self.status(sql: "SELECT 2")
        #expect(try Self.check().problems(of: status).map(\.code) == ["crosscheck.foreign_job"])
    }

    @Test
    func `child jobs are no single SELECT`() throws {
        let check = try Self.check()
        #expect(check.problems(of: try Self.status(["numChildJobs": "1"])).map(\.code) == ["crosscheck.statement"])
    }

    @Test(arguments: [(0, 0), (1, 10_485_760), (10_485_760, 10_485_760), (10_485_761, 20_971_520), (.max, .max)])
    func `byte figures are rounded up to 10 MiB`(bytes: Int64, shown: Int64) {
        #expect(QueryGate.roundedUp(bytes) == shown)
    }

    @Test
    func `functions in JavaScript that the text calls are named, and no others`() throws {
        let id = RoutineID(project: "demo", dataset: "bank", routine: "js")
        let routine = Routine(id: id, kind: .scalarFunction, language: "JAVASCRIPT", body: "return 1")
        let policy = try #require(
            try Mapping.load(files: [
                MappingFile(path: "roles/r.yaml", bytes: Array("groups: []\nmasks: {}\n".utf8)),
                MappingFile(path: "tags.yaml", bytes: []),
            ]).policy(for: ["r"], project: "demo")
        )
        let analyzed = AnalyzedQuery.analyze("SELECT bank.js()", defaults: NameDefaults(project: "demo"))
        let query = try MaskingRewriter(policy: policy, tokenKeys: nil, allowsJavaScript: true)
            .rewrite(analyzed, against: CatalogSnapshot(entries: [:], routines: [id: .routine(routine)])).get()
        let check = CrossCheck(query: query, fingerprint: Self.fingerprint, rowPoliciesAllowed: [])
        func reference(_ name: JSONValue) -> JSONValue {
            ["projectId": "demo", "datasetId": "bank", "routineId": name]
        }
        func codes(_ routines: [JSONValue]) throws -> [String] {
            let statistics: JSONObject = ["referencedTables": [], "referencedRoutines": .array(routines)]
            return check.problems(of: try Self.status([:], statistics)).map(\.code)
        }
        #expect(try codes([reference("js")]).isEmpty)
        #expect(try codes([]) == ["crosscheck.references"])
        #expect(try codes([reference("js"), reference("other")]) == ["crosscheck.references"])
        #expect(try codes([reference("JS")]) == ["crosscheck.references"])
    }
}
