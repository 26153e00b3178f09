import HTTPTransport
import Testing

@testable import BigQuery

@Suite("Retries")
struct RetryPolicyTests {
    /// What is done after the first failure: for a read, an insert, a cancel, rows added. `r` again, `j` new job, `s` settle,
    /// `f` fail.
    static let table: [(BigQueryError.Reason, Int?, String)] = [
        (.rateLimitExceeded, 403, "rrrr"), (.backendError, 503, "rsrr"), (.internalError, 500, "rsrr"),
        (.badGateway, 502, "rsrr"), (.tableUnavailable, 400, "rsrr"),
        (.jobBackendError, 400, "jjjj"), (.jobInternalError, 400, "jjjj"), (.jobRateLimitExceeded, 400, "jjjj"),
        (.bytesBilledLimitExceeded, 500, "ffff"), (.quotaExceeded, 403, "ffff"), (.accessDenied, 403, "ffff"),
        (.blocked, 403, "ffff"), (.billingNotEnabled, 403, "ffff"), (.billingTierLimitExceeded, 400, "ffff"),
        (.invalid, 400, "ffff"), (.invalidQuery, 400, "ffff"), (.invalidUser, 400, "ffff"), (.notFound, 404, "ffff"),
        (.duplicate, 409, "ffff"), (.resourcesExceeded, 400, "ffff"), (.responseTooLarge, 403, "ffff"),
        (.stopped, 200, "ffff"), (.timeout, 400, "ffff"), (.resourceInUse, 400, "ffff"), (.notImplemented, 501, "ffff"),
        (.unauthorized, 401, "ffff"), (.credentials, nil, "ffff"), (.tokenRefused, 400, "ffff"),
        (.tokenUnavailable, nil, "ffff"), (.invalidRequest, nil, "ffff"), (.unclearSend, nil, "ffff"),
        (.foreignJob, nil, "ffff"), (.cancelled, nil, "fsff"),
        (.unknown("somethingNew"), 400, "ffff"), (.unknown("somethingNew"), 500, "rsrr"),
        (.unknown("slowDown"), 429, "rrrr"),
        (.unexpectedAnswer, 200, "fsff"), (.unexpectedAnswer, 502, "rsrr"), (.unexpectedAnswer, 404, "ffff"),
    ]

    @Test(arguments: table)
    func `the reason decides before the status`(reason: BigQueryError.Reason, status: Int?, expected: String) {
        #expect(decisions(BigQueryError(reason, httpStatus: status)) == expected)
    }

    static let transport: [(HTTPTransportError.Code, Bool, String)] = [
        (.connect, false, "rrrr"), (.resolve, false, "rrrr"), (.timeout, false, "rrrr"), (.timeout, true, "rsrr"),
        (.connectionLost, true, "rsrr"), (.truncated, true, "rsrr"), (.invalidResponse, true, "rsrr"),
        (.responseTooLarge, true, "fsff"), (.tls, false, "ffff"), (.cancelled, true, "fsff"),
        (.cancelled, false, "ffff"),
        (.shutDown, true, "fsff"), (.invalidRequest, false, "ffff"),
    ]

    @Test(arguments: transport)
    func `an insert that may have left is settled, never sent again`(
        code: HTTPTransportError.Code,
        mayHaveBeenSent: Bool,
        expected: String
    ) {
        #expect(decisions(BigQueryError(.transport(code), mayHaveBeenSent: mayHaveBeenSent)) == expected)
    }

    @Test
    func `pauses double up to their limit, and attempts end`() {
        let policy = RetryPolicy(attemptsMax: 5, firstDelay: .seconds(1), delayMax: .seconds(3))
        let error = BigQueryError(.rateLimitExceeded, httpStatus: 403)
        let decisions = (1...5).map { policy.decision(after: error, of: .read, attempt: $0) }
        #expect(
            decisions == [
                .retry(after: .seconds(1)), .retry(after: .seconds(2)), .retry(after: .seconds(3)),
                .retry(after: .seconds(3)), .fail,
            ]
        )
        #expect(policy.decision(after: error, of: .read, attempt: 2, jitter: 1) == .retry(after: .seconds(1)))
        #expect(policy.decision(after: error, of: .read, attempt: .max) == .fail)
    }

    private func decisions(_ error: BigQueryError) -> String {
        RetryPolicy.Operation.allCases.map { operation in
            switch RetryPolicy().decision(after: error, of: operation, attempt: 1) {
            case .retry: "r"
            case .newJob: "j"
            case .settle: "s"
            case .fail: "f"
            }
        }.joined()
    }
}
