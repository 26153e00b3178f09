import Foundation
import HTTPTransport
import JSON
import Testing

@testable import BigQuery

@Suite("Service account keys")
struct ServiceAccountKeyTests {
    static let google = "https://oauth2.googleapis.com/token"
    static let local = BigQueryEndpoint.localTest

    /// Why a changed key file is not taken; `nil` when it is.
    static func failure(_ key: String, _ value: JSONValue?, _ endpoint: BigQueryEndpoint = .google) -> BigQueryError? {
        var file = TestAccount.file(tokenURL: google)
        file[key] = value
        do {
            _ = try ServiceAccountKey(json: file.serialized(), for: endpoint)
            return nil
        } catch {
            return error
        }
    }

    @Test
    func `a good file is taken`() throws {
        let key = try TestAccount.key(for: .google, tokenURL: Self.google)
        #expect(key.email == TestAccount.email)
        #expect(Self.failure("token_uri", "https://www.googleapis.com/oauth2/v4/token") == nil)
        #expect(Self.failure("token_uri", "http://127.0.0.1:9050/token", Self.local) == nil)
    }

    @Test(arguments: [
        "http://oauth2.googleapis.com/token", "https://oauth2.googleapis.com.evil.example/token",
        "https://evil.example/token", "http://127.0.0.1:9050/token", "https://oauth2.googleapis.com/token?x",
        "https://storage.googleapis.com/bucket/token", "file:///etc/passwd", "",
    ])
    func `a token endpoint that is not Google's is refused`(url: String) throws {
        let error = try #require(Self.failure("token_uri", .string(url)))
        #expect(error.reason == .credentials)
        #expect(error.description.contains("token_uri"))
    }

    @Test
    func `on loopback the token endpoint may be there, and nowhere else`() {
        #expect(Self.failure("token_uri", "https://evil.example/token", Self.local) != nil)
        #expect(Self.failure("token_uri", "http://10.0.0.1/token", Self.local) != nil)
    }

    @Test(arguments: ["type", "client_email", "private_key_id", "private_key", "token_uri"])
    func `a missing member is named`(key: String) throws {
        #expect(try #require(Self.failure(key, nil)).description.contains("`\(key)`"))
        #expect(Self.failure(key, 7) != nil)
        #expect(Self.failure(key, "nonsense")?.reason == (key == "private_key_id" ? nil : .credentials))
    }

    @Test
    func `no error and no description shows key material`() throws {
        let body = TestAccount.privateKey.split(separator: "\n")[1].prefix(20)
        let broken = TestAccount.privateKey.replacing("-----END", with: "----END")
        let error = try #require(Self.failure("private_key", .string(broken)))
        let key = try TestAccount.key(for: .google, tokenURL: Self.google)
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(error)", String(reflecting: error), "\(key)", String(reflecting: key), dumped] {
            #expect(!text.contains(body))
        }
    }

    @Test
    func `a file that is missing, too large or no JSON is named`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scrim-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "key.json").path
        let missing = #expect(throws: BigQueryError.self) { try ServiceAccountKey(file: path, for: .google) }
        #expect(missing?.detail == "`\(path)` cannot be read")
        for content in ["", "-----BEGIN PRIVATE KEY-----", "{", "[]", String(repeating: " ", count: 70_000)] {
            try Data(content.utf8).write(to: URL(filePath: path))
            let error = #expect(throws: BigQueryError.self) { try ServiceAccountKey(file: path, for: .google) }
            #expect(error?.detail?.contains(path) == true)
            #expect(error?.reason == .credentials)
        }
    }

    @Test
    func `the assertion is signed and says what Google asks for`() throws {
        let key = try TestAccount.key(for: .google, tokenURL: Self.google)
        let parts = try key.assertion(scope: Credential.scope, at: 1_700_000_000).revealed.split(separator: ".").map {
            String($0)
        }
        #expect(parts.count == 3)
        let claims = try JSONValue(parsing: Base64URL.decode(parts[1]))
        #expect(
            claims == [
                "iss": .string(TestAccount.email), "scope": "https://www.googleapis.com/auth/bigquery",
                "aud": "https://oauth2.googleapis.com/token", "iat": 1_700_000_000, "exp": 1_700_003_600,
            ]
        )
        let header = try JSONValue(parsing: Base64URL.decode(parts[0]))
        #expect(header == ["alg": "RS256", "typ": "JWT", "kid": "0123456789abcdef"])
        #expect(try Base64URL.decode(parts[2]).count == 256)
    }

    @Test(arguments: ["http://example.com", "https://u:p@example.com", "ftp://x", "x", "https://example.com/v2", ""])
    func `an endpoint that is not allowed is refused`(text: String) {
        #expect(throws: BigQueryError.self) { try BigQueryEndpoint(text) }
    }

    @Test
    func `an endpoint escapes each name as one segment`() throws {
        let endpoint = try BigQueryEndpoint("https://bigquery.googleapis.com/")
        #expect(endpoint == .google)
        let url = try endpoint.url(["projects", "a/../b", "é?x#y"], query: [("k", "a&b"), ("none", nil)])
        #expect(url == "https://bigquery.googleapis.com/bigquery/v2/projects/a%2F..%2Fb/%C3%A9%3Fx%23y?k=a%26b")
        #expect(throws: BigQueryError.self) { try endpoint.url(["projects", ".."]) }
    }
}

extension BigQueryEndpoint {
    /// An endpoint on this machine, where nothing listens.
    static let localTest = (try? BigQueryEndpoint("http://127.0.0.1:1")) ?? .google
}

/// Decoding of our own, so that the assertion is not read with the code that wrote it.
enum Base64URL {
    static func decode(_ text: String) throws -> [UInt8] {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
        return Array(try #require(Data(base64Encoded: standard + padding)))
    }
}
