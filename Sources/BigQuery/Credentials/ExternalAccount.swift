internal import HTTPTransport
internal import JSON

/// A file of workload identity federation, checked: how to get somebody else's token for this workload, and where to
/// exchange it (<https://google.aip.dev/auth/4117>).
///
/// The file is input: it says to whom tokens are sent. So the exchange is Google's, and everything that is not known
/// here is refused. It must come to a service account, because the jobs' `user_email` is compared with it.
struct ExternalAccount: Sendable, CustomStringConvertible, CustomReflectable {
    /// Where the workload's own token is.
    enum SubjectSource: Sendable {
        case file(path: String)
        case url(String, headers: [HTTPHeader])
    }

    /// The security token service. Tokens of the workload go nowhere else.
    static let tokenURL = "https://sts.googleapis.com/v1/token"
    private static let audienceStart = "//iam.googleapis.com/projects/"
    private static let tokenTypes = ["jwt", "id_token", "saml2"].map { "urn:ietf:params:oauth:token-type:\($0)" }

    let audience: String
    let subjectTokenType: String
    let tokenURL: String
    let source: SubjectSource
    /// The member of a JSON document that is the token; nil: the whole text is.
    let subjectMember: String?
    let impersonation: Impersonation?

    /// The pool's provider.
    var description: String { "ExternalAccount(\(audience))" }
    /// Hides headers, which can be secret.
    var customMirror: Mirror { Mirror(self, children: ["audience": audience]) }

    /// Whether the file itself holds something secret.
    var holdsSecrets: Bool {
        if case .url(_, let headers) = source { return !headers.isEmpty }
        return false
    }

    /// Reads the content of a file.
    init(json bytes: [UInt8], for endpoint: BigQueryEndpoint) throws(BigQueryError) {
        let file: JSONReader
        do {
            file = try JSONReader(parsing: bytes, limits: JSONLimits(bytesMax: CredentialFile.bytesMax))
        } catch {
            throw BigQueryError(credentials: "the external account file is not valid: \(error)")
        }
        do {
            try self.init(file, for: endpoint)
        } catch let error as BigQueryError {
            throw error
        } catch {
            throw BigQueryError(credentials: "the external account file is not valid: \(error)")
        }
    }

    private init(_ document: JSONReader, for endpoint: BigQueryEndpoint) throws {
        var file = document
        guard try file.string("type") == "external_account" else {
            throw BigQueryError(credentials: "the external account file's `type` must be `external_account`")
        }
        guard try file.optionalString("universe_domain") ?? "googleapis.com" == "googleapis.com" else {
            throw file.invalid("universe_domain", "must be `googleapis.com`")
        }
        audience = try file.string("audience")
        guard audience.hasPrefix(Self.audienceStart), audience.contains("/workloadIdentityPools/"),
            audience.contains("/providers/"), SecretText(audience).isBearerToken
        else { throw file.invalid("audience", "must name a provider of a workload identity pool") }
        subjectTokenType = try file.string("subject_token_type")
        guard Self.tokenTypes.contains(subjectTokenType) else {
            throw file.invalid("subject_token_type", "must be one of \(Self.tokenTypes.joined(separator: ", "))")
        }
        tokenURL = try file.string("token_url")
        guard tokenURL == Self.tokenURL || (endpoint.isLoopback && Self.isLoopback(tokenURL)) else {
            throw file.invalid("token_url", "is not Google's security token service")
        }
        (source, subjectMember) = try Self.source(file.object("credential_source"))
        var options = try file.optionalObject("service_account_impersonation")
        let lifetime = try options?.optionalInteger("token_lifetime_seconds")
        try options?.finish()
        impersonation = try file.optionalString("service_account_impersonation_url").map { url in
            try Impersonation(url: url, lifetimeSeconds: lifetime, for: endpoint)
        }
        // Only tells where a token can be looked at; nothing is sent there.
        _ = try file.optionalString("token_info_url")
        try file.finish()
    }

    private static func source(_ object: JSONReader) throws -> (SubjectSource, String?) {
        var reader = object
        for (key, advice) in [
            ("executable", "nothing is run here: have it write the token to a file, and name that as `file`"),
            ("environment_id", "AWS is not supported as a source of tokens"),
            ("certificate", "certificates are not supported as a source of tokens"),
        ] where reader.optionalValue(key) != nil {
            throw reader.invalid(key, "is not taken: \(advice)")
        }
        var member: String?
        if var format = try reader.optionalObject("format") {
            switch try format.optionalString("type") ?? "text" {
            case "text": break
            case "json": member = try format.string("subject_token_field_name")
            default: throw format.invalid("type", "must be `text` or `json`")
            }
            if member == nil { _ = try format.optionalString("subject_token_field_name") }
            try format.finish()
        }
        let (file, url) = (try reader.optionalString("file"), try reader.optionalString("url"))
        let headers = try self.headers(reader.optionalObject("headers"))
        try reader.finish()
        switch (file, url) {
        case (let path?, nil):
            guard path.hasPrefix("/") else { throw reader.invalid("file", "must be an absolute path") }
            return (.file(path: path), member)
        case (nil, let address?):
            guard let checked = try? HTTPURL(checking: address),
                checked.scheme == "https" || checked.isLoopback || MetadataServer.isLinkLocal(checked.host)
            else { throw reader.invalid("url", "must be https, or http to this machine") }
            return (.url(address, headers: headers), member)
        default:
            throw reader.invalid("file", "or `url` must be there, and only one of them")
        }
    }

    private static func headers(_ reader: JSONReader?) throws -> [HTTPHeader] {
        guard var reader else { return [] }
        var headers: [HTTPHeader] = []
        for name in reader.object.keys.sorted() { headers.append(HTTPHeader(name, try reader.string(name))) }
        return headers
    }

    private static func isLoopback(_ address: String) -> Bool {
        (try? HTTPURL(checking: address))?.isLoopback ?? false
    }
}
