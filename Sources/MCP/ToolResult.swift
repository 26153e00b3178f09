public import JSON

/// How a tool call ended, as the model gets to read it.
public struct ToolResult: Sendable, Hashable {
    /// What is shown; when empty, the text of ``structured``.
    public let content: [ContentBlock]
    /// The answer by the tool's output schema, if it has one; of a failed call, why and what to do.
    public let structured: JSONObject?
    /// Whether the call failed: bad arguments, a refusal, trouble upstream.
    public let isError: Bool

    /// A call that did what was asked.
    public static func success(_ structured: JSONObject) -> ToolResult {
        ToolResult(content: [], structured: structured, isError: false)
    }

    /// A call that did, with further content after the text of its answer, such as a link.
    public static func success(_ structured: JSONObject, and content: [ContentBlock]) -> ToolResult {
        ToolResult(content: [text(of: structured)] + content, structured: structured, isError: false)
    }

    /// A call that did, of a tool without an output schema.
    public static func success(content: [ContentBlock]) -> ToolResult {
        ToolResult(content: content, structured: nil, isError: false)
    }

    /// A call that did not; `structured` says why and what to do.
    public static func failure(_ structured: JSONObject) -> ToolResult {
        ToolResult(content: [], structured: structured, isError: true)
    }

    /// A call that did not, told in words.
    public static func failure(text: String) -> ToolResult {
        ToolResult(content: [.text(text)], structured: nil, isError: true)
    }

    private init(content: [ContentBlock], structured: JSONObject?, isError: Bool) {
        self.content = content
        self.structured = structured
        self.isError = isError
    }

    private static func text(of structured: JSONObject) -> ContentBlock {
        .text(JSONValue.object(structured).text)
    }

    /// The members of the result of `tools/call`.
    ///
    /// The JSON stands there twice, as text and structured, because some clients show their model only the one and
    /// some only the other.
    var json: JSONObject {
        let shown = content.isEmpty ? structured.map { [Self.text(of: $0)] } ?? [] : content
        var result: JSONObject = ["content": .array(shown.map(\.json))]
        result["structuredContent"] = structured.map { .object($0) }
        result["isError"] = .bool(isError)
        return result
    }
}
