public import JSON
public import MCP

/// One tool: what clients are told of it, and what runs when it is called.
public struct Tool<Caller: Sendable>: Sendable {
    /// What clients are told.
    public let definition: ToolDefinition
    /// Runs a call. What goes wrong *in* it is a result with `isError`; an error of the protocol is for requests that
    /// make no sense. A cancelled task means that nobody waits for it.
    public let run: @Sendable (JSONObject, Caller, CallContext) async throws(ProtocolError) -> RoundOutcome<ToolResult>

    /// Creates a tool whose calls end in one round.
    public init(
        _ definition: ToolDefinition,
        run: @escaping @Sendable (JSONObject, Caller) async -> ToolResult
    ) {
        self.init(definition) { arguments, caller, _ in await run(arguments, caller) }
    }

    /// Creates a tool whose calls end in one round, and may tell how far they are.
    public init(
        _ definition: ToolDefinition,
        run: @escaping @Sendable (JSONObject, Caller, CallContext) async -> ToolResult
    ) {
        self.init(definition, rounds: { .complete(await run($0, $1, $2)) })
    }

    /// Creates a tool that may ask the client for input.
    public init(
        _ definition: ToolDefinition,
        rounds:
            @escaping @Sendable (JSONObject, Caller, CallContext) async throws(ProtocolError) ->
            RoundOutcome<ToolResult>
    ) {
        self.definition = definition
        self.run = rounds
    }
}
