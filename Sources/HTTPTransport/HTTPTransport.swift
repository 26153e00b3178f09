/// HTTP requests over libcurl.
///
/// All transfers of one transport run on one thread of its own, so no caller's thread is ever blocked. Connections are
/// kept and used again. TLS certificates are always checked; redirects are never followed; proxies come from the
/// environment as libcurl reads it, but never for loopback. A request whose body has begun to leave is never sent
/// again by itself.
public final class HTTPTransport: Sendable {
    /// What all requests of a transport have in common.
    public struct Configuration: Sendable, Hashable {
        /// Whether `http` is allowed, and then to loopback only.
        public var allowsPlainLoopback: Bool
        /// Further hosts to which `http` is allowed: the metadata servers of clouds, which speak nothing else.
        public var plainHosts: Set<String> = []
        /// The time to resolve, connect and shake hands.
        public var connectTimeout: Duration
        /// How many connections are open at most; further requests wait.
        public var connectionsMax: Int
        /// A PEM file with the certificate authorities to trust in place of the system's.
        public var certificateAuthoritiesFile: String?
        /// The name the client gives itself.
        public var userAgent: String

        /// Creates a configuration.
        public init(
            allowsPlainLoopback: Bool = false,
            connectTimeout: Duration = .seconds(10),
            connectionsMax: Int = 256,
            certificateAuthoritiesFile: String? = nil,
            userAgent: String = "scrim"
        ) {
            self.allowsPlainLoopback = allowsPlainLoopback
            self.connectTimeout = connectTimeout
            self.connectionsMax = connectionsMax
            self.certificateAuthoritiesFile = certificateAuthoritiesFile
            self.userAgent = userAgent
        }
    }

    private let configuration: Configuration
    private let loop: TransferLoop

    /// Starts the transport's thread.
    public init(configuration: Configuration = Configuration()) throws(HTTPTransportError) {
        self.configuration = configuration
        self.loop = try TransferLoop(configuration: configuration)
        loop.start()
    }

    deinit { loop.stop() }

    /// Sends a request and waits for the whole answer, whatever its status.
    ///
    /// Over TLS HTTP/2 is used where the server offers it. Cancelling the task ends the transfer.
    public func send(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPResponse {
        let ticket = try start(request, isStream: false)
        switch await ticket.next(.whole) {
        case .whole(let response): return response
        case .failed(let error): throw error
        case .head, .chunk, .end: throw HTTPTransportError(.failed, "the transfer ended without an answer")
        }
    }

    /// Sends a request and returns when status and headers are there; the body is read from the result.
    ///
    /// HTTP/1.1 is used, because pausing one stream of an HTTP/2 connection would have libcurl buffer what comes.
    public func stream(_ request: HTTPRequest) async throws(HTTPTransportError) -> HTTPResponseStream {
        let ticket = try start(request, isStream: true)
        switch await ticket.next(.head) {
        case .head(let head):
            return HTTPResponseStream(head: head, body: HTTPResponseBody(ticket: ticket, transport: self))
        case .failed(let error): throw error
        case .whole, .chunk, .end: throw HTTPTransportError(.failed, "the transfer ended without an answer")
        }
    }

    /// Ends all transfers and the thread; what is under way fails with ``HTTPTransportError/Code/shutDown``.
    public func shutdown() { loop.stop() }

    private func start(_ request: HTTPRequest, isStream: Bool) throws(HTTPTransportError) -> TransferTicket {
        let checked = try CheckedRequest(request, isStream: isStream, configuration: configuration)
        return loop.start(checked)
    }
}
