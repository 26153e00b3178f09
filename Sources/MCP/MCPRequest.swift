public import JSON

/// A request that passed every check that does not depend on what the server offers.
public struct MCPRequest: Sendable, Hashable {
    /// The era, which decides the shape of the answer.
    public let era: ProtocolEra
    /// The revision: modern, the one that was checked; legacy, what the header says or is assumed to say.
    public let protocolVersion: String
    /// What the answer must repeat.
    public let id: MessageID
    /// Such as `tools/call`.
    public let method: String
    /// The parameters, `_meta` included; empty when there were none.
    public let params: JSONObject
    /// The trace that the request belongs to.
    public let trace: TraceContext?

    /// Creates a request.
    public init(
        era: ProtocolEra,
        protocolVersion: String,
        id: MessageID,
        method: String,
        params: JSONObject,
        trace: TraceContext? = nil
    ) {
        self.era = era
        self.protocolVersion = protocolVersion
        self.id = id
        self.method = method
        self.params = params
        self.trace = trace
    }

    /// What the client calls itself: from `_meta` in the modern era, else from `initialize`; for logs, never for
    /// decisions.
    public var client: ClientSoftware? {
        let info = era == .modern ? meta?[MetaKey.clientInfo] : params["clientInfo"]
        guard let name = info?["name"]?.stringValue else { return nil }
        return ClientSoftware(name: name, version: info?["version"]?.stringValue)
    }

    /// What the client said that it can do with this request; empty in the legacy era.
    public var clientCapabilities: JSONObject { meta?[MetaKey.clientCapabilities]?.objectValue ?? [:] }

    /// Whether this is the legacy handshake, with which a transport may open a session.
    public var opensSession: Bool { era == .legacy && method == MethodName.initialize }

    /// The token under which the client wants to hear of progress, if it does.
    public var progressToken: MessageID? { meta?["progressToken"].flatMap(MessageID.init) }

    /// How grave a line of a log must be for the client to want it; `nil` when it wants none at all. The legacy era has no
    /// such wish in a request: there all are sent.
    public var logLevel: LogLevel? {
        guard era == .modern else { return .debug }
        return meta?[MetaKey.logLevel]?.stringValue.flatMap { LogLevel(rawValue: $0) }
    }

    /// The answers to what the server asked in the round before; `nil` in a first round.
    public var inputResponses: JSONObject? {
        era == .modern ? params[MethodName.inputResponses]?.objectValue : nil
    }

    /// The state that the server gave out in the round before, as the client sent it.
    public var requestState: String? {
        era == .modern ? params[MethodName.requestState]?.stringValue : nil
    }

    private var meta: JSONValue? { params["_meta"] }
}

/// What a client calls itself.
public struct ClientSoftware: Sendable, Hashable {
    /// The name, as sent; may be anything.
    public let name: String
    /// The version, as sent.
    public let version: String?

    /// Creates a name.
    public init(name: String, version: String?) {
        self.name = name
        self.version = version
    }
}

/// Keys of `_meta` that the protocol defines.
enum MetaKey {
    static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
    static let clientInfo = "io.modelcontextprotocol/clientInfo"
    static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
    static let logLevel = "io.modelcontextprotocol/logLevel"
    static let subscriptionID = "io.modelcontextprotocol/subscriptionId"
    static let serverInfo = "io.modelcontextprotocol/serverInfo"
}
