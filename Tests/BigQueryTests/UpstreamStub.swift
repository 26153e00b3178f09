import Foundation
import HTTPTransport
import JSON

@testable import BigQuery

/// A loopback server in BigQuery's place: gives tokens, and answers calls as the test says.
final class UpstreamStub: Sendable {
    /// Answers one call; the number counts the calls to this method and path, from 1.
    typealias Answer = @Sendable (LoopbackConnection, ReceivedRequest, Int) -> Void

    let server: LoopbackServer
    let endpoint: BigQueryEndpoint
    let transport: HTTPTransport

    init(_ answer: @escaping Answer) throws {
        let counts = Locked<[String: Int]>([:])
        let server = try LoopbackServer { connection, request in
            let key = String(request.head.prefix { $0 != "?" && $0 != "\r\n" })
            let count = counts.withLock { counts in
                counts[key, default: 0] += 1
                return counts[key, default: 0]
            }
            if request.path == "/token" {
                connection.answer(
                    200,
                    #"{"access_token": "token-\#(count)", "expires_in": 3600, "token_type": "Bearer"}"#
                )
            } else {
                answer(connection, request, count)
            }
        }
        self.server = server
        endpoint = try BigQueryEndpoint(server.url)
        transport = try HTTPTransport(configuration: .init(allowsPlainLoopback: true))
    }

    func client(_ retry: RetryPolicy = RetryPolicy(firstDelay: .milliseconds(1))) throws -> BigQueryClient {
        let key = try TestAccount.key(for: endpoint, tokenURL: "\(server.url)/token")
        let configuration = BigQueryClient.Configuration(
            endpoint: endpoint,
            project: "demo",
            location: "US",
            retry: retry,
            timeout: .seconds(10)
        )
        return BigQueryClient(configuration: configuration, key: key, transport: transport)
    }

    /// The calls received, tokens left out, as `METHOD path`.
    var calls: [String] {
        server.requests.filter { $0.path != "/token" }.map { request in
            let words = request.head.split(separator: " ")
            return "\(words[0]) \(request.path.prefix { $0 != "?" }.dropFirst("/bigquery/v2/projects/demo/".count))"
        }
    }

    static func error(_ reason: String, _ message: String = "quotes CANARY at [2:7]") -> String {
        #"{"error": {"code": 1, "message": "\#(message)", "errors": [{"reason": "\#(reason)", "location": "query", "#
            + #""message": "\#(message)"}]}}"#
    }

    /// A job resource that answers an insert of the test's query.
    static func job(
        sql: String = "SELECT 1",
        label: String = "abc",
        email: String = TestAccount.email,
        status: String = #"{"state": "RUNNING"}"#
    ) -> String {
        """
        {"jobReference": {"projectId": "demo", "location": "US", "jobId": "scrim_a_b"}, "status": \(status),
         "user_email": "\(email)", "configuration": {"labels": {"scrim_session": "\(label)"},
         "query": {"query": "\(sql)", "useLegacySql": false, "destinationTable": {}}},
         "statistics": {"creationTime": "1", "startTime": "2", "endTime": "3", "totalBytesProcessed": "77",
          "rowLevelSecurityStatistics": {"rowLevelSecurityApplied": true}, "totalSlotMs": "5",
          "query": {"statementType": "SELECT", "cacheHit": false, "totalBytesBilled": "10485760",
           "dataMaskingStatistics": {"dataMaskingApplied": true},
           "referencedTables": [{"projectId": "demo", "datasetId": "bank", "tableId": "t"}],
           "referencedLogicalViews": [{"projectId": "demo", "datasetId": "bank", "tableId": "v"}],
           "referencedRoutines": [{"projectId": "demo", "datasetId": "bank", "routineId": "r"}]}}}
        """
    }
}

extension BigQueryClient {
    /// Sends the test's query.
    func submitTest() async throws(BigQueryError) -> JobStatus {
        let options = try JobOptions(labels: ["scrim_session": "abc"], bytesBilledMax: 1, timeout: .seconds(1))
        return try await submit(sql: "SELECT 1", parameters: [], options: options, jobID: "scrim_a_b")
    }
}
