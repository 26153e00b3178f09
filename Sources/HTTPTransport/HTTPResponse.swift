/// Status and header fields of an answer.
public struct HTTPResponseHead: Sendable, Hashable {
    /// The status code, 200 to 599 in practice.
    public let status: Int
    /// The header fields in the order they came; repeated names stay apart.
    public let headers: [HTTPHeader]

    /// The first value of a header field, whatever the case of its name.
    public func header(named name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// One whole answer.
///
/// Its description shows the status and the size only, because the body can hold tokens and rows.
public struct HTTPResponse: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
    /// Status and header fields.
    public let head: HTTPResponseHead
    /// The body.
    public let body: [UInt8]

    /// Status and size.
    public var description: String { "HTTP \(status), \(body.count) bytes" }
    /// Status and size.
    public var debugDescription: String { description }
    /// Status and size.
    public var customMirror: Mirror { Mirror(self, children: ["response": description]) }

    /// The status code.
    public var status: Int { head.status }

    /// The header fields in the order they came.
    public var headers: [HTTPHeader] { head.headers }

    /// The first value of a header field, whatever the case of its name.
    public func header(named name: String) -> String? { head.header(named: name) }
}

/// An answer whose body is read as it comes.
public struct HTTPResponseStream: Sendable {
    /// Status and header fields.
    public let head: HTTPResponseHead
    /// The body, for one reader. While nobody reads, the server is made to wait; dropping it ends the transfer.
    public let body: HTTPResponseBody
}

/// The chunks of a streamed body.
///
/// One task reads it, once. The last chunk has come when the sequence ends without an error; a body that is cut short
/// ends with ``HTTPTransportError/Code/truncated``.
public final class HTTPResponseBody: AsyncSequence, Sendable {
    /// Reads the next chunk.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let body: HTTPResponseBody

        /// The next bytes, never empty; `nil` at the end.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HTTPTransportError) -> [UInt8]? {
            try await body.next()
        }

        /// The next bytes, never empty; `nil` at the end.
        public mutating func next() async throws(HTTPTransportError) -> [UInt8]? {
            try await body.next()
        }
    }

    private let ticket: TransferTicket
    /// A transport that goes away ends its transfers, so whoever still reads keeps it.
    private let transport: HTTPTransport

    init(ticket: TransferTicket, transport: HTTPTransport) {
        self.ticket = ticket
        self.transport = transport
    }

    deinit { ticket.cancel() }

    /// The reader.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(body: self) }

    private func next() async throws(HTTPTransportError) -> [UInt8]? {
        switch await ticket.next(.chunk) {
        case .chunk(let bytes): return bytes
        case .failed(let error): throw error
        case .end, .head, .whole: return nil
        }
    }
}
