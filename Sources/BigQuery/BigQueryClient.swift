internal import FoundationEssentials
public import HTTPTransport
internal import JSON

/// BigQuery over its REST interface, for one billing project in one location, under one service account.
///
/// It runs nothing for callers but a `MaskedQuery` that the audit log has a receipt for.
public final class BigQueryClient: Sendable {
    /// What is fixed for all calls.
    public struct Configuration: Sendable, Hashable {
        /// Where BigQuery is.
        public let endpoint: BigQueryEndpoint
        /// The project that runs and pays for jobs.
        public let project: String
        /// Where all jobs run, such as `US`.
        public let location: String
        /// When failed calls are made again.
        public var retry: RetryPolicy
        /// The time that one call has.
        public var timeout: Duration

        /// Creates a configuration.
        public init(
            endpoint: BigQueryEndpoint = .google,
            project: String,
            location: String,
            retry: RetryPolicy = RetryPolicy(),
            timeout: Duration = .seconds(60)
        ) {
            self.endpoint = endpoint
            self.project = project
            self.location = location
            self.retry = retry
            self.timeout = timeout
        }
    }

    /// The largest answer but for pages of rows, in bytes.
    static let answerBytesMax = 16_000_000
    /// The largest page of rows, in bytes: over BigQuery's own limit of 20 MB.
    static let pageBytesMax = 32_000_000

    /// What is fixed for all calls.
    public let configuration: Configuration
    /// The account under which all calls are made.
    public let accountEmail: String
    private let tokens: AccessTokenSource
    private let transport: HTTPTransport

    /// Creates a client; nothing is sent yet.
    public init(configuration: Configuration, credentials: CredentialSource, transport: HTTPTransport) {
        self.configuration = configuration
        self.accountEmail = credentials.account
        self.transport = transport
        self.tokens = AccessTokenSource(credentials)
    }

    /// Creates a client with a key that is never read again, for what ends soon.
    public convenience init(configuration: Configuration, key: ServiceAccountKey, transport: HTTPTransport) {
        let source = CredentialSource(key: key, endpoint: configuration.endpoint, transport: transport)
        self.init(configuration: configuration, credentials: source, transport: transport)
    }

    /// Fetches an access token if there is none, so that a credential that is not accepted shows before a caller comes.
    public func checkCredentials() async throws(BigQueryError) { _ = try await tokens.accessToken() }

    /// Whether there is an access token that counts; nothing is fetched to find out.
    public var hasAccessToken: Bool { get async { await tokens.hasToken } }

    /// Reads the credential's file again, because the operator says that it changed.
    public func rereadCredentials() async { await tokens.reread() }

    // MARK: Calls

    /// One call: what is sent and what may come back.
    struct Call: Sendable {
        let method: HTTPMethod
        let url: String
        var body: [UInt8]?
        /// The etag that the resource must still have; null: any.
        var ifMatch: String?
        var timeout: Duration?
        var answerBytesMax = BigQueryClient.answerBytesMax
    }

    /// Makes a call that may be repeated as often as the policy says, and not begun again once its time is over.
    func repeating(_ call: Call, as operation: RetryPolicy.Operation) async throws(BigQueryError) -> JSONReader {
        var attempt = 1
        let clock = ContinuousClock()
        let deadline = clock.now + (call.timeout ?? configuration.timeout)
        while true {
            do {
                return try await once(call)
            } catch {
                let jitter = Double.random(in: 0..<1)
                let decision = configuration.retry.decision(
                    after: error,
                    of: operation,
                    attempt: attempt,
                    jitter: jitter
                )
                guard case .retry(let delay) = decision, clock.now + delay < deadline else { throw error }
                try await Self.pause(delay)
                attempt += 1
            }
        }
    }

    /// Makes a call once; twice only if the access token was refused, because then nothing was done.
    @concurrent
    func once(_ call: Call) async throws(BigQueryError) -> JSONReader {
        let token = try await tokens.accessToken()
        let first = try await answer(to: call, token: token)
        guard first.status == 401 else { return try Self.document(of: first) }
        await tokens.reject(token, first)
        return try Self.document(of: try await answer(to: call, token: try await tokens.accessToken()))
    }

    private func answer(to call: Call, token: AccessToken) async throws(BigQueryError) -> HTTPResponse {
        var headers = [token.authorization, HTTPHeader("Accept", "application/json")]
        if call.body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
        if let etag = call.ifMatch { headers.append(HTTPHeader("If-Match", etag)) }
        do {
            return try await transport.send(
                HTTPRequest(
                    call.method,
                    call.url,
                    headers: headers,
                    body: call.body,
                    timeout: call.timeout ?? configuration.timeout,
                    responseBytesMax: call.answerBytesMax
                )
            )
        } catch {
            throw BigQueryError(error)
        }
    }

    /// The JSON object of a good answer, or the error that another one stands for.
    private static func document(of response: HTTPResponse) throws(BigQueryError) -> JSONReader {
        guard (200..<300).contains(response.status) else { throw BigQueryError(answer: response) }
        do {
            return try JSONReader(parsing: response.body, limits: JSONLimits(bytesMax: pageBytesMax))
        } catch {
            let detail = "HTTP \(response.status) with \(BigQueryError.kind(of: response)) (\(error))"
            throw BigQueryError(.unexpectedAnswer, detail: detail, httpStatus: response.status)
        }
    }

    /// Reads an answer; what cannot be read is an error of upstream's.
    static func decode<Result>(
        _ answer: JSONReader,
        _ read: (JSONReader) throws(JSONError) -> Result
    ) throws(BigQueryError) -> Result {
        do {
            return try read(answer)
        } catch {
            throw BigQueryError(.unexpectedAnswer, detail: "\(error)", httpStatus: 200)
        }
    }

    /// Waits, unless the task is cancelled.
    static func pause(_ delay: Duration) async throws(BigQueryError) {
        do {
            try await Task.sleep(for: delay)
        } catch {
            throw BigQueryError(.cancelled)
        }
    }
}
