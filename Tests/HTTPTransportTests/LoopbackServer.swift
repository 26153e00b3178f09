import Foundation
import Glibc

/// A request as the test server received it.
struct ReceivedRequest: Sendable {
    let head: String
    let body: String

    var path: Substring { head.split(separator: " ").dropFirst().first ?? "" }
}

/// One accepted connection, written to as the test wants.
final class LoopbackConnection: Sendable {
    private let descriptor: Int32
    private let isOpen = Locked(true)

    init(descriptor: Int32) { self.descriptor = descriptor }

    var isStillOpen: Bool { isOpen.withLock { $0 } }

    /// Sends text; false when the peer has gone.
    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes { buffer in
                unsafe Glibc.send(descriptor, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    /// A whole answer with its length, on a connection that stays open.
    func answer(_ status: Int = 200, _ body: String) {
        write("HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Closes the connection; with `reset`, so that the peer sees an error.
    func close(reset: Bool = false) {
        let wasOpen = isOpen.withLock { isOpen in
            defer { isOpen = false }
            return isOpen
        }
        guard wasOpen else { return }
        if reset {
            var linger = linger(l_onoff: 1, l_linger: 0)
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
        }
        Glibc.close(descriptor)
    }

    /// Says nothing until the peer closes.
    func waitForClose() { _ = readRequest {} }

    /// Waits for one whole request; `nil` when the peer closes.
    func readRequest(onFirstBytes: () -> Void) -> ReceivedRequest? {
        var bytes: [UInt8] = []
        while true {
            if let request = Self.parse(bytes) { return request }
            var chunk = [UInt8](repeating: 0, count: 16_384)
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            if bytes.isEmpty { onFirstBytes() }
            bytes.append(contentsOf: chunk.prefix(count))
        }
    }

    private static func parse(_ bytes: [UInt8]) -> ReceivedRequest? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        let head = String(text[..<end.lowerBound])
        let body = String(text[end.upperBound...])
        let length = head.lowercased().split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
            .flatMap { Int($0.dropFirst("content-length:".count).trimmingCharacters(in: .whitespaces)) }
        return body.utf8.count >= length ?? 0 ? ReceivedRequest(head: head, body: body) : nil
    }
}

/// An HTTP/1.1 server on a free port of 127.0.0.1, whose every answer the test writes itself.
final class LoopbackServer: Sendable {
    typealias Handler = @Sendable (LoopbackConnection, ReceivedRequest) -> Void

    let port: UInt16
    private let listener: Int32
    private let handler: Handler
    private let log = Locked<(requests: [ReceivedRequest], connections: Int, heads: Int)>(([], 0, 0))

    init(_ handler: @escaping Handler) throws {
        self.handler = handler
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe Glibc.bind(listener, generic, length) == 0 && listen(listener, 128) == 0
                    && getsockname(listener, generic, &length) == 0
            }
        }
        guard isBound else { throw CocoaError(.fileWriteUnknown) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in accept() }
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [ReceivedRequest] { log.withLock { $0.requests } }
    var connections: Int { log.withLock { $0.connections } }

    /// How many requests have begun to arrive, whole or not.
    var requestHeads: Int { log.withLock { $0.heads } }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func readRequest(from connection: LoopbackConnection) -> ReceivedRequest? {
        connection.readRequest { log.withLock { $0.heads += 1 } }
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            log.withLock { $0.connections += 1 }
            let connection = LoopbackConnection(descriptor: descriptor)
            Thread.detachNewThread { [self] in
                while connection.isStillOpen, let request = readRequest(from: connection) {
                    log.withLock { $0.requests.append(request) }
                    handler(connection, request)
                }
                connection.close()
            }
        }
    }
}

/// A value that one thread at a time reaches; `NSLock`, because ThreadSanitizer does not see `Synchronization.Mutex`.
final class Locked<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) { self.value = value }

    func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body(&value)
    }
}
