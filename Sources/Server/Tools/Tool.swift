public import JSON
public import MCP

/// One tool: what clients are told of it, and what runs when it is called.
public struct Tool<Caller: Sendable>: Sendable {
    /// What clients are told.
    public let definition: ToolDefinition
    /// Runs a call. Everything that goes wrong is in the result; a cancelled task means that nobody waits for it.
    public let run: @Sendable (JSONObject, Caller) async -> ToolResult

    /// Creates a tool.
    public init(
        _ definition: ToolDefinition,
        run: @escaping @Sendable (JSONObject, Caller) async -> ToolResult
    ) {
        self.definition = definition
        self.run = run
    }
}
