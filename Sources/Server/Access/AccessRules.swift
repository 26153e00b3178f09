public import MCP

/// Who may call: from a request's head to what its tools run as.
///
/// `Identified` is what authentication finds out, before the body is read; `Caller` adds what the body tells.
public struct AccessRules<Identified: Hashable & Sendable, Caller: Sendable>: Sendable {
    /// Finds out who asks.
    public let authenticate: @Sendable (RequestHead) async -> Result<Identified, AuthenticationRefusal>
    /// Makes what tools run as, once for each call.
    public let makeCaller: @Sendable (Identified, CallFacts) -> Caller
    /// Says why somebody who was identified may not do this; `nil` when they may. Asked from the head, and once more
    /// when the body has told which tool is called, always before anything is done or a stream begins.
    public let authorize: @Sendable (Identified, RequestedOperation, RequestHead) async -> AuthenticationRefusal?
    /// What clients read to learn where to sign in; `nil` where nobody signs in.
    public let resourceMetadata: ResourceMetadata?

    /// Creates rules; without more, everybody who is identified may do everything.
    public init(
        authenticate: @escaping @Sendable (RequestHead) async -> Result<Identified, AuthenticationRefusal>,
        makeCaller: @escaping @Sendable (Identified, CallFacts) -> Caller,
        authorize: @escaping @Sendable (Identified, RequestedOperation, RequestHead) async -> AuthenticationRefusal? = {
            _,
            _,
            _ in nil
        },
        resourceMetadata: ResourceMetadata? = nil
    ) {
        self.authenticate = authenticate
        self.makeCaller = makeCaller
        self.authorize = authorize
        self.resourceMetadata = resourceMetadata
    }
}

/// What a request asks for, as far as it decides which scopes it needs.
public struct RequestedOperation: Sendable, Hashable {
    /// The tool that is called; `nil` for every other method.
    public let tool: String?

    /// Creates an operation.
    public init(tool: String?) { self.tool = tool }
}

extension MCPOperation {
    /// The tool that is called; `nil` for everything else.
    var tool: String? {
        if case .callTool(let call) = self { call.tool.name } else { nil }
    }
}

/// Why a request is not let in by who sent it.
public struct AuthenticationRefusal: Error, Sendable, Hashable {
    /// 401 when it is not known who asks, 403 when they may not, 400 when the credentials are sent in no known way, 503
    /// when nobody can tell at present.
    public let status: Int
    /// The reason in a few words; says nothing about what would have been right.
    public let message: String
    /// The value of `WWW-Authenticate`.
    public let challenge: String?
    /// After how many seconds it is worth to try again, where that is known.
    public let retryAfterSeconds: Int?

    /// Creates a refusal.
    public init(status: Int, message: String, challenge: String?, retryAfterSeconds: Int? = nil) {
        self.status = status
        self.message = message
        self.challenge = challenge
        self.retryAfterSeconds = retryAfterSeconds
    }
}

/// What is known of one tool call beside who makes it.
public struct CallFacts: Sendable, Hashable {
    /// Made here for each request: 16 lower-case hexadecimal digits, fit for a BigQuery label.
    public let requestID: String
    /// The era and revision that the client speaks.
    public let protocolVersion: String
    /// What the client calls itself: its `clientInfo`, else its `User-Agent`. Shortened, without control
    /// characters; told, not proved.
    public let client: String?
    /// The trace that the request belongs to.
    public let trace: TraceContext?

    /// Creates facts.
    public init(requestID: String, protocolVersion: String, client: String?, trace: TraceContext? = nil) {
        self.requestID = requestID
        self.protocolVersion = protocolVersion
        self.client = client
        self.trace = trace
    }

    /// The digits of a request's ID.
    public static let requestIDDigits = 16

    /// The facts of a request.
    init(_ request: MCPRequest, requestID: String, protocolVersion: String, client: String?) {
        self.init(
            requestID: requestID,
            protocolVersion: protocolVersion,
            client: Self.shownClient(client),
            trace: request.trace
        )
    }

    /// What is kept of the name that a client gives itself.
    static func shownClient(_ name: String?) -> String? {
        guard let name else { return nil }
        let shown = name.unicodeScalars.filter { $0.properties.generalCategory != .control }
            .prefix(ServerLimits.clientNameScalarsMax)
        return shown.isEmpty ? nil : String(String.UnicodeScalarView(shown))
    }
}
