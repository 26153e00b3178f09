public import Gate
import JSON
import MCP

/// The tools of the data plane, each a call of the Gate.
public enum GateTools {
    /// What a model should know before it uses the tools.
    public static let instructions = """
        Read access to a BigQuery warehouse. Write GoogleSQL SELECT statements as for the BigQuery console. Columns that \
        carry a sensitive tag come masked; describe_table shows which, and how. A mask keeps the type of a column, so \
        queries need no change. When a call is refused, `refused` lists every reason with the place in the SQL and a fix. \
        Pages are small: prefer aggregates, and page on with fetch_page.
        """

    /// All tools, in the order in which an agent needs them.
    public static func all(of gate: QueryGate) -> [Tool<Caller>] {
        [
            tool(gate, ToolDefinitions.listDatasets, ToolArguments.ListDatasets.init) {
                arguments,
                caller throws(GateFailure) in
                try await gate.listDatasets(cursor: arguments.cursor, for: caller)
            },
            tool(gate, ToolDefinitions.listTables, ToolArguments.ListTables.init) {
                arguments,
                caller throws(GateFailure) in
                try await gate.listTables(dataset: arguments.dataset, cursor: arguments.cursor, for: caller)
            },
            tool(gate, ToolDefinitions.describeTable, ToolArguments.DescribeTable.init) {
                arguments,
                caller throws(GateFailure) in
                try await gate.describeTable(arguments.table, for: caller)
            },
            tool(gate, ToolDefinitions.searchSchema, ToolArguments.SearchSchema.init) {
                arguments,
                caller throws(GateFailure) in
                try await gate.searchSchema(arguments.text, limit: arguments.limit, for: caller)
            },
            tool(gate, ToolDefinitions.estimateQuery, ToolArguments.EstimateQuery.init) {
                arguments,
                caller throws(GateFailure) in
                try await gate.estimate(arguments.request, for: caller)
            },
            tool(gate, ToolDefinitions.query, ToolArguments.Query.init) { arguments, caller throws(GateFailure) in
                try await gate.query(arguments.request, for: caller)
            },
            tool(gate, ToolDefinitions.fetchPage, ToolArguments.FetchPage.init) {
                arguments,
                caller throws(GateFailure) in
                try await gate.fetchPage(cursor: arguments.cursor, maxRows: arguments.maxRows, for: caller)
            },
            tool(gate, ToolDefinitions.getJob, ToolArguments.GetJob.init) { arguments, caller throws(GateFailure) in
                try await gate.job(arguments.jobID, waitSeconds: arguments.waitSeconds, for: caller)
            },
            tool(gate, ToolDefinitions.cancelJob, ToolArguments.CancelJob.init) {
                arguments,
                caller throws(GateFailure) in
                try await gate.cancel(arguments.jobID, for: caller)
            },
        ]
    }

    /// A tool that decodes its arguments, refuses with every problem they have, and else calls the Gate.
    private static func tool<Arguments: Sendable>(
        _ gate: QueryGate,
        _ definition: ToolDefinition,
        _ decode: @escaping @Sendable (inout ArgumentReader) -> Arguments?,
        call: @escaping @Sendable (Arguments, Caller) async throws(GateFailure) -> JSONObject
    ) -> Tool<Caller> {
        Tool(definition) { arguments, caller, context in
            async let _: Void = tellOfWaiting(context)
            var reader = ArgumentReader(arguments)
            let decoded = decode(&reader)
            reader.finish()
            do throws(GateFailure) {
                guard let decoded, reader.problems.isEmpty else {
                    let codes = reader.problems.map(\.code.rawValue)
                    try await gate.refuse(definition.name, because: codes, for: caller)
                    return .failure(reader.refusal)
                }
                return .success(try await call(decoded, caller))
            } catch {
                return .failure(error.json)
            }
        }
    }

    /// Tells a client that wants to hear of it that its call is still running; what is done is not known before it is.
    private static func tellOfWaiting(_ context: CallContext) async {
        guard context.reportsProgress else { return }
        var seconds: Int64 = 0
        while (try? await Task.sleep(for: .seconds(ServerLimits.progressSeconds))) != nil {
            seconds += ServerLimits.progressSeconds
            await context.progress(Double(seconds), message: "running for \(seconds) s")
        }
    }
}

extension ToolArguments.EstimateQuery {
    var request: QueryRequest {
        QueryRequest(sql: sql, parameters: parameters, maxRows: nil, maxBytesBilled: nil, reason: nil)
    }
}

extension ToolArguments.Query {
    var request: QueryRequest {
        QueryRequest(
            sql: sql,
            parameters: parameters,
            maxRows: maxRows,
            maxBytesBilled: maxBytesBilled,
            reason: reason
        )
    }
}
