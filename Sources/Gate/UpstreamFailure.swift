import Audit
import BigQuery
import Masking

extension GateFailure {
    /// What a caller is told of a failed call of BigQuery.
    ///
    /// BigQuery's text can quote values of the data, and even masked values tell something, so it is passed on only
    /// when no
    /// masked column takes part (`design` rule 8); otherwise the reason alone is.
    init(_ error: BigQueryError, masked: Bool) {
        let refusal = Refusal(
            code: "upstream.\(error.reason.code)",
            message: Self.message(of: error, masked: masked),
            position: nil,
            fix: Self.fix(error.reason)
        )
        self.init([refusal], wantsNewJob: error.reason.wantsNewJob)
    }

    private static func message(of error: BigQueryError, masked: Bool) -> String {
        guard let text = error.upstreamMessage?.sensitiveText, !text.isEmpty else { return error.description }
        guard !masked, error.reason.concernsQuery else { return error.description }
        // One line, so that no client shows text of the warehouse as if it were ours.
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return "\(error.description): \(line.prefix(500))"
    }

    private static func fix(_ reason: BigQueryError.Reason) -> String {
        switch reason {
        case .invalidQuery, .invalid:
            "correct the query; `estimate_query` shows the SQL that BigQuery is sent"
        case .bytesBilledLimitExceeded:
            "read less: select fewer columns, or filter on a partition column; the limit cannot be raised by a caller"
        case .resourcesExceeded, .responseTooLarge, .billingTierLimitExceeded:
            "make the query smaller: filter earlier, aggregate, or add a LIMIT"
        case .timeout, .stopped:
            "make the query smaller, or ask the operator for a longer time limit"
        case .accessDenied, .notFound, .billingNotEnabled, .blocked, .invalidUser, .unauthorized, .credentials,
            .tokenRefused:
            "ask the operator: the service account lacks a right, or its key is not accepted"
        case .rateLimitExceeded, .quotaExceeded, .backendError, .badGateway, .internalError, .jobBackendError,
            .jobInternalError, .jobRateLimitExceeded, .tableUnavailable, .tokenUnavailable, .resourceInUse, .transport:
            "try again in a while"
        case .conditionNotMet, .duplicate, .foreignJob, .unclearSend, .unexpectedAnswer, .notImplemented,
            .invalidRequest, .cancelled,
            .unknown:
            "tell the operator; the server's log has the job ID"
        }
    }
}

extension BigQueryError.Reason {
    /// The reason as the last part of a refusal's code: `bytes_billed_limit_exceeded`.
    var code: String {
        var code = ""
        for scalar in name.unicodeScalars {
            if ("A"..."Z").contains(scalar) { code += "_" }
            code += scalar == "." ? "_" : scalar.properties.lowercaseMapping
        }
        return code
    }

    /// Whether a job ended for a reason of BigQuery's own (`jobBackendError` and its kin ask for a new job ID).
    fileprivate var wantsNewJob: Bool {
        self == .jobBackendError || self == .jobInternalError || self == .jobRateLimitExceeded
    }

    /// What the log says of a job that a call ended with.
    var outcome: JobEnded.Outcome {
        switch self {
        case .stopped, .cancelled: .cancelled
        case .duplicate, .foreignJob: .withheld
        case .unclearSend, .transport, .unexpectedAnswer, .badGateway, .backendError, .internalError,
            .tableUnavailable, .rateLimitExceeded, .unauthorized, .tokenRefused, .tokenUnavailable, .unknown:
            .unknown
        case .accessDenied, .billingNotEnabled, .billingTierLimitExceeded, .blocked, .bytesBilledLimitExceeded,
            .conditionNotMet, .invalid, .invalidQuery, .invalidUser, .jobBackendError, .jobInternalError,
            .jobRateLimitExceeded,
            .notFound, .notImplemented, .quotaExceeded, .resourceInUse, .resourcesExceeded, .responseTooLarge,
            .timeout, .credentials, .invalidRequest:
            .failed
        }
    }

    /// Whether the caller's own query is what BigQuery complains about.
    var concernsQuery: Bool {
        switch self {
        case .invalidQuery, .invalid, .resourcesExceeded, .responseTooLarge, .notImplemented: true
        case .accessDenied, .backendError, .badGateway, .billingNotEnabled, .billingTierLimitExceeded, .blocked,
            .bytesBilledLimitExceeded, .conditionNotMet, .duplicate, .internalError, .invalidUser, .jobBackendError,
            .jobInternalError,
            .jobRateLimitExceeded, .notFound, .quotaExceeded, .rateLimitExceeded, .resourceInUse, .stopped,
            .tableUnavailable, .timeout, .unauthorized, .unknown, .transport, .unexpectedAnswer, .credentials,
            .tokenRefused, .tokenUnavailable, .invalidRequest, .unclearSend, .foreignJob, .cancelled:
            false
        }
    }
}
