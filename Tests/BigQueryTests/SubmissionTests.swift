import Catalog
import Foundation
import Testing

@testable import BigQuery

@Suite("Submission of jobs", .timeLimit(.minutes(1)))
struct SubmissionTests {
    static let insert = "POST jobs"
    static let get = "GET jobs/scrim_a_b"

    /// Sends the test's query to a stub and returns the error, if any, and the calls made.
    static func outcome(_ answer: @escaping UpstreamStub.Answer) async throws -> (BigQueryError?, [String]) {
        let stub = try UpstreamStub(answer)
        defer { stub.server.stop() }
        let client = try stub.client()
        do {
            _ = try await client.submitTest()
            return (nil, stub.calls)
        } catch {
            return (error, stub.calls)
        }
    }

    @Test
    func `a job's status holds what the cross-check needs`() async throws {
        let stub = try UpstreamStub { connection, _, _ in connection.answer(200, UpstreamStub.job()) }
        defer { stub.server.stop() }
        let status = try await stub.client().submitTest()
        let statistics = status.statistics
        #expect(status.state == .running)
        #expect(status.started == 2)
        #expect(statistics.statementType == "SELECT")
        #expect(statistics.referencedTables == [TableID(project: "demo", dataset: "bank", table: "t")])
        #expect(statistics.referencedViews == [TableID(project: "demo", dataset: "bank", table: "v")])
        #expect(statistics.referencedRoutines == ["demo.bank.r"])
        #expect(statistics.rowLevelSecurityApplied)
        #expect(statistics.dataMaskingApplied)
        #expect(statistics.bytesProcessed == 77)
        #expect(statistics.bytesBilled == 10_485_760)
        #expect(!statistics.cacheHit)
        let request = try #require(stub.server.requests.last)
        #expect(request.head.contains("Authorization: Bearer token-1"))
        #expect(request.head.contains("Content-Type: application/json"))
    }

    @Test
    func `an answer lost after the insert is settled by asking for the job`() async throws {
        let (error, calls) = try await Self.outcome { connection, request, _ in
            if request.head.hasPrefix("POST") { connection.close() } else { connection.answer(200, UpstreamStub.job()) }
        }
        #expect(error == nil)
        #expect(calls == [Self.insert, Self.get])
    }

    @Test(arguments: [
        "HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{\"job",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"job", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
    ])
    func `every unclear answer to an insert is settled, never sent again`(text: String) async throws {
        let (error, calls) = try await Self.outcome { connection, request, _ in
            guard request.head.hasPrefix("POST") else { return connection.answer(200, UpstreamStub.job()) }
            connection.write(text)
            connection.close()
        }
        #expect(error == nil)
        #expect(calls == [Self.insert, Self.get])
    }

    @Test
    func `a job that nobody knows after an unclear send is reported as unclear`() async throws {
        let (error, calls) = try await Self.outcome { connection, request, _ in
            guard !request.head.hasPrefix("POST") else { return connection.close() }
            connection.answer(404, UpstreamStub.error("notFound"))
        }
        #expect(error?.reason == .unclearSend)
        #expect(calls == [Self.insert, Self.get, Self.get, Self.get, Self.get])
    }

    @Test
    func `a refusal by rate limit is sent again, because nothing was done`() async throws {
        let (error, calls) = try await Self.outcome { connection, _, count in
            if count < 3 {
                connection.answer(403, UpstreamStub.error("rateLimitExceeded"))
            } else {
                connection.answer(200, UpstreamStub.job())
            }
        }
        #expect(error == nil)
        #expect(calls == [Self.insert, Self.insert, Self.insert])
    }

    @Test(arguments: [
        ("duplicate", 409), ("accessDenied", 403), ("bytesBilledLimitExceeded", 500), ("quotaExceeded", 403),
        ("invalidQuery", 400), ("jobBackendError", 400),
    ])
    func `a clear refusal is final`(reason: String, status: Int) async throws {
        let (error, calls) = try await Self.outcome { connection, _, _ in
            connection.answer(status, UpstreamStub.error(reason))
        }
        #expect(error?.reason.name == reason)
        #expect(error?.httpStatus == status)
        #expect(error?.location == "query")
        #expect(error?.place == .init(line: 2, column: 7))
        #expect(calls == [Self.insert])
    }

    @Test
    func `what upstream wrote is kept apart`() async throws {
        let (error, _) = try await Self.outcome { connection, _, _ in
            connection.answer(400, UpstreamStub.error("invalidQuery"))
        }
        let found = try #require(error)
        #expect(found.upstreamMessage?.sensitiveText.contains("CANARY") == true)
        var dumped = ""
        dump(found, to: &dumped)
        for text in ["\(found)", String(reflecting: found), dumped] { #expect(!text.contains("CANARY")) }
    }

    @Test(arguments: [
        (UpstreamStub.job(sql: "SELECT 2"), "query"), (UpstreamStub.job(label: "other"), "labels"),
        (UpstreamStub.job(email: "mallory@example.com"), "user_email"),
    ])
    func `a job that is not the one sent is refused`(job: String, difference: String) async throws {
        let (error, _) = try await Self.outcome { connection, _, _ in connection.answer(200, job) }
        #expect(error?.reason == .foreignJob)
        #expect(error?.detail == "it differs in \(difference)")
    }

    @Test
    func `a failed job is a status with its reason`() async throws {
        let status = #"{"state": "DONE", "errorResult": {"reason": "resourcesExceeded", "message": "CANARY"}}"#
        let stub = try UpstreamStub { connection, _, _ in connection.answer(200, UpstreamStub.job(status: status)) }
        defer { stub.server.stop() }
        let job = try await stub.client().submitTest()
        #expect(job.state == .done)
        #expect(job.failure?.reason == .resourcesExceeded)
        #expect(!job.isComplete)
        #expect(job.failure?.description.contains("CANARY") == false)
    }

    @Test
    func `a state that is not known is not done`() async throws {
        let stub = try UpstreamStub { connection, _, _ in
            connection.answer(200, UpstreamStub.job(status: #"{"state": "PARTLY"}"#))
        }
        defer { stub.server.stop() }
        #expect(try await stub.client().submitTest().state == .unknown)
    }
}
