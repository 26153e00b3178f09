/// A request that may be sent: address and header fields are as they must be.
struct CheckedRequest: Sendable {
    let request: HTTPRequest
    let url: HTTPURL
    let isStream: Bool

    init(
        _ request: HTTPRequest,
        isStream: Bool,
        configuration: HTTPTransport.Configuration
    ) throws(HTTPTransportError) {
        let url = try HTTPURL(checking: request.url)
        guard
            url.scheme == "https" || (configuration.allowsPlainLoopback && url.isLoopback)
                || configuration.plainHosts.contains(url.host)
        else {
            throw HTTPTransportError(.invalidRequest, "`\(url.origin)` is not `https`")
        }
        guard request.headers.allSatisfy(\.isValid) else {
            throw HTTPTransportError(.invalidRequest, "a header field holds a character that it cannot")
        }
        self.request = request
        self.url = url
        self.isStream = isStream
    }
}
