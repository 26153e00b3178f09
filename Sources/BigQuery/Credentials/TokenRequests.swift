internal import FoundationEssentials
internal import HTTPTransport
internal import JSON

/// Why a token could not be had.
struct TokenFailure: Error {
    let error: BigQueryError
    /// Whether the same request may do better in a moment.
    let isTransient: Bool
    /// Whether the credential itself was refused, so that another version of it may do better.
    let refusesCredential: Bool
    /// What time it is for whoever refused, in seconds since 1970.
    let serverTime: Int64?

    init(_ error: BigQueryError, transient: Bool = false, refusesCredential: Bool = false, serverTime: Int64? = nil) {
        self.error = error
        self.isTransient = transient
        self.refusesCredential = refusesCredential
        self.serverTime = serverTime
    }
}

/// The requests by which tokens are had, each made once.
struct TokenRequests: Sendable {
    private static let timeout = Duration.seconds(20)
    /// The metadata server is next door; Google's own library gives it 3 s.
    private static let metadataTimeout = Duration.seconds(5)
    static let answerBytesMax = 65_536
    /// How often the metadata server is asked for the account, which in a cluster can come up after the workload
    /// (<https://cloud.google.com/kubernetes-engine/docs/how-to/workload-identity#limitations>), and the first pause.
    private static let accountAttempts = (count: 6, delay: Duration.milliseconds(250))

    let transport: HTTPTransport

    /// A token of a credential.
    ///
    /// - Parameters:
    ///   - now: seconds since 1970 by this machine's clock, by which the token's end is told.
    ///   - skew: by how much Google's clock is ahead of it.
    func token(of credential: Credential, now: Int64, skew: Int64) async throws(TokenFailure) -> AccessToken {
        let scope = credential.originScope
        var token: AccessToken
        switch credential.origin {
        case .key(let key, selfSigned: true):
            let text = try signed { () throws(BigQueryError) in try key.selfSignedToken(scope: scope, at: now + skew) }
            token = AccessToken(text: text, expires: now + ServiceAccountKey.assertionSeconds)
        case .key(let key, selfSigned: false):
            token = try await granted(to: key, scope: scope, now: now, skew: skew)
        case .external(let external):
            token = try await exchanged(external, scope: scope, now: now)
        case .metadata(let server):
            let answer = try await metadata(server.tokenURL(scope: scope))
            token = try Self.token(from: answer, of: .metadataServer, now: now)
        }
        for (index, step) in credential.impersonations.enumerated() {
            let isLast = index == credential.impersonations.count - 1
            let scope = isLast ? Credential.scope : Impersonation.sourceScope
            token = try await impersonated(step, by: token, scope: scope, now: now)
        }
        return token
    }

    /// The account of the metadata server; it is asked some times, because it may still be starting.
    func account(of credential: Credential) async throws(BigQueryError) -> String {
        guard case .metadata(let server) = credential.origin else {
            throw BigQueryError(credentials: "the credential names no account")
        }
        var (attempt, delay) = (1, Self.accountAttempts.delay)
        while true {
            do throws(TokenFailure) {
                let answer = try await metadata(server.emailURL)
                let text = String(decoding: answer.body, as: UTF8.self)
                guard answer.status == 200, EmailAddress.isValid(text) else {
                    throw Self.refusal(answer, of: .metadataServer)
                }
                return text
            } catch {
                guard error.isTransient, attempt < Self.accountAttempts.count else { throw error.error }
            }
            try await BigQueryClient.pause(delay)
            (attempt, delay) = (attempt + 1, delay * 2)
        }
    }

    // MARK: Steps

    private func granted(
        to key: ServiceAccountKey,
        scope: String,
        now: Int64,
        skew: Int64
    ) async throws(TokenFailure) -> AccessToken {
        let assertion = try signed { () throws(BigQueryError) in try key.assertion(scope: scope, at: now + skew) }
        let answer = try await post(
            key.tokenURL,
            form: [("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", assertion.revealed)],
            to: .tokenEndpoint
        )
        return try Self.token(from: answer, of: .tokenEndpoint, now: now)
    }

    /// RFC 8693, as <https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token> takes it.
    private func exchanged(
        _ external: ExternalAccount,
        scope: String,
        now: Int64
    ) async throws(TokenFailure) -> AccessToken {
        let subject = try await subjectToken(of: external)
        let answer = try await post(
            external.tokenURL,
            form: [
                ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"), ("audience", external.audience),
                ("scope", scope), ("requested_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                ("subject_token", subject.revealed), ("subject_token_type", external.subjectTokenType),
            ],
            to: .tokenService
        )
        return try Self.token(from: answer, of: .tokenService, now: now)
    }

    private func impersonated(
        _ step: Impersonation,
        by token: AccessToken,
        scope: String,
        now: Int64
    ) async throws(TokenFailure) -> AccessToken {
        var body: JSONObject = ["scope": [.string(scope)], "lifetime": .string("\(step.lifetimeSeconds)s")]
        if !step.delegates.isEmpty {
            let names = step.delegates.map { JSONValue.string("projects/-/serviceAccounts/\($0)") }
            body["delegates"] = .array(names)
        }
        let answer = try await send(
            HTTPRequest(
                .post,
                step.url,
                headers: [HTTPHeader("Content-Type", "application/json"), token.authorization],
                body: body.serialized(),
                timeout: Self.timeout,
                responseBytesMax: Self.answerBytesMax
            ),
            to: .impersonation
        )
        let document = try? JSONValue(parsing: answer.body)
        guard answer.status == 200 else { throw Self.refusal(answer, of: .impersonation) }
        let text = SecretText(document?["accessToken"]?.stringValue ?? "")
        guard text.isBearerToken, let end = document?["expireTime"]?.stringValue.flatMap(ServerTime.seconds(timestamp:))
        else { throw Self.unreadable(answer, of: .impersonation) }
        // By the clock of whoever wrote it, which need not be this machine's.
        let left = end - (ServerTime.seconds(of: answer) ?? now)
        guard left > 0 else { throw Self.unreadable(answer, of: .impersonation) }
        return AccessToken(text: text, expires: now + min(left, step.lifetimeSeconds))
    }

    private func metadata(_ url: String) async throws(TokenFailure) -> HTTPResponse {
        let request = HTTPRequest(
            .get,
            url,
            headers: [MetadataServer.flavor],
            timeout: Self.metadataTimeout,
            responseBytesMax: Self.answerBytesMax
        )
        let answer = try await send(request, to: .metadataServer)
        guard answer.header(named: MetadataServer.flavor.name) == MetadataServer.flavor.value else {
            let detail = "what answered at \(request) is not the metadata server"
            throw TokenFailure(BigQueryError(token: .tokenUnavailable, detail))
        }
        return answer
    }

    private func signed(
        _ sign: () throws(BigQueryError) -> SecretText
    ) throws(TokenFailure) -> SecretText {
        do {
            return try sign()
        } catch {
            throw TokenFailure(error)
        }
    }

    private func post(
        _ url: String,
        form: [(name: String, value: String)],
        to party: TokenParty
    ) async throws(TokenFailure) -> HTTPResponse {
        let body = form.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        return try await send(
            HTTPRequest(
                .post,
                url,
                headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")],
                body: Array(body.joined(separator: "&").utf8),
                timeout: Self.timeout,
                responseBytesMax: Self.answerBytesMax
            ),
            to: party
        )
    }

    func send(_ request: HTTPRequest, to party: TokenParty) async throws(TokenFailure) -> HTTPResponse {
        do {
            return try await transport.send(request)
        } catch {
            let passing: Set<HTTPTransportError.Code> = [.resolve, .connect, .timeout, .connectionLost, .truncated]
            guard error.code != .cancelled else {
                throw TokenFailure(BigQueryError(.cancelled, mayHaveBeenSent: false))
            }
            let failure = BigQueryError(token: .tokenUnavailable, "\(party.name): \(error.message)")
            throw TokenFailure(failure, transient: passing.contains(error.code))
        }
    }
}
