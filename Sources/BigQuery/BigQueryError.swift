public import HTTPTransport

/// Text that BigQuery wrote, which can quote values of the data.
///
/// Shown nowhere by itself: its description hides it, and only a caller who knows that no masked table is involved
/// may ask for ``sensitiveText``.
public struct UpstreamMessage: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// Longest text that is kept, in characters.
    static let charactersMax = 4_000

    /// The text as it came.
    public let sensitiveText: String

    init(_ text: String) { sensitiveText = String(text.prefix(Self.charactersMax)) }

    /// Nothing of the text.
    public var description: String { "(hidden)" }
    /// As ``description``.
    public var debugDescription: String { description }
    /// Hides the text from `dump` and from test failures.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why a call of BigQuery, or of the token endpoint, did not succeed.
///
/// The description is made of the reason alone; what upstream wrote stays in ``upstreamMessage``.
public struct BigQueryError: Error, Sendable, Hashable, CustomStringConvertible {
    /// BigQuery's reasons (<https://cloud.google.com/bigquery/docs/error-messages>), and those of our own.
    public enum Reason: Sendable, Hashable {
        case accessDenied
        case backendError
        case badGateway
        case billingNotEnabled
        case billingTierLimitExceeded
        case blocked
        case bytesBilledLimitExceeded
        /// The resource has another etag than the request names (HTTP 412).
        case conditionNotMet
        case duplicate
        case internalError
        case invalid
        case invalidQuery
        case invalidUser
        case jobBackendError
        case jobInternalError
        case jobRateLimitExceeded
        case notFound
        case notImplemented
        case quotaExceeded
        case rateLimitExceeded
        case resourceInUse
        case resourcesExceeded
        case responseTooLarge
        case stopped
        case tableUnavailable
        case timeout
        /// The access token was not accepted (HTTP 401).
        case unauthorized
        /// A reason that this version does not know; letters, digits and `_` only.
        case unknown(String)

        /// No complete answer came.
        case transport(HTTPTransportError.Code)
        /// What came is no answer of BigQuery's: HTML, broken JSON, or another shape.
        case unexpectedAnswer
        /// The service-account key cannot be used.
        case credentials
        /// The token endpoint refused the service account.
        case tokenRefused
        /// The token endpoint could not be reached, or what answered is not one.
        case tokenUnavailable
        /// The request cannot be sent as it is.
        case invalidRequest
        /// A job may or may not have been made, and cannot be found.
        case unclearSend
        /// A job under our ID is not the one that was sent.
        case foreignJob
        /// The task was cancelled.
        case cancelled
    }

    /// Where in the SQL that was sent, as BigQuery counts.
    public struct Place: Sendable, Hashable {
        /// The line, from 1.
        public let line: Int
        /// The column, from 1.
        public let column: Int
    }

    /// What happened; decisions look here first, because BigQuery's HTTP status can mislead.
    public let reason: Reason
    /// The HTTP status, where an answer came.
    public let httpStatus: Int?
    /// What BigQuery says the error is at: a name such as `query`, never the text.
    public let location: String?
    /// Where in the SQL that was sent, if BigQuery's text says it.
    public let place: Place?
    /// What BigQuery wrote; may quote data.
    public let upstreamMessage: UpstreamMessage?
    /// Whether the server may have acted on the request.
    public let mayHaveBeenSent: Bool
    /// More about the reason, written here and free of data.
    public let detail: String?

    init(
        _ reason: Reason,
        detail: String? = nil,
        httpStatus: Int? = nil,
        upstream: UpstreamText? = nil,
        mayHaveBeenSent: Bool = true
    ) {
        self.reason = reason
        self.detail = detail
        self.httpStatus = httpStatus
        self.location = upstream?.location
        self.place = upstream?.place
        self.upstreamMessage = upstream.map { UpstreamMessage($0.message) }
        self.mayHaveBeenSent = mayHaveBeenSent
    }

    init(_ error: HTTPTransportError) {
        self.init(
            error.code == .cancelled ? .cancelled : .transport(error.code),
            detail: error.message,
            mayHaveBeenSent: error.mayHaveBeenSent
        )
    }

    /// The reason in words of our own.
    public var description: String {
        let summary = reason.summary
        return detail.map { "\(summary): \($0)" } ?? summary
    }
}
