import JSON
import NIOCore
import NIOPosix
import Testing

/// A client that sends bytes as they are given, so that tests can be as impolite as they need to be.
struct RawClient {
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var unread: [UInt8] = []

    /// An answer as it came over the wire.
    struct Response {
        let status: Int
        let headers: [(name: String, value: String)]
        let body: [UInt8]

        func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }

        var json: JSONValue? { try? JSONValue(parsing: body) }

        var errorCode: Int64? { json?["error"]?["code"]?.integerValue }
    }

    struct ConnectionEnded: Error {}

    /// Connects, runs the body, and closes.
    static func connected<Result>(
        to port: Int,
        _ body: (inout RawClient) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var client = RawClient(inbound: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&client)
        }
    }

    private init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound
        self.outbound = outbound
    }

    func send(_ text: String) async throws { try await outbound.write(ByteBuffer(string: text)) }

    func send(_ bytes: [UInt8]) async throws { try await outbound.write(ByteBuffer(bytes: bytes)) }

    /// Reads one answer whose length is told; informational ones are given as they come.
    mutating func response() async throws -> Response {
        let end = Array("\r\n\r\n".utf8)
        while unread.firstRange(of: end) == nil { try await readMore() }
        let headEnd = try #require(unread.firstRange(of: end)).upperBound
        let lines = String(decoding: unread[..<headEnd], as: UTF8.self).split(separator: "\r\n")
        unread.removeFirst(headEnd)
        let status = try #require(lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        while unread.count < length { try await readMore() }
        let body = Array(unread.prefix(length))
        unread.removeFirst(length)
        return Response(status: status, headers: headers, body: body)
    }

    /// Reads one answer that is sent in chunks (RFC 9112 section 7.1).
    mutating func streamedResponse() async throws -> Response {
        let head = try await response()
        try #require(head.header("transfer-encoding") == "chunked")
        var body: [UInt8] = []
        while true {
            let size = try #require(Int(try await line(), radix: 16))
            while unread.count < size + 2 { try await readMore() }
            body += unread.prefix(size)
            unread.removeFirst(size + 2)
            if size == 0 { return Response(status: head.status, headers: head.headers, body: body) }
        }
    }

    /// Reads one event of a stream whose head was read; comments are skipped. Each event comes in a chunk of its own.
    mutating func event() async throws -> JSONValue {
        while true {
            let size = try #require(Int(try await line(), radix: 16))
            try #require(size > 0)
            while unread.count < size + 2 { try await readMore() }
            let chunk = String(decoding: unread.prefix(size), as: UTF8.self)
            unread.removeFirst(size + 2)
            let prefix = "event: message\r\ndata: "
            if chunk.hasPrefix(prefix) { return try JSONValue(parsing: String(chunk.dropFirst(prefix.count))) }
        }
    }

    /// Whether a stream ends here, with its last chunk.
    mutating func streamEnds() async throws -> Bool { try await line() == "0" }

    /// Waits until the server has sent something.
    mutating func waitForBytes() async throws {
        if unread.isEmpty { try await readMore() }
    }

    private mutating func line() async throws -> String {
        let end = Array("\r\n".utf8)
        while unread.firstRange(of: end) == nil { try await readMore() }
        let range = try #require(unread.firstRange(of: end))
        defer { unread.removeFirst(range.upperBound) }
        return String(decoding: unread[..<range.lowerBound], as: UTF8.self)
    }

    /// Whether the server ends the connection, without sending more.
    mutating func serverCloses() async throws -> Bool {
        do {
            guard let part = try await inbound.next(isolation: #isolation) else { return true }
            return part.readableBytes == 0
        } catch {
            return true
        }
    }

    private mutating func readMore() async throws {
        guard let part = try await inbound.next(isolation: #isolation) else { throw ConnectionEnded() }
        unread.append(contentsOf: part.readableBytesView)
    }
}
