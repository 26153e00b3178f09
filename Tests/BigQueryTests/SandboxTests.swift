import Catalog
import Foundation
import HTTPTransport
import JSON
import Masking
import Testing

@testable import BigQuery

/// The client against a real engine, with nothing of the gate in between.
@Suite("BigQuery client on the sandbox", .enabled(if: SandboxProcess.isInstalled, "the sandbox is not installed"))
struct SandboxTests {
    static func client(_ address: SandboxProcess.Address) throws -> BigQueryClient {
        let endpoint = try BigQueryEndpoint(address.url)
        return BigQueryClient(
            configuration: .init(endpoint: endpoint, project: "demo", location: "US"),
            key: try ServiceAccountKey(file: address.keyFile, for: endpoint),
            transport: try HTTPTransport(configuration: .init(allowsPlainLoopback: true))
        )
    }

    static func options() throws -> JobOptions {
        try JobOptions(labels: ["scrim_session": "test"], bytesBilledMax: 1_000_000_000, timeout: .seconds(60))
    }

    /// Runs a query to its end and returns its last status.
    static func run(_ sql: String, _ jobID: String, _ client: BigQueryClient, _ parameters: [QueryParameter] = [])
        async throws -> JobStatus
    {
        _ = try await client.submit(sql: sql, parameters: parameters, options: options(), jobID: jobID)
        while try await !client.awaitCompletion(of: jobID, for: .seconds(10)).isComplete {}
        return try await client.job(jobID)
    }

    @Test(.timeLimit(.minutes(3)))
    func `schemas, jobs and pages of a real engine`() async throws {
        try await SandboxProcess.with { address in
            let client = try Self.client(address)
            try await client.checkCredentials()
            try await checkSchemas(client)
            try await checkJob(client)
            try await checkPaging(client)
            try await checkTypes(client)
            try await checkErrors(client)
        }
    }

    private func checkSchemas(_ client: BigQueryClient) async throws {
        let id = TableID(project: "demo", dataset: "bank", table: "customers")
        guard case .table(let customers) = try await client.table(id) else { throw CocoaError(.coderInvalidValue) }
        let columns = Dictionary(customers.columns.map { ($0.name, $0) }) { first, _ in first }
        #expect(columns["ssn"]?.tags == [.policyTag("projects/demo/locations/us/taxonomies/100/policyTags/11")])
        #expect(columns["home_address"]?.tags == [.dataPolicy("projects/demo/locations/us/dataPolicies/address")])
        #expect(columns["service_note"]?.tags == [.governanceTag(key: "demo/sensitivity", value: "note")])
        #expect(columns["contacts"]?.mode == .repeated)
        #expect(columns["contacts"]?.fields.last?.tags.isEmpty == false)
        #expect(customers.etag?.isEmpty == false)
        let view = try await client.table(TableID(project: "demo", dataset: "bank", table: "customer_directory"))
        guard case .table(let directory) = view, case .view(let definition) = directory.kind else {
            throw CocoaError(.coderInvalidValue)
        }
        #expect(!definition.usesLegacySQL)
        #expect(try await client.table(TableID(project: "demo", dataset: "bank", table: "nothing")) == .absent)
        let datasets = try await client.datasets(ofProject: "demo").elements.map(\.id.dataset)
        #expect(Set(["analytics", "bank"]).isSubset(of: datasets))
        let tables = try await client.tables(of: id.datasetID).elements
        #expect(tables.contains { $0.id == id && $0.kind == "TABLE" })
    }

    private func checkJob(_ client: BigQueryClient) async throws {
        let sql = "SELECT c.segment AS segment, @n AS n FROM `demo`.`bank`.`customers` AS c ORDER BY segment LIMIT 2"
        let parameters = [QueryParameter(name: "n", type: .scalar(.int64), value: .scalar("9007199254740993"))]
        let plan = try await client.dryRun(sql: sql, parameters: parameters)
        #expect(plan.statementType == "SELECT")
        #expect(plan.columns?.map(\.name) == ["segment", "n"])
        let status = try await Self.run(sql, "scrim_test_one", client, parameters)
        #expect(status.isComplete)
        #expect(status.statistics.referencedTables.map(\.description) == ["demo.bank.customers"])
        #expect(status.statistics.statementType == "SELECT")
        #expect(!status.statistics.cacheHit)
        #expect(status.started != nil)
        let page = try await client.page(of: "scrim_test_one", from: .row(0), rowsMax: 10)
        #expect(page.rows.count == 2)
        #expect(try CellConversion.row(page.rows[0], page.columns)[1] == "9007199254740993")
        // The same ID again is a duplicate, and never a second run.
        let error = await #expect(throws: BigQueryError.self) {
            try await client.submit(sql: sql, parameters: parameters, options: Self.options(), jobID: "scrim_test_one")
        }
        #expect(error?.reason == .duplicate)
    }

    private func checkPaging(_ client: BigQueryClient) async throws {
        let sql = "SELECT t.transaction_id AS id FROM `demo`.`bank`.`transactions` AS t ORDER BY id"
        #expect(try await Self.run(sql, "scrim_test_pages", client).isComplete)
        var seen: [JSONValue] = []
        var page = try await client.page(of: "scrim_test_pages", from: .row(49_000), rowsMax: 400)
        #expect(page.totalRows == 50_000)
        seen += page.rows.compactMap(\.first)
        while let token = page.nextPageToken {
            page = try await client.page(of: "scrim_test_pages", from: .token(token), rowsMax: 400)
            seen += page.rows.compactMap(\.first)
        }
        #expect(seen.count == 1000)
        #expect(Set(seen).count == 1000)
    }

    private func checkTypes(_ client: BigQueryClient) async throws {
        let sql = """
            SELECT 9223372036854775807, TRUE, 1.5, NUMERIC '1.25', b'\\x00\\xff', DATE '0001-01-01', \
            TIMESTAMP '9999-12-31 23:59:59.999999+00', TIMESTAMP '0001-01-01 00:00:00+00', NULL, [1, 2], \
            STRUCT('x' AS a, [STRUCT(1 AS n)] AS b), JSON '{"k":[1]}', TIME '23:59:59', CAST('NaN' AS FLOAT64)
            """
        #expect(try await Self.run(sql, "scrim_test_types", client).isComplete)
        let page = try await client.page(of: "scrim_test_types", from: .row(0), rowsMax: 1)
        let row = try CellConversion.row(try #require(page.rows.first), page.columns)
        let expected: [JSONValue] = [
            "9223372036854775807", true, 1.5, "1.25", "AP8=", "0001-01-01", "9999-12-31T23:59:59.999999Z",
            "0001-01-01T00:00:00.000000Z", nil, [1, 2], ["a": "x", "b": [["n": 1]]], #"{"k":[1]}"#, "23:59:59", "NaN",
        ]
        #expect(row == expected)
    }

    private func checkErrors(_ client: BigQueryClient) async throws {
        let error = await #expect(throws: BigQueryError.self) {
            _ = try await Self.run("SELECT FROM WHERE", "scrim_test_broken", client)
        }
        #expect(error?.reason == .invalidQuery)
        let missing = await #expect(throws: BigQueryError.self) { try await client.job("scrim_test_nothing") }
        #expect(missing?.reason == .notFound)
    }
}
