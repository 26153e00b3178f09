public import Identity
public import JSON

/// Who asks, in which session, with which request.
public struct Caller: Sendable {
    /// The person or machine, as `Identity` found it proved.
    public let principal: Principal
    /// The session, which names the principal's work over a stretch of time.
    public let session: SessionID
    /// This request's own ID, made by the server; it ties audit entries and the job's labels to one tool call.
    public let requestID: String
    /// The client program's name as it calls itself; told, not proved.
    public let client: String?
    /// The revision of MCP that this request speaks.
    public let protocolVersion: String
    /// How the request came.
    public let transport: CallTransport
    /// The trace that the client says the request belongs to: W3C Trace Context, `traceparent`.
    public let traceparent: String?

    /// Creates a caller from what `Identity` vouched for.
    public init(
        principal: Principal,
        session: SessionID,
        requestID: String,
        client: String?,
        protocolVersion: String,
        transport: CallTransport,
        traceparent: String? = nil
    ) {
        self.principal = principal
        self.session = session
        self.requestID = requestID
        self.client = client
        self.protocolVersion = protocolVersion
        self.transport = transport
        self.traceparent = traceparent
    }
}

/// The way by which requests reach the server, as the audit log names it.
public enum CallTransport: String, Sendable, Hashable {
    case http
    case stdio
}

/// A query as a tool call asks for it.
public struct QueryRequest: Sendable {
    /// The caller's text, unchecked.
    public let sql: String
    /// Query parameters as `docs` of the `query` tool describe them: an object of named ones, an array of positional
    /// ones.
    public let parameters: JSONValue?
    /// The page's rows at most; it can only tighten the configured limit.
    public let maxRows: Int?
    /// The bytes that may be billed at most; it can only tighten the configured limit.
    public let maxBytesBilled: Int64?
    /// Why the caller asks, in their own words; kept for the auditor.
    public let reason: String?

    /// Creates a request; nothing is checked here.
    public init(sql: String, parameters: JSONValue?, maxRows: Int?, maxBytesBilled: Int64?, reason: String?) {
        self.sql = sql
        self.parameters = parameters
        self.maxRows = maxRows
        self.maxBytesBilled = maxBytesBilled
        self.reason = reason
    }
}
