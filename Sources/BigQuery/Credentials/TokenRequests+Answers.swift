internal import FoundationEssentials
internal import HTTPTransport
internal import JSON

/// Who is asked on the way to a token.
enum TokenParty: Sendable {
    case tokenEndpoint
    case tokenService
    case impersonation
    case metadataServer
    case subjectSource

    /// As errors name it.
    var name: String {
        switch self {
        case .tokenEndpoint: "the token endpoint"
        case .tokenService: "the security token service"
        case .impersonation: "the IAM Credentials API"
        case .metadataServer: "the metadata server"
        case .subjectSource: "the source of the workload's token"
        }
    }
}

extension BigQueryError {
    /// A token that could not be had; whatever needed it was not sent.
    init(token reason: Reason, _ detail: String, httpStatus: Int? = nil) {
        self.init(reason, detail: detail, httpStatus: httpStatus, mayHaveBeenSent: false)
    }
}

/// What the answers say. Only names of errors that are known are repeated, because what answers is not trusted.
extension TokenRequests {
    /// Answers that say that the same request may do better later.
    private static let transientErrors: Set<String> = ["internal_failure", "server_error", "temporarily_unavailable"]
    /// RFC 6749 5.2, RFC 8693 2.2.2, and <https://cloud.google.com/apis/design/errors>.
    private static let knownErrors: Set<String> = [
        "invalid_grant", "invalid_client", "invalid_request", "invalid_scope", "invalid_target", "unauthorized_client",
        "unsupported_grant_type", "access_denied", "PERMISSION_DENIED", "UNAUTHENTICATED", "NOT_FOUND",
        "INVALID_ARGUMENT", "FAILED_PRECONDITION", "RESOURCE_EXHAUSTED", "UNAVAILABLE", "INTERNAL",
    ]

    /// A token as OAuth has it (RFC 6749, 5.1).
    static func token(
        from answer: HTTPResponse,
        of party: TokenParty,
        now: Int64
    ) throws(TokenFailure) -> AccessToken {
        guard answer.status == 200 else { throw refusal(answer, of: party) }
        let document = try? JSONValue(parsing: answer.body)
        let text = SecretText(document?["access_token"]?.stringValue ?? "")
        guard text.isBearerToken, let seconds = document?["expires_in"]?.integerValue, (1...86_400).contains(seconds),
            document?["token_type"]?.stringValue?.lowercased() == "bearer"
        else { throw unreadable(answer, of: party) }
        return AccessToken(text: text, expires: now + seconds)
    }

    /// An answer that is good by its status and holds no token.
    static func unreadable(_ answer: HTTPResponse, of party: TokenParty) -> TokenFailure {
        let detail = "\(party.name) answered with \(BigQueryError.kind(of: answer))"
        return TokenFailure(BigQueryError(token: .tokenUnavailable, detail))
    }

    static func refusal(_ answer: HTTPResponse, of party: TokenParty) -> TokenFailure {
        let document = try? JSONValue(parsing: answer.body)
        let name = document?["error"]?.stringValue ?? document?["error"]?["status"]?.stringValue
        let isTransient =
            answer.status == 408 || answer.status == 429 || answer.status >= 500
            || transientErrors.contains(name ?? "")
        let shown = name.flatMap { knownErrors.contains($0) ? " with `\($0)`" : nil } ?? ""
        let detail = "\(party.name) answered HTTP \(answer.status)\(shown)"
        return TokenFailure(
            BigQueryError(token: .tokenRefused, detail, httpStatus: answer.status),
            transient: isTransient,
            refusesCredential: !isTransient && (answer.status == 401 || name == "invalid_grant"),
            serverTime: ServerTime.seconds(of: answer)
        )
    }

    // MARK: The workload's own token

    /// Reads the token that is exchanged, anew each time: it lives for minutes.
    func subjectToken(of external: ExternalAccount) async throws(TokenFailure) -> SecretText {
        let bytes: [UInt8]
        switch external.source {
        case .file(let path):
            bytes = try Self.content(of: path)
        case .url(let url, let headers):
            let answer = try await send(
                HTTPRequest(.get, url, headers: headers, responseBytesMax: Self.answerBytesMax),
                to: .subjectSource
            )
            guard answer.status == 200 else { throw Self.refusal(answer, of: .subjectSource) }
            bytes = answer.body
        }
        var text = String(validating: bytes, as: UTF8.self)
        if let member = external.subjectMember {
            text = (try? JSONValue(parsing: bytes))?[member]?.stringValue
        }
        let token = text.map { $0.filter { !$0.isWhitespace } } ?? ""
        guard !token.isEmpty, token.count == text?.trimmed.count else {
            let detail = "\(TokenParty.subjectSource.name) holds no token where the external account file says"
            throw TokenFailure(BigQueryError(token: .tokenUnavailable, detail))
        }
        return SecretText(token)
    }

    private static func content(of path: String) throws(TokenFailure) -> [UInt8] {
        let failure = TokenFailure(
            BigQueryError(token: .tokenUnavailable, "the workload's token `\(path)` cannot be read"),
            transient: true
        )
        guard let handle = FileReading.bytes(of: path, max: answerBytesMax) else { throw failure }
        return handle
    }
}

extension String {
    /// Without white space at its ends; a file that was written by a shell ends with a line feed.
    fileprivate var trimmed: Substring {
        let start = drop { $0.isWhitespace }
        guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...end]
    }
}
