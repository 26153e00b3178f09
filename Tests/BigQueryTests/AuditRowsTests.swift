import Audit
import Catalog
import JSON
import Testing

@testable import BigQuery

@Suite("Rows of audit entries", .timeLimit(.minutes(1)))
struct AuditRowsTests {
    static let table = TableID(project: "demo", dataset: "audit", table: "entries")
    static let answer = #"{"kind": "bigquery#tableDataInsertAllResponse"}"#

    static func entry(_ sequence: Int, origin: String = "scrim/test") throws -> SignedEntry {
        let text =
            #"{"seq":\#(sequence),"time":"2026-11-22T18:27:00.123456Z","type":"server_stopped","reason":"\"x\""}"#
        return try #require(SignedEntry(origin: origin, bytes: Array(text.utf8)))
    }

    private static func rows(_ stub: UpstreamStub) throws -> [JSONValue] {
        let request = try #require(stub.server.requests.last)
        return try #require(JSONValue(parsing: Array(request.body.utf8))["rows"]?.arrayValue)
    }

    @Test
    func `a row has the entry's bytes, its leaf, and an ID that a repetition has too`() async throws {
        let stub = try UpstreamStub { connection, _, _ in connection.answer(200, Self.answer) }
        defer { stub.server.stop() }
        let client = AuditRowsClient(table: Self.table, client: try stub.client())
        try await client.append([Self.entry(7), Self.entry(8, origin: String(repeating: "o", count: 200))])
        #expect(stub.calls == ["POST datasets/audit/tables/entries/insertAll"])
        let rows = try Self.rows(stub)
        #expect(rows[0]["insertId"] == "scrim/test/7" && (rows[1]["insertId"]?.stringValue?.utf8.count ?? 999) <= 128)
        let row = try #require(rows[0]["json"])
        #expect(row["seq"] == "7" && row["type"] == "server_stopped" && row["session"] == .null)
        #expect(row["time"] == "2026-11-22T18:27:00.123456Z" && row["origin"] == "scrim/test")
        #expect(row["entry"]?.stringValue.map { Array($0.utf8) } == (try Self.entry(7)).bytes)
        #expect(row["leaf_hash"]?.stringValue?.utf8.count == 64)
    }

    @Test
    func `an unclear send is repeated`() async throws {
        let stub = try UpstreamStub { connection, _, count in
            if count == 1 { connection.close() } else { connection.answer(200, Self.answer) }
        }
        defer { stub.server.stop() }
        try await AuditRowsClient(table: Self.table, client: try stub.client()).append([Self.entry(0)])
        #expect(stub.calls.count == 2)
    }

    @Test
    func `rows that are not taken are an error without the text, which quotes them`() async throws {
        let stub = try UpstreamStub { connection, _, _ in
            connection.answer(
                200,
                #"{"insertErrors": [{"index": 0, "errors": [{"reason": "invalid", "message": "CANARY"}]}]}"#
            )
        }
        defer { stub.server.stop() }
        let client = AuditRowsClient(table: Self.table, client: try stub.client())
        let error = await #expect(throws: BigQueryError.self) { try await client.append([Self.entry(0)]) }
        #expect(error?.reason == .invalid && error?.description.contains("1 of 1 rows") == true)
        #expect(error.map { "\($0)".contains("CANARY") } == false)
        #expect(stub.calls.count == 1)
    }

    @Test
    func `nothing is sent for nothing`() async throws {
        let stub = try UpstreamStub { connection, _, _ in connection.answer(200, Self.answer) }
        defer { stub.server.stop() }
        try await AuditRowsClient(table: Self.table, client: try stub.client()).append([])
        #expect(stub.calls.isEmpty)
    }
}
