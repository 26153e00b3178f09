public import JSON

/// How a tool call ended, as the model gets to read it.
public struct ToolResult: Sendable, Hashable {
    /// The answer; by its output schema unless ``isError``.
    public let structured: JSONObject
    /// Whether the call failed: bad arguments, a refusal, trouble upstream.
    public let isError: Bool

    /// A call that did what was asked.
    public static func success(_ structured: JSONObject) -> ToolResult {
        ToolResult(structured: structured, isError: false)
    }

    /// A call that did not; `structured` says why and what to do.
    public static func failure(_ structured: JSONObject) -> ToolResult {
        ToolResult(structured: structured, isError: true)
    }

    private init(structured: JSONObject, isError: Bool) {
        self.structured = structured
        self.isError = isError
    }

    /// The members of the result of `tools/call`.
    ///
    /// The JSON stands there twice, as text and structured, because some clients show their model only the one and
    /// some only the other.
    var json: JSONObject {
        [
            "content": [["type": "text", "text": .string(JSONValue.object(structured).text)]],
            "structuredContent": .object(structured),
            "isError": .bool(isError),
        ]
    }
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
