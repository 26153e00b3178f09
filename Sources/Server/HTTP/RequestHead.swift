public import HTTPTypes
public import MCP

/// What is known of a request before its body is read.
public struct RequestHead: Sendable, Hashable {
    /// The method, as sent.
    public let method: String
    /// The path without the query.
    public let path: String
    /// The value of `Host`.
    public let authority: String?
    /// All other fields, in order, duplicates kept.
    public let headers: [HeaderField]
    /// The address that the connection comes from; a load balancer's where there is one.
    public let peer: String?
    /// Made here for each request, see ``CallFacts/requestID``.
    public let requestID: String

    /// Creates a head.
    public init(
        method: String,
        path: String,
        authority: String?,
        headers: [HeaderField],
        peer: String? = nil,
        requestID: String = Hexadecimal.random(digits: CallFacts.requestIDDigits)
    ) {
        self.method = method
        self.path = path
        self.authority = authority
        self.headers = headers
        self.peer = peer
        self.requestID = requestID
    }

    /// Takes over the head of an HTTP request.
    public init(_ request: HTTPRequest, peer: String? = nil) {
        let target = request.path ?? ""
        self.init(
            method: request.method.rawValue,
            path: String(target.prefix { $0 != "?" }),
            authority: request.authority,
            headers: request.headerFields.map { HeaderField($0.name.rawName, $0.value) },
            peer: peer
        )
    }

    /// The length that the body is said to have; `nil` when it is sent in chunks, or there is none.
    var contentLength: Int? { headers.values(of: "Content-Length").first.flatMap { Int($0) } }

    /// Whether a body follows.
    var hasBody: Bool { contentLength.map { $0 > 0 } ?? !headers.values(of: "Transfer-Encoding").isEmpty }
}
