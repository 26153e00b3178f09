public import JSON
public import MCP

/// How a server presents itself, and what it can do: the same for every transport.
public struct ServerOffer<Caller: Sendable>: Sendable {
    /// Name and version.
    public let software: ServerSoftware
    /// What a model should know before it uses the tools.
    public let instructions: String
    /// The tools, in the order in which they are listed; of two of one name the first counts.
    public let tools: [Tool<Caller>]
    /// Resources; `nil` without.
    public var resources: ResourceOffer<Caller>?
    /// Prompts, in the order in which they are listed; `nil` without.
    public var prompts: [Prompt<Caller>]?
    /// Completes arguments of prompts and templates; `nil` without. An unknown reference or argument is
    /// `invalidParameters`, and nothing may be told that the caller may not see.
    public var complete: (@Sendable (CompletionRequest, Caller) async throws(ProtocolError) -> CompletionResult)?
    /// What subscriptions can hear of; `nil` without subscriptions.
    public var changes: ChangeOffer<Caller>?
    /// What seals the state between rounds; a handler that gives a state out needs it.
    public var sealing: StateSealing<Caller>?
    /// Members of `_meta` that every answer has which takes work; their names begin with a reverse domain name.
    public var meta: @Sendable (Caller) -> JSONObject = { _ in [:] }
    /// Extensions by their identifiers, with their settings. What a client supports of them is in
    /// ``CallContext/clientCapabilities``; without it a request is served by the core protocol.
    public var extensions: JSONObject = [:]
    /// Whether `logging/setLevel` is acknowledged in the legacy era.
    public var acknowledgesLogging = false
    /// Whether `resources/subscribe` is acknowledged in the legacy era, though nothing is sent for it.
    public var acknowledgesSubscriptions = false
    /// The least time between two notes of progress of one call.
    public var progressInterval: Duration = .seconds(1)

    /// Creates an offer.
    public init(software: ServerSoftware, instructions: String, tools: [Tool<Caller>]) {
        self.software = software
        self.instructions = instructions
        self.tools = tools
    }

    /// What answers the protocol's requests.
    var endpoint: MCPEndpoint {
        MCPEndpoint(
            software: software,
            instructions: instructions,
            tools: tools.map(\.definition),
            features: ServerFeatures(
                prompts: prompts?.map(\.definition),
                resourceTemplates: resources?.templates,
                completes: complete != nil,
                changes: changes?.hub.kinds ?? [],
                legacyLogging: acknowledgesLogging,
                legacySubscriptions: acknowledgesSubscriptions,
                extensions: extensions
            )
        )
    }
}

/// The resources of a server.
public struct ResourceOffer<Caller: Sendable>: Sendable {
    /// The families of resources; the same for everyone.
    public let templates: [ResourceTemplate]
    /// The page of a list that a cursor names, the first one without; ``ProtocolError/invalidCursor`` for any cursor
    /// that was not given out.
    public let list: @Sendable (_ cursor: String?, Caller) async throws(ProtocolError) -> ListPage<ResourceDefinition>
    /// Reads what is under a URI; ``ProtocolError/resourceNotFound(_:)`` when there is nothing for this caller.
    public let read:
        @Sendable (_ uri: String, Caller, CallContext) async throws(ProtocolError) -> RoundOutcome<[ResourceContents]>
    /// How long a list, and what was read, may be kept.
    public let cache: CacheHint

    /// Creates an offer.
    public init(
        templates: [ResourceTemplate],
        cache: CacheHint = .resources,
        list: @escaping @Sendable (String?, Caller) async throws(ProtocolError) -> ListPage<ResourceDefinition>,
        read:
            @escaping @Sendable (String, Caller, CallContext) async throws(ProtocolError) ->
            RoundOutcome<[ResourceContents]>
    ) {
        self.templates = templates
        self.cache = cache
        self.list = list
        self.read = read
    }
}

/// One prompt: what clients are told of it, and what fills it in.
public struct Prompt<Caller: Sendable>: Sendable {
    /// What clients are told.
    public let definition: PromptDefinition
    /// Fills it in. What it requires is there, and there is nothing that it does not have.
    public let get:
        @Sendable ([String: String], Caller, CallContext) async throws(ProtocolError) -> RoundOutcome<PromptResult>

    /// Creates a prompt.
    public init(
        _ definition: PromptDefinition,
        get:
            @escaping @Sendable ([String: String], Caller, CallContext) async throws(ProtocolError) ->
            RoundOutcome<PromptResult>
    ) {
        self.definition = definition
        self.get = get
    }
}

/// What is needed to give out state that comes back in a later round.
public struct StateSealing<Caller: Sendable>: Sendable {
    let seal: RequestStateSeal
    let subject: @Sendable (Caller) -> String

    /// Creates it.
    ///
    /// - Parameters:
    ///   - seal: what seals and opens.
    ///   - subject: who a caller is, as a text that no other principal has, and the same in each round.
    public init(_ seal: RequestStateSeal, subject: @escaping @Sendable (Caller) -> String) {
        self.seal = seal
        self.subject = subject
    }
}
