internal import HTTPTransport

extension BigQueryError.Reason {
    /// The reasons that BigQuery sends under the name of the case.
    private static let named: [String: BigQueryError.Reason] = [
        "accessDenied": .accessDenied, "forbidden": .accessDenied, "backendError": .backendError,
        "badGateway": .badGateway, "billingNotEnabled": .billingNotEnabled,
        "billingTierLimitExceeded": .billingTierLimitExceeded, "blocked": .blocked,
        "bytesBilledLimitExceeded": .bytesBilledLimitExceeded, "conditionNotMet": .conditionNotMet,
        "duplicate": .duplicate,
        "internalError": .internalError, "invalid": .invalid, "badRequest": .invalid,
        "invalidQuery": .invalidQuery, "invalidUser": .invalidUser, "jobBackendError": .jobBackendError,
        "jobInternalError": .jobInternalError, "jobRateLimitExceeded": .jobRateLimitExceeded,
        "notFound": .notFound, "notImplemented": .notImplemented, "quotaExceeded": .quotaExceeded,
        "rateLimitExceeded": .rateLimitExceeded, "resourceInUse": .resourceInUse,
        "resourcesExceeded": .resourcesExceeded, "responseTooLarge": .responseTooLarge, "stopped": .stopped,
        "tableUnavailable": .tableUnavailable, "timeout": .timeout, "authError": .unauthorized,
        "required": .unauthorized,
    ]

    /// Longest unknown reason that is kept, in characters.
    private static let unknownMax = 64

    /// Reads a reason as BigQuery sends it.
    init(upstream name: String) {
        self = Self.named[name] ?? .unknown(Self.cleaned(name))
    }

    /// The reason's name: BigQuery's own, or one of ours in the same spelling.
    public var name: String {
        switch self {
        case .unknown(let name): name
        case .transport(let code): "transport.\(code)"
        // The cases are spelled as BigQuery spells its reasons.
        default: "\(self)"
        }
    }

    /// One line for people.
    var summary: String {
        switch self {
        case .transport: "BigQuery could not be reached"
        case .unexpectedAnswer: "what answered is not BigQuery"
        case .credentials: "the service-account key cannot be used"
        case .tokenRefused: "the token endpoint refused the service account"
        case .tokenUnavailable: "no access token could be had"
        case .invalidRequest: "the request cannot be sent"
        case .unclearSend: "it is not known whether the job was made"
        case .foreignJob: "a job under this ID is not the one that was sent"
        case .cancelled: "the call was cancelled"
        case .unauthorized: "BigQuery did not accept the access token"
        case .accessDenied: "BigQuery denied access (`accessDenied`)"
        case .notFound: "BigQuery does not find it (`notFound`)"
        default: "BigQuery answered with an error (`\(name)`)"
        }
    }

    /// Upstream's names are not trusted to be names.
    private static func cleaned(_ name: String) -> String {
        let kept = name.unicodeScalars.filter { scalar in
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || scalar == "_"
        }
        return String(String.UnicodeScalarView(kept).prefix(unknownMax))
    }
}
