public import JSON

/// Work that a request asks for and that the protocol's core cannot do itself.
public enum MCPOperation: Sendable, Hashable {
    case callTool(ToolCall)
    case listResources(cursor: String?)
    case readResource(uri: String)
    case getPrompt(PromptCall)
    case complete(CompletionRequest)
    /// Goes on until the client or the server ends it.
    case listen(ListenFilter)
}

/// A call of a tool that exists, with arguments that nobody has looked at yet.
public struct ToolCall: Sendable, Hashable {
    /// The tool.
    public let tool: ToolDefinition
    /// The arguments; empty when there were none.
    public let arguments: JSONObject

    /// Creates a call.
    public init(tool: ToolDefinition, arguments: JSONObject) {
        self.tool = tool
        self.arguments = arguments
    }
}

/// A prompt that exists, to be filled in; what it requires is there.
public struct PromptCall: Sendable, Hashable {
    /// The prompt.
    public let prompt: PromptDefinition
    /// The arguments by name, none that it does not have.
    public let arguments: [String: String]

    /// Creates a call.
    public init(prompt: PromptDefinition, arguments: [String: String]) {
        self.prompt = prompt
        self.arguments = arguments
    }
}

/// How an operation ended, in terms of what it was about.
public enum OperationResult: Sendable, Hashable {
    case tool(ToolResult)
    case resources(ListPage<ResourceDefinition>, CacheHint)
    case contents([ResourceContents], CacheHint)
    case prompt(PromptResult)
    case completion(CompletionResult)
    /// The server ended a subscription.
    case listenEnded
    /// A further round is needed; the state is sealed.
    case inputRequired(InputRequired, sealedState: String?)
    case failed(ProtocolError)
}
