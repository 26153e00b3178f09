import Foundation
import JSON
import Testing

@testable import BigQuery
@testable import HTTPTransport

extension HTTPResponse {
    /// BigQuery's answer to a token that it does not accept.
    static let refused = HTTPResponse(head: HTTPResponseHead(status: 401, headers: []), body: [])
}

/// A directory that is gone with its owner.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "scrim-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file in place of the one that is there.
    @discardableResult
    func write(_ name: String, _ content: JSONObject, mode: Int = 0o600) throws -> String {
        let file = "\(path)/\(name)"
        try? FileManager.default.removeItem(atPath: file)
        let attributes = [FileAttributeKey.posixPermissions: mode]
        let contents = Data(content.serialized())
        #expect(FileManager.default.createFile(atPath: file, contents: contents, attributes: attributes))
        return file
    }
}

@Suite("Credential files")
struct CredentialFileTests {
    static let local = BigQueryEndpoint.localTest
    static let pool = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q"
    static let impersonation = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"

    static func external(_ changes: JSONObject = [:]) -> JSONObject {
        var file: JSONObject = [
            "type": "external_account", "audience": .string(pool), "token_url": "https://sts.googleapis.com/v1/token",
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt", "credential_source": ["file": "/run/token"],
            "service_account_impersonation_url": .string("\(impersonation)\(TestAccount.email):generateAccessToken"),
        ]
        for (key, value) in changes { file[key] = value }
        return file
    }

    static func failure(_ changes: JSONObject, _ endpoint: BigQueryEndpoint = .google) -> String? {
        do {
            _ = try ExternalAccount(json: external(changes).serialized(), for: endpoint)
            return nil
        } catch {
            return error.detail
        }
    }

    @Test
    func `a file of workload identity federation is taken`() throws {
        let account = try ExternalAccount(json: Self.external().serialized(), for: .google)
        #expect(account.impersonation?.account == TestAccount.email)
        #expect(account.impersonation?.lifetimeSeconds == 3600)
        let longer = Self.external(["service_account_impersonation": ["token_lifetime_seconds": 7200]])
        #expect(
            try ExternalAccount(json: longer.serialized(), for: .google).impersonation?.lifetimeSeconds == 7200
        )
        for url in ["https://tokens.example/t", "http://localhost:7/t", "http://169.254.169.254/metadata/identity"] {
            #expect(Self.failure(["credential_source": ["url": .string(url)]]) == nil)
        }
    }

    @Test(
        arguments: [
            (["type": "authorized_user"], "type"), (["universe_domain": "evil.example"], "universe_domain"),
            (["audience": "//iam.googleapis.com/locations/global/workforcePools/p/providers/q"], "audience"),
            (["subject_token_type": "urn:ietf:params:aws:token-type:aws4_request"], "subject_token_type"),
            (["token_url": "https://sts.googleapis.com.evil.example/v1/token"], "token_url"),
            (["token_url": "http://127.0.0.1:9/sts"], "token_url"), (["token_url": "file:///etc/passwd"], "token_url"),
            (["credential_source": ["executable": ["command": "/bin/sh"]]], "nothing is run here"),
            (["credential_source": ["environment_id": "aws1", "url": "http://169.254.169.254/x"]], "AWS"),
            (["credential_source": ["certificate": ["use_default_certificate_config": true]]], "certificate"),
            (["credential_source": ["file": "/a", "url": "https://b.example"]], "only one of them"),
            (["credential_source": [:]], "only one of them"), (["credential_source": ["file": "token"]], "absolute"),
            (["credential_source": ["url": "http://tokens.example/t"]], "must be https"),
            (["credential_source": ["file": "/a", "format": ["type": "json"]]], "subject_token_field_name"),
            (["credential_source": ["file": "/a", "format": ["type": "xml"]]], "format.type"),
            (["workforce_pool_user_project": "p"], "workforce_pool_user_project"),
            (["client_secret": "s"], "client_secret"),
            (["service_account_impersonation": ["token_lifetime_seconds": 60]], "token_lifetime_seconds"),
        ] as [(JSONObject, String)]
    )
    func `what is not known of such a file is refused by name`(changes: JSONObject, name: String) throws {
        #expect(try #require(Self.failure(changes)).contains(name))
    }

    @Test(arguments: [
        "https://evil.example/v1/projects/-/serviceAccounts/a@b:generateAccessToken",
        "https://iamcredentials.googleapis.com.evil.example/v1/projects/-/serviceAccounts/a@b:generateAccessToken",
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b:signJwt",
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b/../c@d:generateAccessToken",
        "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/a@b:generateAccessToken?x",
        "http://127.0.0.1:9/v1/projects/-/serviceAccounts/a@b:generateAccessToken",
    ])
    func `an impersonation goes to Google only`(url: String) throws {
        let name = "service_account_impersonation_url"
        #expect(try #require(Self.failure([name: .string(url)])).contains(name))
    }

    @Test
    func `on loopback endpoints may be there`() {
        let changes: JSONObject = [
            "token_url": "http://127.0.0.1:9/sts",
            "service_account_impersonation_url":
                "http://127.0.0.1:9/v1/projects/-/serviceAccounts/a@b:generateAccessToken",
        ]
        #expect(Self.failure(changes, Self.local) == nil)
        let step = CredentialSettings.Impersonation(serviceAccount: "a@b", endpoint: "http://127.0.0.1:9")
        #expect(throws: BigQueryError.self) { try Impersonation(step, for: .google) }
        #expect(throws: Never.self) { try Impersonation(step, for: Self.local) }
    }

    @Test(arguments: [(0o600, true), (0o400, true), (0o440, true), (0o644, false), (0o604, false), (0o660, false)])
    func `a key file that others can read or change is refused`(mode: Int, isTaken: Bool) throws {
        let directory = try TemporaryDirectory()
        let content = TestAccount.file(tokenURL: ServiceAccountKeyTests.google)
        let path = try directory.write("key.json", content, mode: mode)
        let key = try? ServiceAccountKey(file: path, for: .google)
        #expect((key != nil) == isTaken)
        let link = "\(directory.path)/link.json"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
        #expect(((try? ServiceAccountKey(file: link, for: .google)) != nil) == isTaken)
        #expect(throws: BigQueryError.self) { try ServiceAccountKey(file: directory.path, for: .google) }
    }

    @Test
    func `a file with header fields is as secret as a key`() throws {
        let directory = try TemporaryDirectory()
        let source: JSONValue = ["url": "https://tokens.example/t", "headers": ["Authorization": "Bearer CANARY"]]
        let path = try directory.write("account.json", Self.external(["credential_source": source]), mode: 0o644)
        let settings = CredentialSettings(origin: .externalAccountFile(path: path))
        let error = #expect(throws: BigQueryError.self) { try Credential.open(settings, for: .google) }
        #expect(error?.detail?.contains("chmod 600") == true)
        try directory.write("account.json", Self.external(["credential_source": source]))
        let (credential, _) = try Credential.open(settings, for: .google)
        var shown = "\(credential) \(String(reflecting: credential))"
        dump(credential, to: &shown)
        #expect(!shown.contains("CANARY"))
    }

    @Test
    func `federation must come to a service account`() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("account.json", Self.external(["service_account_impersonation_url": .null]))
        let alone = CredentialSettings(origin: .externalAccountFile(path: path))
        #expect(throws: BigQueryError.self) { try Credential.open(alone, for: .google) }
        let step = CredentialSettings.Impersonation(serviceAccount: TestAccount.email)
        let settings = CredentialSettings(origin: .externalAccountFile(path: path), impersonation: step)
        #expect(try Credential.open(settings, for: .google).0.account == TestAccount.email)
    }

    @Test
    func `the metadata server is where it must be`() throws {
        for host in ["evil.example", "169.254.169.253", "metadata.google.internal@evil.example", "127.0.0.1/x"] {
            #expect(throws: BigQueryError.self) { try MetadataServer(host: host) }
        }
        for host in [nil, "", "169.254.169.254", "metadata.google.internal:80", "127.0.0.1:9"] {
            #expect(throws: Never.self) { try MetadataServer(host: host) }
        }
        let scope = "https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fbigquery"
        #expect(
            try MetadataServer(host: nil).tokenURL(scope: Credential.scope)
                == "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token?scopes=\(scope)"
        )
    }

    @Test
    func `plain HTTP goes to a metadata server and to nobody else`() async throws {
        var configuration = HTTPTransport.Configuration()
        configuration.plainHosts = MetadataServer.plainHosts
        #expect(throws: HTTPTransportError.self) {
            try CheckedRequest(HTTPRequest(.get, "http://example.com"), isStream: false, configuration: configuration)
        }
        #expect(throws: Never.self) {
            try CheckedRequest(
                HTTPRequest(.get, "http://169.254.169.254/x"),
                isStream: false,
                configuration: configuration
            )
        }
    }

    @Test
    func `nothing that carries a token shows it`() {
        let token = AccessToken(text: SecretText("CANARY"), expires: 1)
        let request = HTTPRequest(
            .post,
            "https://x.example/CANARY",
            headers: [token.authorization],
            body: Array("CANARY".utf8)
        )
        let head = HTTPResponseHead(status: 200, headers: [HTTPHeader("X", "CANARY")])
        let answer = HTTPResponse(head: head, body: Array("CANARY".utf8))
        for value in [token, token.text, token.authorization, request, head, answer, [request], [token]] as [Any] {
            var shown = "\(value) \(String(reflecting: value))"
            dump(value, to: &shown)
            #expect(!shown.contains("CANARY") && !shown.contains("67, 65, 78"))
        }
    }

    @Test
    func `times are read as servers write them`() {
        #expect(ServerTime.seconds(timestamp: "1970-01-02T00:00:01Z") == 86_401)
        #expect(ServerTime.seconds(timestamp: "2023-11-14T22:13:20.123456Z") == 1_700_000_000)
        #expect(ServerTime.seconds(timestamp: "tomorrow") == nil)
        let head = HTTPResponseHead(status: 200, headers: [HTTPHeader("date", "Tue, 14 Nov 2023 22:13:20 GMT")])
        #expect(ServerTime.seconds(of: HTTPResponse(head: head, body: [])) == 1_700_000_000)
        #expect(ServerTime.seconds(of: .refused) == nil)
    }
}

@Suite("Credentials in use", .timeLimit(.minutes(1)))
struct CredentialUseTests {
    typealias Clock = AccessTokenTests.Clock

    /// What a token endpoint says that looks at the assertion's time by a clock of its own.
    static func strictServer(ahead seconds: Int64, _ clock: Clock) throws -> LoopbackServer {
        try LoopbackServer { connection, request in
            let now = clock.now + seconds
            let date = HTTPDateText.text(now)
            let assertion = request.body.split(separator: "=").last.map(String.init) ?? ""
            let claims = assertion.split(separator: ".").dropFirst().first.flatMap { part in
                (try? Base64URL.decode(String(part))).flatMap { try? JSONValue(parsing: $0) }
            }
            let issued = claims?["iat"]?.integerValue ?? 0
            let isGood = (issued - now).magnitude <= 60
            let body =
                isGood
                ? #"{"access_token": "t", "expires_in": 3600, "token_type": "Bearer"}"# : #"{"error": "invalid_grant"}"#
            connection.write(
                "HTTP/1.1 \(isGood ? 200 : 400) X\r\nDate: \(date)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
        }
    }

    @Test(arguments: [(0, 1), (50, 1), (600, 2), (-600, 2)])
    func `a clock that is wrong is corrected by Google's`(ahead: Int64, requests: Int) async throws {
        let clock = Clock()
        let server = try Self.strictServer(ahead: ahead, clock)
        defer { server.stop() }
        let source = try AccessTokenTests.source(server, clock)
        #expect(try await source.accessToken().expires == clock.now + 3600)
        #expect(server.requests.count == requests)
        // What was learnt is kept.
        clock.advance(3600)
        _ = try await source.accessToken()
        #expect(server.requests.count == requests + 1)
    }

    @Test
    func `a clock that is off by more than a day is not believed`() async throws {
        let clock = Clock()
        let server = try Self.strictServer(ahead: 100_000, clock)
        defer { server.stop() }
        let error = await #expect(throws: BigQueryError.self) {
            try await AccessTokenTests.source(server, clock).accessToken()
        }
        #expect(error?.reason == .tokenRefused)
        #expect(server.requests.count == 1)
    }

    @Test
    func `a key that signs tokens itself asks nobody`() async throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("key.json", TestAccount.file(tokenURL: ServiceAccountKeyTests.google))
        let settings = CredentialSettings(origin: .serviceAccountFile(path: path, selfSigned: true))
        let source = try await CredentialSource.open(settings, for: .google, userAgent: "test") { _ in }
        let clock = Clock()
        let token = try await AccessTokenSource(source, firstDelay: .zero) { clock.now }.accessToken()
        let claims = try JSONValue(
            parsing: Base64URL.decode(String(token.text.revealed.split(separator: ".")[1]))
        )
        // https://google.aip.dev/auth/4111: with a scope there is no audience.
        #expect(
            claims == [
                "iss": .string(TestAccount.email), "sub": .string(TestAccount.email),
                "scope": "https://www.googleapis.com/auth/bigquery", "iat": .integer(clock.now),
                "exp": .integer(clock.now + 3600),
            ]
        )
    }

    @Test
    func `a changed file is taken, a broken or foreign one is not`() async throws {
        let directory = try TemporaryDirectory()
        var content = TestAccount.file(tokenURL: ServiceAccountKeyTests.google)
        let path = try directory.write("key.json", content)
        let events = Locked<[CredentialEvent]>([])
        let settings = CredentialSettings(origin: .serviceAccountFile(path: path, selfSigned: true))
        let source = try await CredentialSource.open(settings, for: .google, userAgent: "test") { event in
            events.withLock { $0.append(event) }
        }
        #expect(!source.reread(unseenOnly: true) && !source.reread(unseenOnly: false))
        content["private_key_id"] = "second"
        try directory.write("key.json", content)
        #expect(source.reread(unseenOnly: true))
        #expect(source.credential.keyID == "second")
        for (key, value) in [("private_key", "CANARY"), ("client_email", "other@example.com")] as [(String, JSONValue)]
        {
            var broken = content
            broken[key] = value
            try directory.write("key.json", broken)
            #expect(!source.reread(unseenOnly: true))
            // Looked at once, it is complained about once.
            #expect(!source.reread(unseenOnly: true))
            #expect(source.credential.keyID == "second")
        }
        try FileManager.default.removeItem(atPath: path)
        #expect(!source.reread(unseenOnly: true))
        let told = events.withLock { $0 }
        #expect(told.first == .reread(account: TestAccount.email, keyID: "second"))
        #expect(told.count == 4)
        #expect(!"\(told)".contains("CANARY"))
    }
}

/// HTTP's form of a date, by Foundation.
enum HTTPDateText {
    static func text(_ seconds: Int64) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(identifier: "GMT")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
    }
}
