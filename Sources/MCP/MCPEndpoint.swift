import JSON

/// What a server offers, and its answers to the requests that need nothing but that: the protocol's core, as a value.
///
/// ```swift
/// switch endpoint.receive(http) {
/// case .request(let request):
///     switch endpoint.dispatch(request) {
///     case .answer(let answer): …                     // send it
///     case .callTool(let call): …                     // run it, then endpoint.answer(to: request, with: result)
///     }
/// …
/// }
/// ```
///
/// There is no session state: neither era needs any, so replicas have nothing to share. Whether a transport names
/// sessions of the legacy era is its own affair.
public struct MCPEndpoint: Sendable {
    /// The server's name and version.
    public let software: ServerSoftware
    /// What a model should know before it uses the tools.
    public let instructions: String
    /// The tools, in the order in which they are listed.
    public let tools: [ToolDefinition]

    /// How long a client may keep the answer of `server/discover`, in milliseconds.
    static let discoverTTLMilliseconds: Int64 = 3_600_000
    /// How long a client may keep the list of tools, in milliseconds.
    static let toolsTTLMilliseconds: Int64 = 300_000

    /// Creates an endpoint.
    public init(software: ServerSoftware, instructions: String, tools: [ToolDefinition]) {
        self.software = software
        self.instructions = instructions
        self.tools = tools
    }

    /// What a request leads to.
    public enum Dispatch: Sendable, Hashable {
        /// Send this.
        case answer(OutboundHTTP)
        /// Run this, then send what ``MCPEndpoint/answer(to:with:)`` makes of its result.
        case callTool(ToolCall)
    }

    /// Judges an HTTP request; see ``InboundRules``.
    public func receive(_ http: InboundHTTP) -> InboundVerdict { InboundRules.judge(http) }

    /// Judges one line of the stdio transport; see ``InboundRules``.
    public func receive(line: [UInt8]) -> InboundVerdict { InboundRules.judge(line: line) }

    /// Decides what a request leads to.
    public func dispatch(_ request: MCPRequest) -> Dispatch {
        do throws(ProtocolError) {
            switch (request.era, request.method) {
            case (.modern, MethodName.discover): return .answer(answer(to: request, result: discovery))
            case (.legacy, MethodName.initialize): return .answer(answer(to: request, result: try handshake(request)))
            case (.legacy, MethodName.ping): return .answer(answer(to: request, result: [:]))
            case (_, MethodName.toolsList): return .answer(answer(to: request, result: try toolList(request)))
            case (_, MethodName.toolsCall): return .callTool(try toolCall(request))
            default: throw ProtocolError(.methodNotFound, "there is no such method")
            }
        } catch {
            return .answer(answer(to: request, error: error))
        }
    }

    /// The answer to `tools/call`.
    public func answer(to request: MCPRequest, with result: ToolResult) -> OutboundHTTP {
        answer(to: request, result: result.json)
    }

    /// An answer that carries an error, with the status that the era gives it.
    ///
    /// Errors of the request itself keep 200: the TypeScript client reads a JSON-RPC body at no other status but, in
    /// the modern era, 400. An unknown method must be 404 there and 200 in the legacy era.
    public func answer(to request: MCPRequest, error: ProtocolError) -> OutboundHTTP {
        let status =
            switch (request.era, error.code) {
            case (.legacy, _): 200
            case (.modern, .methodNotFound): 404
            case (.modern, .headerMismatch), (.modern, .missingClientCapability), (.modern, .unsupportedVersion),
                (.modern, .parseError), (.modern, .invalidRequest):
                400
            case (.modern, .invalidParameters), (.modern, .internalError): 200
            }
        return OutboundHTTP(status: status, error: error, id: request.id)
    }
}

/// What the server calls itself.
public struct ServerSoftware: Sendable, Hashable {
    /// The name for programs.
    public let name: String
    /// The name for people.
    public let title: String
    /// The version.
    public let version: String

    /// Creates a name.
    public init(name: String, title: String, version: String) {
        self.name = name
        self.title = title
        self.version = version
    }
}
