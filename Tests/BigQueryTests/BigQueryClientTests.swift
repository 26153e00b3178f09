import Catalog
import Foundation
import HTTPTransport
import Testing

@testable import BigQuery

@Suite("BigQuery client", .timeLimit(.minutes(1)))
struct BigQueryClientTests {
    static let table =
        #"{"tableReference": {"projectId": "demo", "datasetId": "bank", "tableId": "t"}, "type": "TABLE"}"#
    static let id = TableID(project: "demo", dataset: "bank", table: "t")

    /// Reads a table from a stub that answers in one way.
    static func entry(_ status: Int, _ body: String) async throws -> CatalogEntry {
        let stub = try UpstreamStub { connection, _, _ in connection.answer(status, body) }
        defer { stub.server.stop() }
        return try await stub.client().table(id)
    }

    @Test
    func `a table is read, missing, or unreadable`() async throws {
        #expect(try await Self.entry(200, Self.table) == .table(TableSchema(id: Self.id, columns: [])))
        #expect(try await Self.entry(404, UpstreamStub.error("notFound")) == .absent)
        let other = try await Self.entry(200, Self.table.replacing("\"t\"", with: "\"u\""))
        #expect(other == .unreadable(reason: "another table was answered"))
        guard case .unreadable = try await Self.entry(200, "{}") else { throw CocoaError(.coderInvalidValue) }
    }

    @Test(arguments: [
        (503, "<html><body>Bad day CANARY</body></html>", "HTTP 503 with an HTML page"),
        (404, "not here", "HTTP 404 with something else than JSON"), (500, "", "HTTP 500 with no content"),
    ])
    func `an answer that is not BigQuery's is named, and not shown`(status: Int, body: String, detail: String)
        async throws
    {
        let error = await #expect(throws: BigQueryError.self) { try await Self.entry(status, body) }
        #expect(error?.reason == .unexpectedAnswer)
        #expect(error?.detail == detail)
    }

    @Test
    func `a read is tried again as often as the policy says`() async throws {
        let stub = try UpstreamStub { connection, _, count in
            switch count {
            case 1: connection.answer(503, UpstreamStub.error("backendError"))
            case 2: connection.close()
            case 3: connection.answer(502, "<html>")
            default: connection.answer(200, Self.table)
            }
        }
        defer { stub.server.stop() }
        #expect(try await stub.client().table(Self.id) == .table(TableSchema(id: Self.id, columns: [])))
        #expect(stub.calls.count == 4)
        let strict = try stub.client(RetryPolicy(attemptsMax: 1))
        #expect(try await strict.table(Self.id) != .absent)
    }

    @Test
    func `a refused token is replaced once`() async throws {
        let stub = try UpstreamStub { connection, request, _ in
            if request.head.contains("Bearer token-2") {
                connection.answer(200, Self.table)
            } else {
                connection.answer(401, UpstreamStub.error("authError"))
            }
        }
        defer { stub.server.stop() }
        let client = try stub.client()
        #expect(try await client.table(Self.id) != .absent)
        #expect(stub.server.requests.filter { $0.path == "/token" }.count == 2)
        let never = try UpstreamStub { connection, _, _ in connection.answer(401, "no") }
        defer { never.server.stop() }
        let error = await #expect(throws: BigQueryError.self) { try await never.client().table(Self.id) }
        #expect(error?.reason == .unauthorized)
        #expect(never.calls.count == 2)
    }

    @Test
    func `lists are read page by page`() async throws {
        let stub = try UpstreamStub { connection, request, _ in
            let isFirst = !request.path.contains("pageToken=a%2Fb")
            let dataset = isFirst ? "one" : "two"
            let token = isFirst ? #""nextPageToken": "a/b", "# : ""
            connection.answer(
                200,
                #"{\#(token)"datasets": [{"datasetReference": {"projectId": "demo", "datasetId": "\#(dataset)"}, "#
                    + #""location": "US"}]}"#
            )
        }
        defer { stub.server.stop() }
        let client = try stub.client()
        let first = try await client.datasets(ofProject: "demo")
        #expect(first.elements.map(\.id.dataset) == ["one"])
        let second = try await client.datasets(ofProject: "demo", pageToken: first.nextPageToken)
        #expect(second.elements.map(\.id.dataset) == ["two"])
        #expect(second.nextPageToken == nil)
    }

    @Test
    func `pages ask for whole microseconds and stay within the limits`() async throws {
        let stub = try UpstreamStub { connection, _, _ in connection.answer(200, #"{"jobComplete": false}"#) }
        defer { stub.server.stop() }
        let client = try stub.client()
        _ = try await client.page(of: "scrim_a_b", from: .row(5), rowsMax: 7, wait: .milliseconds(1500))
        _ = try await client.page(of: "scrim_a_b", from: .token("t/1"), rowsMax: .max, wait: .seconds(1000))
        let queries = stub.server.requests.suffix(2).map { $0.path.split(separator: "?").last ?? "" }
        let fixed = "formatOptions.useInt64Timestamp=true"
        #expect(queries[0] == "location=US&maxResults=7&timeoutMs=1500&\(fixed)&startIndex=5")
        #expect(queries[1] == "location=US&maxResults=100000&timeoutMs=25000&\(fixed)&pageToken=t%2F1")
    }

    @Test
    func `a cancelled task ends its call`() async throws {
        let stub = try UpstreamStub { connection, _, _ in connection.waitForClose() }
        defer { stub.server.stop() }
        let client = try stub.client()
        let reason = await withTaskGroup(of: BigQueryError.Reason?.self) { group in
            group.addTask {
                do {
                    _ = try await client.table(Self.id)
                    return nil
                } catch { return (error as? BigQueryError)?.reason }
            }
            try? await Task.sleep(for: .milliseconds(100))
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(reason == .cancelled)
    }
}
