import Logging
import MCP

extension MCPOperation {
    /// What the server's log may say of it: names that the server gave out, never anything that a client made up.
    func logged(_ facts: CallFacts) -> Logger.Metadata {
        let (kind, name): (String, String?) =
            switch self {
            case .callTool(let call): ("tools/call", call.tool.name)
            case .listResources: ("resources/list", nil)
            case .readResource: ("resources/read", nil)
            case .getPrompt(let call): ("prompts/get", call.prompt.name)
            case .complete: ("completion/complete", nil)
            case .listen: ("subscriptions/listen", nil)
            }
        var metadata: Logger.Metadata = ["method": "\(kind)", "request": "\(facts.requestID)"]
        metadata["name"] = name.map { "\($0)" }
        metadata["trace"] = facts.trace.map { "\($0.traceparent)" }
        return metadata
    }
}
