public import JSON

/// One header field as it was received.
public struct HeaderField: Sendable, Hashable {
    /// The name; compared without case.
    public let name: String
    /// The value; blanks around it do not count (RFC 9110 section 5.5).
    public let value: String

    /// Creates a field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// The value without the blanks around it; NIO's parser leaves trailing ones in place.
    public var trimmedValue: String {
        let bytes = Array(value.utf8)
        guard let first = bytes.firstIndex(where: { !Self.isBlank($0) }),
            let last = bytes.lastIndex(where: { !Self.isBlank($0) })
        else { return "" }
        return String(decoding: bytes[first...last], as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}

extension Sequence<HeaderField> {
    /// The values of all fields of a name, without the blanks around them.
    public func values(of name: String) -> [String] {
        let name = name.lowercased()
        return filter { $0.name.lowercased() == name }.map(\.trimmedValue)
    }
}

/// The parts of an HTTP request that the protocol looks at.
public struct InboundHTTP: Sendable, Hashable {
    /// The method, as sent: `POST`.
    public let method: String
    /// All fields, in order, duplicates kept.
    public let headers: [HeaderField]
    /// The whole body; its size was limited before.
    public let body: [UInt8]

    /// Creates a request.
    public init(method: String, headers: [HeaderField], body: [UInt8]) {
        self.method = method
        self.headers = headers
        self.body = body
    }
}

/// A status and a JSON body: what a transport sends back.
public struct OutboundHTTP: Sendable, Hashable {
    /// The HTTP status.
    public let status: Int
    /// The JSON-RPC message.
    public let body: JSONValue

    /// Creates an answer.
    public init(status: Int, body: JSONValue) {
        self.status = status
        self.body = body
    }

    /// An answer that carries an error of the protocol.
    public init(status: Int, error: ProtocolError, id: MessageID?) {
        self.init(status: status, body: error.body(id: id))
    }
}
