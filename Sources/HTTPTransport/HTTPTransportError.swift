/// Why no complete answer came.
///
/// The text is fixed for each code but for the server's name: it never holds a header, a body, or a URL's path.
public struct HTTPTransportError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of trouble it is.
    public enum Code: Sendable, Hashable, CaseIterable {
        /// The request itself is refused: URL, header, or method.
        case invalidRequest
        /// The server's name could not be resolved.
        case resolve
        /// No connection could be made.
        case connect
        /// The TLS handshake or the certificate check failed.
        case tls
        /// The time that the request had ran out.
        case timeout
        /// The answer is larger than the request allows.
        case responseTooLarge
        /// The connection ended inside the answer.
        case truncated
        /// The connection broke before an answer began.
        case connectionLost
        /// What came is no HTTP.
        case invalidResponse
        /// The task that waited was cancelled.
        case cancelled
        /// The transport was shut down.
        case shutDown
        /// libcurl failed in a way that has no code of its own.
        case failed
    }

    /// What kind of trouble it is.
    public let code: Code
    /// The reason in a few words: lower case, no full stop.
    public let message: String
    /// Whether any byte of the request may have left: when false, the server cannot have acted on it.
    public let mayHaveBeenSent: Bool

    init(_ code: Code, _ message: String, mayHaveBeenSent: Bool = false) {
        self.code = code
        self.message = message
        self.mayHaveBeenSent = mayHaveBeenSent
    }

    /// The reason.
    public var description: String { message }
}
