internal import FoundationEssentials
internal import HTTPTransport

/// Where access tokens come from: fetched once for all who wait, kept until shortly before their end.
actor AccessTokenSource {
    /// How long before its end a token is replaced, as Google's own library does.
    static let refreshEarlySeconds: Int64 = 225
    /// After a failed refresh with a token that still counts, how long that token is used without another try.
    static let refreshPauseSeconds: Int64 = 10
    /// A token with less than this left is not used at all.
    static let lastSeconds: Int64 = 5
    /// Clocks that differ by less agree; by more than the largest difference, whoever says so is not believed.
    static let skewSeconds: ClosedRange<Int64> = 30...86_400
    private static let attemptsMax = 3

    private let source: CredentialSource
    private let requests: TokenRequests
    private let now: @Sendable () -> Int64
    private let firstDelay: Duration

    private var token: AccessToken?
    /// Whether the token is of a credential that is no longer in force; it does until there is another one.
    private var isStale = false
    private var pausedUntil: Int64 = .min
    private var isFetching = false
    private var isFailing = false
    /// By how much Google's clock is ahead of this machine's, as far as that was needed.
    private var skew: Int64 = 0
    private var waiting: [CheckedContinuation<Result<AccessToken, BigQueryError>?, Never>] = []

    /// Creates a source; nothing is fetched yet.
    init(_ source: CredentialSource) {
        self.init(source, firstDelay: .seconds(1)) { Int64(Date().timeIntervalSince1970) }
    }

    /// For tests: with a clock of their own (seconds since 1970) and without long pauses.
    init(_ source: CredentialSource, firstDelay: Duration, now: @escaping @Sendable () -> Int64) {
        self.source = source
        self.requests = TokenRequests(transport: source.transport)
        self.firstDelay = firstDelay
        self.now = now
    }

    /// Whether there is a token that counts; nothing is fetched to find out.
    var hasToken: Bool {
        guard let token else { return false }
        return now() < token.expires - Self.lastSeconds
    }

    /// A token that counts for a while yet.
    func accessToken() async throws(BigQueryError) -> AccessToken {
        while true {
            let time = now()
            if let token {
                let isFresh = !isStale && time < token.expires - Self.refreshEarlySeconds
                if isFresh || time < min(pausedUntil, token.expires) { return token }
            }
            guard isFetching else { return try await refresh() }
            // The one who fetches shares what it gets; `nil` means that it gave up because it was cancelled.
            let shared = await withCheckedContinuation { waiting.append($0) }
            if let shared { return try shared.get() }
            if Task.isCancelled { throw BigQueryError(.cancelled, mayHaveBeenSent: false) }
        }
    }

    /// Forgets a token that BigQuery did not accept; one that came after it is kept.
    ///
    /// - Parameter answer: what BigQuery answered: a key's own tokens are refused when this machine's clock is wrong.
    func reject(_ refused: AccessToken, _ answer: HTTPResponse) {
        guard token == refused else { return }
        token = nil
        if case .key(_, selfSigned: true) = source.credential.origin { _ = learn(ServerTime.seconds(of: answer)) }
        _ = source.reread(unseenOnly: false)
    }

    /// Reads the credential's file again; when it changed, the next call gets a token of the new one.
    func reread() {
        guard source.reread(unseenOnly: false) else { return }
        isStale = true
        pausedUntil = .min
    }

    private func refresh() async throws(BigQueryError) -> AccessToken {
        isFetching = true
        let fetched = await fetch()
        isFetching = false
        let result = settle(fetched)
        let waiters = waiting
        waiting = []
        var shared: Result<AccessToken, BigQueryError>? = result
        if case .failure(let error) = result, error.isCancellation { shared = nil }
        for waiter in waiters { waiter.resume(returning: shared) }
        return try result.get()
    }

    /// Keeps a new token; without one, the old one does as long as it counts.
    private func settle(_ fetched: Result<AccessToken, BigQueryError>) -> Result<AccessToken, BigQueryError> {
        switch fetched {
        case .success(let new):
            token = new
            isStale = false
            pausedUntil = .min
            if isFailing { source.tell(.tokenObtained) }
            isFailing = false
            return .success(new)
        case .failure(let error):
            guard !error.isCancellation else { return .failure(error) }
            if !isFailing { source.tell(.tokenFailed(error)) }
            isFailing = true
            let time = now()
            guard let token, time < token.expires - Self.lastSeconds else { return .failure(error) }
            pausedUntil = time + Self.refreshPauseSeconds
            return .success(token)
        }
    }

    /// Fetches a token. One that is refused is asked for once more, if the clock was wrong or the file is another one.
    private func fetch() async -> Result<AccessToken, BigQueryError> {
        _ = source.reread(unseenOnly: true)
        var result = await fetchPatiently()
        for attempt in 1...2 {
            guard case .failure(let failure) = result, failure.refusesCredential else { break }
            let mayDoBetter = attempt == 1 ? source.reread(unseenOnly: false) : learn(failure.serverTime)
            if mayDoBetter { result = await fetchPatiently() }
        }
        return result.mapError(\.error)
    }

    /// Fetches a token; trouble that may pass is waited for.
    private func fetchPatiently() async -> Result<AccessToken, TokenFailure> {
        var delay = firstDelay
        var attempt = 1
        while true {
            do throws(TokenFailure) {
                return .success(try await requests.token(of: source.credential, now: now(), skew: skew))
            } catch {
                guard attempt < Self.attemptsMax, error.isTransient else { return .failure(error) }
                guard (try? await Task.sleep(for: delay)) != nil else {
                    return .failure(TokenFailure(BigQueryError(.cancelled, mayHaveBeenSent: false)))
                }
                delay *= 2
                attempt += 1
            }
        }
    }

    /// Takes over what time it is at Google's; whether that is news.
    private func learn(_ serverTime: Int64?) -> Bool {
        guard let serverTime else { return false }
        let difference = serverTime - now()
        guard difference.magnitude <= Self.skewSeconds.upperBound else { return false }
        let learnt = Self.skewSeconds.contains(Int64(difference.magnitude)) ? difference : 0
        defer { skew = learnt }
        return (learnt - skew).magnitude >= Self.skewSeconds.lowerBound
    }
}

extension BigQueryError {
    /// Whether the call ended because its task did.
    var isCancellation: Bool { reason == .cancelled }
}
