public import JSON

/// What a server offers, and its answers to the requests that need nothing but that: the protocol's core, as a value.
///
/// ```swift
/// switch endpoint.receive(http) {
/// case .request(let request):
///     switch endpoint.dispatch(request) {
///     case .answer(let answer): …                     // send it
///     case .perform(let operation): …                 // do it, then endpoint.answer(to: request, with: result)
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
    /// What there is beside tools.
    public let features: ServerFeatures
    /// Of the tools whose schema wants arguments repeated in headers, those arguments.
    private let headerParameters: [String: HeaderParameters]

    /// Creates an endpoint.
    public init(
        software: ServerSoftware,
        instructions: String,
        tools: [ToolDefinition],
        features: ServerFeatures = ServerFeatures()
    ) {
        self.software = software
        self.instructions = instructions
        self.tools = tools
        self.features = features
        headerParameters = Dictionary(
            tools.map { ($0.name, HeaderParameters(schema: $0.inputSchema)) }.filter { !$0.1.isEmpty },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// What a request leads to.
    public enum Dispatch: Sendable, Hashable {
        /// Send this.
        case answer(OutboundHTTP)
        /// Do this, then send what ``MCPEndpoint/answer(to:with:)`` makes of its result.
        case perform(MCPOperation)
    }

    /// Judges an HTTP request; see ``InboundRules``.
    public func receive(_ http: InboundHTTP) -> InboundVerdict {
        let verdict = InboundRules.judge(http)
        guard case .request(let request) = verdict, request.era == .modern, request.method == MethodName.toolsCall,
            let parameters = headerParameters[request.params["name"]?.stringValue ?? ""],
            let trouble = parameters.mismatch(arguments: request.params["arguments"] ?? [:], headers: http.headers)
        else { return verdict }
        return .reject(answer(to: request, error: ProtocolError(.headerMismatch, trouble)))
    }

    /// Judges one line of the stdio transport; see ``InboundRules``.
    public func receive(line: [UInt8]) -> InboundVerdict { InboundRules.judge(line: line) }

    /// Decides what a request leads to.
    public func dispatch(_ request: MCPRequest) -> Dispatch {
        do throws(ProtocolError) {
            if let operation = try operation(of: request) { return .perform(operation) }
            return .answer(answer(to: request, result: try result(of: request)))
        } catch {
            return .answer(answer(to: request, error: error))
        }
    }

    /// The answer to `tools/call`.
    public func answer(to request: MCPRequest, with result: ToolResult) -> OutboundHTTP {
        answer(to: request, with: .tool(result))
    }

    /// The answer that an operation's result makes.
    ///
    /// - Parameter meta: what a server says of its own in `_meta`; an answer that is an error has no place for it.
    public func answer(
        to request: MCPRequest,
        with result: OperationResult,
        meta: JSONObject = [:]
    ) -> OutboundHTTP {
        switch result {
        case .tool(let result):
            return answer(to: request, result: result.json, meta: meta)
        case .resources(let page, let hint):
            let result = list("resources", page, hint, request.era) { .object($0.members) }
            return answer(to: request, result: result, meta: meta)
        case .contents(let contents, let hint):
            var result: JSONObject = ["contents": .array(contents.map(\.json))]
            hint.add(to: &result, in: request.era)
            return answer(to: request, result: result, meta: meta)
        case .prompt(let prompt):
            return answer(to: request, result: prompt.members, meta: meta)
        case .completion(let completion):
            return answer(to: request, result: completion.members, meta: meta)
        case .listenEnded:
            return answer(to: request, result: ["_meta": [MetaKey.subscriptionID: request.id.json]])
        case .inputRequired(let input, let sealedState):
            let members = input.members(sealedState: sealedState)
            return answer(to: request, result: members, type: "input_required", meta: meta)
        case .failed(let error):
            return answer(to: request, error: error)
        }
    }

    /// An answer that carries an error, with the code and the status that the era gives it.
    ///
    /// Errors of the request itself keep 200: the TypeScript client reads a JSON-RPC body at no other status but, in
    /// the modern era, 400. An unknown method must be 404 there and 200 in the legacy era.
    public func answer(to request: MCPRequest, error: ProtocolError) -> OutboundHTTP {
        var error = error
        if error.code == .resourceNotFound, request.era == .modern {
            error = ProtocolError(.invalidParameters, error.message, data: error.data)
        }
        let status =
            switch (request.era, error.code) {
            case (.legacy, _): 200
            case (.modern, .methodNotFound): 404
            case (.modern, .headerMismatch), (.modern, .missingClientCapability), (.modern, .unsupportedVersion),
                (.modern, .parseError), (.modern, .invalidRequest):
                400
            case (.modern, .invalidParameters), (.modern, .internalError), (.modern, .resourceNotFound): 200
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
