import Foundation
import HTTPTransport
import Testing

@testable import BigQuery

@Suite("Access tokens", .timeLimit(.minutes(1)))
struct AccessTokenTests {
    /// A clock that the test moves.
    final class Clock: Sendable {
        private let seconds = Locked<Int64>(1_700_000_000)
        var now: Int64 { seconds.withLock { $0 } }
        func advance(_ count: Int64) { seconds.withLock { $0 += count } }
    }

    static func source(_ server: LoopbackServer, _ clock: Clock = Clock()) throws -> AccessTokenSource {
        let key = try TestAccount.key(for: BigQueryEndpoint(server.url), tokenURL: "\(server.url)/token")
        let transport = try HTTPTransport(configuration: .init(allowsPlainLoopback: true))
        let source = CredentialSource(key: key, endpoint: try BigQueryEndpoint(server.url), transport: transport)
        return AccessTokenSource(source, firstDelay: .milliseconds(1)) { clock.now }
    }

    /// A server whose tokens are numbered.
    static func server(_ failing: @escaping @Sendable (Int) -> Int? = { _ in nil }) throws -> LoopbackServer {
        let count = Locked(0)
        return try LoopbackServer { connection, _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if let status = failing(number) {
                connection.answer(status, #"{"error": "invalid_grant", "error_description": "secret"}"#)
            } else {
                usleep(20_000)
                connection.answer(200, #"{"access_token": "t\#(number)", "expires_in": 3600, "token_type": "Bearer"}"#)
            }
        }
    }

    @Test
    func `all who wait share one fetch, and the token is kept`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let source = try Self.source(server)
        await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 { group.addTask { try? await source.accessToken().text.revealed } }
            for await token in group { #expect(token == "t1") }
        }
        #expect(server.requests.count == 1)
        let body = try #require(server.requests.first?.body)
        #expect(body.hasPrefix("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=ey"))
    }

    @Test
    func `a token is replaced three minutes and 45 seconds before its end`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let clock = Clock()
        let source = try Self.source(server, clock)
        #expect(try await source.accessToken().text.revealed == "t1")
        clock.advance(3600 - 226)
        #expect(try await source.accessToken().text.revealed == "t1")
        clock.advance(1)
        #expect(try await source.accessToken().text.revealed == "t2")
    }

    @Test
    func `a failed refresh leaves the old token in use as long as it counts`() async throws {
        let server = try Self.server { $0 > 1 ? 503 : nil }
        defer { server.stop() }
        let clock = Clock()
        let source = try Self.source(server, clock)
        _ = try await source.accessToken()
        clock.advance(3500)
        #expect(try await source.accessToken().text.revealed == "t1")
        #expect(try await source.accessToken().text.revealed == "t1")
        #expect(server.requests.count == 4)
        clock.advance(100)
        await #expect(throws: BigQueryError.self) { try await source.accessToken() }
    }

    @Test
    func `trouble that may pass is tried three times, a refusal once`() async throws {
        let passing = try Self.server { $0 < 3 ? 503 : nil }
        defer { passing.stop() }
        #expect(try await Self.source(passing).accessToken().text.revealed == "t3")
        let refusing = try Self.server { _ in 400 }
        defer { refusing.stop() }
        let error = await #expect(throws: BigQueryError.self) { try await Self.source(refusing).accessToken() }
        #expect(error?.description.hasSuffix("the token endpoint answered HTTP 400 with `invalid_grant`") == true)
        #expect(error?.mayHaveBeenSent == false)
        #expect(refusing.requests.count == 1)
    }

    @Test(arguments: [
        "<html>", "{}", #"{"access_token": "", "expires_in": 3600, "token_type": "Bearer"}"#,
        #"{"access_token": "x", "expires_in": -1, "token_type": "Bearer"}"#,
        #"{"access_token": "x", "expires_in": 3600, "token_type": "MAC"}"#,
        #"{"access_token": "x\r\nX: y", "expires_in": 3600, "token_type": "Bearer"}"#,
    ])
    func `an answer that is no token is refused`(body: String) async throws {
        let server = try LoopbackServer { connection, _ in connection.answer(200, body) }
        defer { server.stop() }
        let error = await #expect(throws: BigQueryError.self) { try await Self.source(server).accessToken() }
        #expect(error?.reason == .tokenUnavailable)
    }

    @Test
    func `a rejected token is fetched anew, a newer one is kept`() async throws {
        let server = try Self.server()
        defer { server.stop() }
        let source = try Self.source(server)
        let first = try await source.accessToken()
        await source.reject(first, .refused)
        let second = try await source.accessToken()
        await source.reject(first, .refused)
        #expect(try await source.accessToken() == second)
        #expect(second.text.revealed == "t2")
    }
}
