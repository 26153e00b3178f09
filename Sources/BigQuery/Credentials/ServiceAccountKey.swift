internal import Cryptography
internal import HTTPTransport
internal import JSON

/// A service account's key file, checked.
///
/// No text that this type gives, errors included, holds any part of the file but the account's e-mail address.
public struct ServiceAccountKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The token endpoints that a key file may name. A key file is input: whoever receives the assertion can get a
    /// token for it, so it goes nowhere else.
    static let tokenEndpoints: Set<String> = [
        "https://oauth2.googleapis.com/token",
        "https://www.googleapis.com/oauth2/v4/token",
        "https://accounts.google.com/o/oauth2/token",
    ]

    /// The account.
    public let email: String
    /// Which of the account's keys it is.
    public let keyID: String
    /// Where the assertion is exchanged for a token.
    let tokenURL: String
    let privateKey: RSAPrivateKey

    /// Reads a key file; others than its owner and group must not be able to.
    public init(file path: String, for endpoint: BigQueryEndpoint) throws(BigQueryError) {
        try self.init(CredentialFile(path, .secret), path, for: endpoint)
    }

    init(_ file: CredentialFile, _ path: String, for endpoint: BigQueryEndpoint) throws(BigQueryError) {
        do {
            try self.init(json: file.bytes, for: endpoint)
        } catch {
            throw Self.unusable("`\(path)`: \(error.detail ?? "")")
        }
    }

    /// Reads the content of a key file.
    ///
    /// - Parameter endpoint: where BigQuery is; only when that is on loopback may the token endpoint be there too.
    public init(json bytes: [UInt8], for endpoint: BigQueryEndpoint) throws(BigQueryError) {
        let fields: Fields
        do {
            fields = try Fields(JSONReader(parsing: bytes, limits: JSONLimits(bytesMax: CredentialFile.bytesMax)))
        } catch {
            throw Self.unusable("the key file is not valid: \(error)")
        }
        guard fields.type == "service_account" else {
            throw Self.unusable("the key file's `type` must be `service_account`")
        }
        guard fields.universe == nil || fields.universe == "googleapis.com" else {
            throw Self.unusable("the key file's `universe_domain` must be `googleapis.com`")
        }
        guard EmailAddress.isValid(fields.email) else {
            throw Self.unusable("the key file's `client_email` is not an e-mail address")
        }
        guard Self.allows(tokenURL: fields.tokenURL, for: endpoint) else {
            throw Self.unusable("the key file's `token_uri` is not a token endpoint of Google's")
        }
        do {
            privateKey = try RSAPrivateKey(pem: fields.privateKey)
        } catch {
            throw Self.unusable("the key file's `private_key` is not an RSA key in PEM form")
        }
        email = fields.email
        keyID = fields.keyID
        tokenURL = fields.tokenURL
    }

    /// The account's e-mail address.
    public var description: String { "ServiceAccountKey(\(email))" }
    /// As ``description``.
    public var debugDescription: String { description }
    /// Hides the key from `dump`.
    public var customMirror: Mirror { Mirror(self, children: ["email": email]) }

    /// The members of the file that count; others, such as `client_x509_cert_url`, do not.
    private struct Fields {
        let type: String
        let email: String
        let keyID: String
        let privateKey: String
        let tokenURL: String
        let universe: String?

        init(_ file: JSONReader) throws(JSONError) {
            var file = file
            type = try file.string("type")
            email = try file.string("client_email")
            keyID = try file.string("private_key_id")
            privateKey = try file.string("private_key")
            tokenURL = try file.string("token_uri")
            universe = try file.optionalString("universe_domain")
        }
    }

    private static func allows(tokenURL: String, for endpoint: BigQueryEndpoint) -> Bool {
        if tokenEndpoints.contains(tokenURL) { return true }
        guard endpoint.isLoopback, let url = try? HTTPURL(checking: tokenURL) else { return false }
        return url.isLoopback
    }

    private static func unusable(_ detail: String) -> BigQueryError {
        BigQueryError(credentials: detail)
    }
}
