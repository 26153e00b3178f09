internal import HTTPTransport

/// When a failed call is tried again; a table without state.
///
/// The reason decides before the HTTP status, because BigQuery reports `bytesBilledLimitExceeded`, for one, with a 500.
public struct RetryPolicy: Sendable, Hashable {
    /// What kind of call it was.
    public enum Operation: Sendable, Hashable, CaseIterable {
        /// One that changes nothing.
        case read
        /// `jobs.insert`: once sent, it may have made a job.
        case insert
        /// `jobs.cancel`: twice is as good as once.
        case cancel
        /// `tabledata.insertAll` of rows that can be told apart: twice is as good as once.
        case append
    }

    /// What to do now.
    public enum Decision: Sendable, Hashable {
        /// The same call again, after a pause.
        case retry(after: Duration)
        /// The job failed for no fault of its own; a new one, with a new ID and its own audit entry, may do better.
        case newJob(after: Duration)
        /// A job may have been made: `jobs.get` under its ID tells; never send it again blindly.
        case settle
        /// Nothing more.
        case fail
    }

    /// How often a call is made at most, the first time included.
    public var attemptsMax: Int
    /// The pause before the second attempt; it doubles for each further one.
    public var firstDelay: Duration
    /// The longest pause.
    public var delayMax: Duration

    /// Creates a policy.
    public init(attemptsMax: Int = 4, firstDelay: Duration = .milliseconds(500), delayMax: Duration = .seconds(8)) {
        self.attemptsMax = attemptsMax
        self.firstDelay = firstDelay
        self.delayMax = delayMax
    }

    /// What to do after a failure.
    ///
    /// - Parameters:
    ///   - attempt: how often the call was made, from 1.
    ///   - jitter: a random number from 0 to 1; the pause is shortened by up to half.
    public func decision(
        after error: BigQueryError,
        of operation: Operation,
        attempt: Int,
        jitter: Double = 0
    ) -> Decision {
        let verdict = verdict(on: error, of: operation)
        let delay = delay(after: attempt, jitter: jitter)
        switch verdict {
        case .settle, .fail: return verdict
        case .retry: return attempt < attemptsMax ? .retry(after: delay) : .fail
        case .newJob: return attempt < attemptsMax ? .newJob(after: delay) : .fail
        }
    }

    private func verdict(on error: BigQueryError, of operation: Operation) -> Decision {
        switch error.reason {
        case .rateLimitExceeded:
            // Refused before anything was done, so sending it again is safe for every operation.
            return .retry(after: .zero)
        case .jobBackendError, .jobInternalError, .jobRateLimitExceeded:
            return .newJob(after: .zero)
        case .backendError, .internalError, .badGateway, .tableUnavailable:
            return operation == .insert ? .settle : .retry(after: .zero)
        case .transport(let code):
            return verdict(on: code, of: operation, mayHaveBeenSent: error.mayHaveBeenSent)
        case .unexpectedAnswer, .unknown:
            if error.httpStatus == 429 { return .retry(after: .zero) }
            if operation == .insert {
                return error.httpStatus.map { (400..<500).contains($0) } == true ? .fail : .settle
            }
            return (error.httpStatus ?? 0) >= 500 ? .retry(after: .zero) : .fail
        case .cancelled:
            return operation == .insert && error.mayHaveBeenSent ? .settle : .fail
        case .accessDenied, .billingNotEnabled, .billingTierLimitExceeded, .blocked, .bytesBilledLimitExceeded,
            .conditionNotMet, .duplicate, .invalid, .invalidQuery, .invalidUser, .notFound, .notImplemented,
            .quotaExceeded,
            .resourceInUse, .resourcesExceeded, .responseTooLarge, .stopped, .timeout, .unauthorized, .credentials,
            .tokenRefused, .tokenUnavailable, .invalidRequest, .unclearSend, .foreignJob:
            return .fail
        }
    }

    private func verdict(
        on code: HTTPTransportError.Code,
        of operation: Operation,
        mayHaveBeenSent: Bool
    ) -> Decision {
        if operation == .insert, mayHaveBeenSent { return .settle }
        switch code {
        case .resolve, .connect, .timeout, .truncated, .connectionLost, .invalidResponse, .failed:
            return .retry(after: .zero)
        case .invalidRequest, .tls, .responseTooLarge, .cancelled, .shutDown:
            return .fail
        }
    }

    private func delay(after attempt: Int, jitter: Double) -> Duration {
        var delay = firstDelay
        var doubled = 1
        while doubled < attempt, delay < delayMax, delay != .zero {
            delay *= 2
            doubled += 1
        }
        return min(delay, delayMax) * (1 - 0.5 * min(max(jitter, 0), 1))
    }
}
