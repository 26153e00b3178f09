/// The methods that Scrim uses.
public enum HTTPMethod: String, Sendable, Hashable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"
}

/// One header field.
///
/// Its description shows the name only, because the value can be secret.
public struct HTTPHeader: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name, compared without case.
    public let name: String
    /// The value; may be secret.
    public let value: String

    /// Creates a field; it is checked when the request is sent.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The name.
    public var description: String { "\(name): (hidden)" }
    /// The name.
    public var debugDescription: String { description }
    /// Hides the value from `dump` and from test failures.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }

    /// Whether name and value are as RFC 9110 section 5 allows: a token, and no control character that could end the
    /// field.
    var isValid: Bool {
        let marks = Set("!#$%&'*+-.^_`|~".utf8)
        return !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || marks.contains(byte)
            }
            && value.utf8.allSatisfy { $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }
    }
}

/// One request.
///
/// Its description shows method and origin only, because headers, path and body can be secret.
public struct HTTPRequest: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// The time a request has where none is given.
    public static let standardTimeout = Duration.seconds(60)
    /// The largest answer where no size is given.
    public static let standardResponseBytesMax = 32_000_000

    /// The method.
    public let method: HTTPMethod
    /// The absolute address.
    public let url: String
    /// The header fields, sent in this order.
    public var headers: [HTTPHeader]
    /// The body, if there is one.
    public let body: [UInt8]?
    /// For a whole answer, the time until its last byte; for a stream, the longest silence of the server.
    public let timeout: Duration
    /// The largest body of the answer, in bytes after decoding.
    public let responseBytesMax: Int

    /// Creates a request; it is checked when it is sent.
    public init(
        _ method: HTTPMethod,
        _ url: String,
        headers: [HTTPHeader] = [],
        body: [UInt8]? = nil,
        timeout: Duration = standardTimeout,
        responseBytesMax: Int = standardResponseBytesMax
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.responseBytesMax = responseBytesMax
    }

    /// Method and origin.
    public var description: String {
        "\(method.rawValue) \((try? HTTPURL(checking: url))?.origin ?? "an invalid address")"
    }

    /// Method and origin.
    public var debugDescription: String { description }
    /// Method and origin.
    public var customMirror: Mirror { Mirror(self, children: ["request": description]) }
}
