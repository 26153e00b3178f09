import HTTPTransport
import Testing

@testable import BigQuery

@Suite("Retries")
struct RetryPolicyTests {
    /// What is done after the first failure: for a read, an insert, a cancel. `r` again, `j` new job, `s` settle,
    /// `f` fail.
    static let table: [(BigQueryError.Reason, Int?, String)] = [
        (.rateLimitExceeded, 403, "rrr"), (.backendError, 503, "rsr"), (.internalError, 500, "rsr"),
        (.badGateway, 502, "rsr"), (.tableUnavailable, 400, "rsr"),
        (.jobBackendError, 400, "jjj"), (.jobInternalError, 400, "jjj"), (.jobRateLimitExceeded, 400, "jjj"),
        (.bytesBilledLimitExceeded, 500, "fff"), (.quotaExceeded, 403, "fff"), (.accessDenied, 403, "fff"),
        (.blocked, 403, "fff"), (.billingNotEnabled, 403, "fff"), (.billingTierLimitExceeded, 400, "fff"),
        (.invalid, 400, "fff"), (.invalidQuery, 400, "fff"), (.invalidUser, 400, "fff"), (.notFound, 404, "fff"),
        (.duplicate, 409, "fff"), (.resourcesExceeded, 400, "fff"), (.responseTooLarge, 403, "fff"),
        (.stopped, 200, "fff"), (.timeout, 400, "fff"), (.resourceInUse, 400, "fff"), (.notImplemented, 501, "fff"),
        (.unauthorized, 401, "fff"), (.credentials, nil, "fff"), (.tokenRefused, 400, "fff"),
        (.tokenUnavailable, nil, "fff"), (.invalidRequest, nil, "fff"), (.unclearSend, nil, "fff"),
        (.foreignJob, nil, "fff"), (.cancelled, nil, "fsf"),
        (.unknown("somethingNew"), 400, "fff"), (.unknown("somethingNew"), 500, "rsr"),
        (.unknown("slowDown"), 429, "rrr"),
        (.unexpectedAnswer, 200, "fsf"), (.unexpectedAnswer, 502, "rsr"), (.unexpectedAnswer, 404, "fff"),
    ]

    @Test(arguments: table)
    func `the reason decides before the status`(reason: BigQueryError.Reason, status: Int?, expected: String) {
        #expect(decisions(BigQueryError(reason, httpStatus: status)) == expected)
    }

    static let transport: [(HTTPTransportError.Code, Bool, String)] = [
        (.connect, false, "rrr"), (.resolve, false, "rrr"), (.timeout, false, "rrr"), (.timeout, true, "rsr"),
        (.connectionLost, true, "rsr"), (.truncated, true, "rsr"), (.invalidResponse, true, "rsr"),
        (.responseTooLarge, true, "fsf"), (.tls, false, "fff"), (.cancelled, true, "fsf"), (.cancelled, false, "fff"),
        (.shutDown, true, "fsf"), (.invalidRequest, false, "fff"),
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
