public import MCP

/// Who may call: from a request's head to what its tools run as.
///
/// `Identified` is what authentication finds out, before the body is read; `Caller` adds what the body tells.
public struct AccessRules<Identified: Hashable & Sendable, Caller: Sendable>: Sendable {
    /// Finds out who asks.
    public let authenticate: @Sendable (RequestHead) async -> Result<Identified, AuthenticationRefusal>
    /// Makes what tools run as, once for each call.
    public let makeCaller: @Sendable (Identified, CallFacts) -> Caller

    /// Creates rules.
    public init(
        authenticate: @escaping @Sendable (RequestHead) async -> Result<Identified, AuthenticationRefusal>,
        makeCaller: @escaping @Sendable (Identified, CallFacts) -> Caller
    ) {
        self.authenticate = authenticate
        self.makeCaller = makeCaller
    }
}

/// Why a request is not let in by who sent it.
public struct AuthenticationRefusal: Error, Sendable, Hashable {
    /// 401 when it is not known who asks, 403 when they may not.
    public let status: Int
    /// The reason in a few words; says nothing about what would have been right.
    public let message: String
    /// The value of `WWW-Authenticate`.
    public let challenge: String?

    /// Creates a refusal.
    public init(status: Int, message: String, challenge: String?) {
        self.status = status
        self.message = message
        self.challenge = challenge
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

    static let requestIDDigits = 16

    /// The facts of a request, under an ID of its own.
    init(_ request: MCPRequest, protocolVersion: String, client: String?) {
        self.init(
            requestID: Hexadecimal.random(digits: Self.requestIDDigits),
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
