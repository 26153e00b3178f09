import JSON

/// The trace that a request belongs to (W3C Trace Context, level 1), as a client or a proxy passed it on.
public struct TraceContext: Sendable, Hashable {
    /// `00-<trace>-<parent>-<flags>`, in lower-case hexadecimal.
    public let traceparent: String
    /// What vendors added; at most 512 characters, which need not be understood.
    public let tracestate: String?

    private static let statesLengthMax = 512

    /// Takes a trace when it is well formed; what is not is ignored, as the standard demands (3.2.2, 4.3).
    public init?(traceparent: String, tracestate: String? = nil) {
        guard Self.isValid(traceparent) else { return nil }
        self.traceparent = traceparent
        let isPlain = tracestate.map { state in
            state.utf8.count <= Self.statesLengthMax && state.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        }
        self.tracestate = isPlain == true ? tracestate : nil
    }

    /// The trace of a message: what its `_meta` says, else what the HTTP headers say.
    init?(meta: JSONValue?, headers: [HeaderField]) {
        if let parent = meta?["traceparent"]?.stringValue {
            self.init(traceparent: parent, tracestate: meta?["tracestate"]?.stringValue)
            return
        }
        let parents = headers.values(of: "traceparent")
        guard parents.count == 1, let parent = parents.first else { return nil }
        let states = headers.values(of: "tracestate")
        self.init(traceparent: parent, tracestate: states.isEmpty ? nil : states.joined(separator: ","))
    }

    private static func isValid(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 4, parts.prefix(4).map(\.count) == [2, 32, 16, 2],
            parts.prefix(4).allSatisfy({ $0.allSatisfy(isLowerHexadecimal) })
        else { return false }
        // Later versions may append parts; version 00 has none, and ff is no version.
        guard !parts[0].elementsEqual("ff".utf8), parts.count == 4 || !parts[0].elementsEqual("00".utf8) else {
            return false
        }
        let zero = UInt8(ascii: "0")
        return parts[1].contains { $0 != zero } && parts[2].contains { $0 != zero } && text.utf8.count <= 256
    }

    private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
