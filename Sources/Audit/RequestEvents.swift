/// Somebody who is known asked for something. What came of it is in the entries after it that have the same request.
public struct RequestReceived: Sendable {
    /// The MCP tool, or what else was asked for.
    public let tool: String
    /// `http` or `stdio`.
    public let transport: String
    /// The protocol's version spoken.
    public let protocolVersion: String
    /// The trace that the client says the request belongs to: W3C Trace Context, `traceparent`.
    public let traceparent: String?

    /// A request.
    public init(tool: String, transport: String, protocolVersion: String, traceparent: String?) {
        self.tool = tool
        self.transport = transport
        self.protocolVersion = protocolVersion
        self.traceparent = traceparent
    }

    func encode(into fields: inout EntryFields) {
        fields.text("tool", tool, bytesMax: EntryFields.Share.code)
        fields.text("transport", transport, bytesMax: EntryFields.Share.code)
        fields.text("protocol", protocolVersion, bytesMax: EntryFields.Share.code)
        fields.text("trace", traceparent, bytesMax: EntryFields.Share.code)
    }
}
