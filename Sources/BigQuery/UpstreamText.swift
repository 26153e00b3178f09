internal import HTTPTransport
internal import JSON

/// One error as BigQuery describes it: `errors[]` of an answer, or `errorResult` of a job.
struct UpstreamText: Sendable {
    let reason: String?
    let location: String?
    let message: String

    /// Longest location that is kept, in characters.
    private static let locationMax = 64

    init(reason: String?, location: String?, message: String) {
        self.reason = reason
        self.location = location.map { String($0.prefix(Self.locationMax)) }
        self.message = message
    }

    /// Reads what is there; an error about an error would hide both.
    init(_ value: JSONValue) {
        self.init(
            reason: value["reason"]?.stringValue,
            location: value["location"]?.stringValue,
            message: value["message"]?.stringValue ?? ""
        )
    }

    /// The last `[line:column]` of the text.
    var place: BigQueryError.Place? {
        guard let open = message.lastIndex(of: "["), let close = message[open...].firstIndex(of: "]") else {
            return nil
        }
        let numbers = message[message.index(after: open)..<close].split(
            separator: ":",
            omittingEmptySubsequences: false
        )
        guard numbers.count == 2, let line = Int(numbers[0]), let column = Int(numbers[1]) else { return nil }
        return BigQueryError.Place(line: line, column: column)
    }
}

extension BigQueryError {
    /// The error that a finished job names.
    init(jobError value: JSONValue) {
        let upstream = UpstreamText(value)
        self.init(Reason(upstream: upstream.reason ?? ""), upstream: upstream)
    }

    /// The error that an answer with a status of 300 or more stands for.
    ///
    /// The shape is `{"error": {"code", "message", "errors": [{"reason", "location", "message"}]}}`; whatever else
    /// comes is not BigQuery's.
    init(answer response: HTTPResponse) {
        let document = try? JSONValue(parsing: response.body)
        guard let error = document?["error"], error.objectValue != nil else {
            self.init(
                response.status == 401 ? .unauthorized : .unexpectedAnswer,
                detail: "HTTP \(response.status) with \(Self.kind(of: response))",
                httpStatus: response.status
            )
            return
        }
        let first = error["errors"]?[0].map { UpstreamText($0) }
        let upstream = UpstreamText(
            reason: first?.reason,
            location: first?.location,
            message: first?.message ?? error["message"]?.stringValue ?? ""
        )
        let reason = response.status == 401 ? .unauthorized : Self.reason(upstream.reason, status: response.status)
        self.init(reason, httpStatus: response.status, upstream: upstream)
    }

    /// What an answer holds, in words, for people who have a proxy in the way.
    static func kind(of response: HTTPResponse) -> String {
        let type = response.header(named: "content-type")?.lowercased() ?? ""
        if type.contains("html") || response.body.starts(with: Array("<".utf8)) { return "an HTML page" }
        if response.body.isEmpty { return "no content" }
        return type.contains("json") ? "JSON of another shape" : "something else than JSON"
    }

    /// Some errors name no reason; then the status has to do.
    private static func reason(_ name: String?, status: Int) -> Reason {
        if let name, !name.isEmpty { return Reason(upstream: name) }
        return switch status {
        case 400: .invalid
        case 403: .accessDenied
        case 404: .notFound
        case 409: .duplicate
        case 412: .conditionNotMet
        case 429: .rateLimitExceeded
        case 501: .notImplemented
        case 502: .badGateway
        case 500...: .backendError
        default: .unknown("http\(status)")
        }
    }
}
