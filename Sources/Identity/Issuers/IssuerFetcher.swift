public import HTTPTransport

/// What asks issuers for keys and about tokens; ``HTTPTransport`` in a server, something else in tests.
public protocol IssuerFetcher: Sendable {
    /// The answer to a request, whatever its status; redirects are not followed.
    func answer(to request: HTTPRequest) async throws -> IssuerAnswer
}

/// What an issuer answered.
public struct IssuerAnswer: Sendable, Hashable {
    /// The status code.
    public let status: Int
    /// The header field `Cache-Control`.
    public let cacheControl: String?
    /// The body.
    public let body: [UInt8]

    /// An answer.
    public init(status: Int, cacheControl: String? = nil, body: [UInt8]) {
        self.status = status
        self.cacheControl = cacheControl
        self.body = body
    }
}

extension HTTPTransport: IssuerFetcher {
    /// Sends the request over libcurl.
    public func answer(to request: HTTPRequest) async throws -> IssuerAnswer {
        let response = try await send(request)
        return IssuerAnswer(
            status: response.status,
            cacheControl: response.header(named: "cache-control"),
            body: response.body
        )
    }
}
