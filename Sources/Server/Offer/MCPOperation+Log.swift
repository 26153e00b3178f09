public import Gate
public import MCP

extension MCPOperation {
    /// What the server's log may say of it: names that the server gave out, never anything that a client made up.
    func logged(_ facts: CallFacts) -> [LogField] {
        let (kind, name): (StaticString, LogField?) =
            switch self {
            case .callTool(let call): ("tools/call", LogField("name", call.tool))
            case .listResources: ("resources/list", nil)
            case .readResource: ("resources/read", nil)
            case .getPrompt(let call): ("prompts/get", LogField("name", call.prompt))
            case .complete: ("completion/complete", nil)
            case .listen: ("subscriptions/listen", nil)
            }
        let trace = facts.trace.map { LogField("trace", $0) }
        return [LogField("method", kind), LogField("request", facts)] + [name, trace].compactMap(\.self)
    }
}

extension ToolDefinition: LogSafe {
    /// The name that the server gave it.
    public var logText: String { name }
}

extension PromptDefinition: LogSafe {
    /// The name that the server gave it.
    public var logText: String { name }
}

extension TraceContext: LogSafe {
    /// Checked to be hexadecimal digits.
    public var logText: String { traceparent }
}

extension CallFacts: LogSafe {
    /// The request's ID, which is made here; not the name that the client gives itself.
    public var logText: String { requestID }
}
