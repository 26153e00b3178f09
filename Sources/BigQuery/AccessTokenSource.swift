internal import FoundationEssentials
internal import HTTPTransport
internal import JSON

/// Where the access token of a service account comes from: fetched once for all who wait, kept until shortly before it
/// ends.
actor AccessTokenSource {
    /// How long before its end a token is replaced, as Google's own library does.
    static let refreshEarlySeconds: Int64 = 225
    /// After a failed refresh with a token that still counts, how long that token is used without another try.
    static let refreshPauseSeconds: Int64 = 10
    /// A token with less than this left is not used at all.
    static let lastSeconds: Int64 = 5
    private static let attemptsMax = 3
    private static let timeout = Duration.seconds(20)
    private static let answerBytesMax = 65_536
    /// Answers of the token endpoint that say it may do better later.
    private static let transientErrors: Set<String> = ["internal_failure", "server_error", "temporarily_unavailable"]

    private struct Token {
        let text: String
        let expires: Int64
    }

    private let key: ServiceAccountKey
    private let transport: HTTPTransport
    private let now: @Sendable () -> Int64
    private let firstDelay: Duration

    private var token: Token?
    private var pausedUntil: Int64 = .min
    private var isFetching = false
    private var waiting: [CheckedContinuation<Result<String, BigQueryError>?, Never>] = []

    /// Creates a source; nothing is fetched yet.
    init(key: ServiceAccountKey, transport: HTTPTransport) {
        self.init(key: key, transport: transport, firstDelay: .seconds(1)) {
            Int64(Date().timeIntervalSince1970)
        }
    }

    /// For tests: with a clock of their own (seconds since 1970) and without long pauses.
    init(
        key: ServiceAccountKey,
        transport: HTTPTransport,
        firstDelay: Duration,
        now: @escaping @Sendable () -> Int64
    ) {
        self.key = key
        self.transport = transport
        self.firstDelay = firstDelay
        self.now = now
    }

    /// A token that counts for a while yet.
    func accessToken() async throws(BigQueryError) -> String {
        while true {
            let time = now()
            if let token, time < token.expires - Self.refreshEarlySeconds || time < min(pausedUntil, token.expires) {
                return token.text
            }
            guard isFetching else { return try await refresh() }
            // The one who fetches shares what it gets; `nil` means that it gave up because it was cancelled.
            let shared = await withCheckedContinuation { waiting.append($0) }
            if let shared { return try shared.get() }
            if Task.isCancelled { throw Self.failure(.cancelled) }
        }
    }

    /// Forgets a token that BigQuery did not accept; one that came after it is kept.
    func reject(_ text: String) {
        if token?.text == text { token = nil }
    }

    private func refresh() async throws(BigQueryError) -> String {
        isFetching = true
        let fetched = await fetch()
        isFetching = false
        let result = settle(fetched)
        let waiters = waiting
        waiting = []
        var shared: Result<String, BigQueryError>? = result
        if case .failure(let error) = result, error.isCancellation { shared = nil }
        for waiter in waiters { waiter.resume(returning: shared) }
        return try result.get()
    }

    /// Keeps a new token; without one, the old one does as long as it counts.
    private func settle(_ fetched: Result<Token, BigQueryError>) -> Result<String, BigQueryError> {
        switch fetched {
        case .success(let new):
            token = new
            pausedUntil = .min
            return .success(new.text)
        case .failure(let error):
            let time = now()
            guard !error.isCancellation, let token, time < token.expires - Self.lastSeconds else {
                return .failure(error)
            }
            pausedUntil = time + Self.refreshPauseSeconds
            return .success(token.text)
        }
    }

    private func fetch() async -> Result<Token, BigQueryError> {
        var delay = firstDelay
        var attempt = 1
        while true {
            do {
                return .success(try await fetchOnce())
            } catch {
                guard attempt < Self.attemptsMax, error.isTransient else { return .failure(error.error) }
                guard (try? await Task.sleep(for: delay)) != nil else { return .failure(Self.failure(.cancelled)) }
                delay *= 2
                attempt += 1
            }
        }
    }

    private struct FetchFailure: Error {
        let error: BigQueryError
        let isTransient: Bool
    }

    private func fetchOnce() async throws(FetchFailure) -> Token {
        let time = now()
        let response: HTTPResponse
        do {
            let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
            let form = "grant_type=\(PercentEncoding.encode(grant))&assertion=\(try key.assertion(at: time))"
            response = try await transport.send(
                HTTPRequest(
                    .post,
                    key.tokenURL,
                    headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")],
                    body: Array(form.utf8),
                    timeout: Self.timeout,
                    responseBytesMax: Self.answerBytesMax
                )
            )
        } catch let error as HTTPTransportError {
            let transient: Set<HTTPTransportError.Code> = [.resolve, .connect, .timeout, .connectionLost, .truncated]
            let isCancelled = error.code == .cancelled
            throw FetchFailure(
                error: isCancelled ? Self.failure(.cancelled) : Self.failure(.tokenUnavailable, error.message),
                isTransient: transient.contains(error.code)
            )
        } catch {
            throw FetchFailure(error: error as? BigQueryError ?? Self.failure(.credentials), isTransient: false)
        }
        return try token(from: response, at: time)
    }

    private func token(from response: HTTPResponse, at time: Int64) throws(FetchFailure) -> Token {
        let document = try? JSONValue(parsing: response.body)
        guard response.status == 200 else { throw refusal(response, document?["error"]?.stringValue) }
        guard let text = document?["access_token"]?.stringValue, !text.isEmpty,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
            let seconds = document?["expires_in"]?.integerValue, (1...86_400).contains(seconds),
            document?["token_type"]?.stringValue?.lowercased() == "bearer"
        else {
            let detail = "the token endpoint answered with \(BigQueryError.kind(of: response))"
            throw FetchFailure(error: Self.failure(.tokenUnavailable, detail), isTransient: false)
        }
        return Token(text: text, expires: time + seconds)
    }

    /// Whatever happens here, the call that needs the token was not sent.
    private static func failure(_ reason: BigQueryError.Reason, _ detail: String? = nil) -> BigQueryError {
        BigQueryError(reason, detail: detail, mayHaveBeenSent: false)
    }

    private func refusal(_ response: HTTPResponse, _ name: String?) -> FetchFailure {
        let isTransient =
            response.status == 408 || response.status == 429 || response.status >= 500
            || Self.transientErrors.contains(name ?? "")
        let known: Set<String> = [
            "invalid_grant", "invalid_client", "invalid_request", "invalid_scope", "unauthorized_client",
            "unsupported_grant_type", "access_denied",
        ]
        let shown = name.flatMap { known.contains($0) ? " with `\($0)`" : nil } ?? ""
        let error = BigQueryError(
            .tokenRefused,
            detail: "it answered HTTP \(response.status)\(shown)",
            httpStatus: response.status,
            mayHaveBeenSent: false
        )
        return FetchFailure(error: error, isTransient: isTransient)
    }
}

extension BigQueryError {
    /// Whether the call ended because its task did.
    var isCancellation: Bool { reason == .cancelled }
}
