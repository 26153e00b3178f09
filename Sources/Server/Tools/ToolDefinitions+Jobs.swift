import JSON
import MCP

extension ToolDefinitions {
    private static let jobID = JSONSchema.value("string", "job.job_id of an answer")
    private static let maxRows: JSONValue = [
        "type": "integer", "minimum": 1, "description": "rows of the page at most; the server's limit still holds",
    ]

    static let query = ToolDefinition(
        name: "query",
        title: "Run a query",
        description: """
            Runs one SELECT and returns its first page; sensitive columns come masked. On a refusal, `refused` says what \
            to change. Example: {"sql": "SELECT * FROM bank.accounts WHERE kind = @k", "parameters": {"k": {"type": \
            "STRING", "value": "savings"}}, "max_rows": 20}
            """,
        schemas: (
            input: JSONSchema.object(
                [
                    "sql": sql,
                    "parameters": ToolSchemas.parameters,
                    "max_rows": maxRows,
                    "max_bytes_billed": [
                        "type": ["integer", "string"],
                        "description": "refuse to bill more bytes than this; digits",
                    ],
                    "reason": JSONSchema.value("string", "why you need this; kept for the auditor"),
                ],
                required: ["sql"],
                closed: true
            ),
            output: ToolSchemas.page
        ),
        annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: false, openWorld: false)
    )

    static let fetchPage = ToolDefinition(
        name: "fetch_page",
        title: "Fetch the next page",
        description: """
            Returns the next rows of an earlier query. A cursor lasts some hours; when it is no longer valid, run the \
            query again. Example: {"cursor": "…next_cursor of the last page…"}
            """,
        schemas: (
            input: JSONSchema.object(
                ["cursor": JSONSchema.value("string", "next_cursor of the page before"), "max_rows": maxRows],
                required: ["cursor"],
                closed: true
            ),
            output: ToolSchemas.furtherPage
        ),
        annotations: reading
    )

    static let getJob = ToolDefinition(
        name: "get_job",
        title: "Get a running query",
        description: """
            Waits for a query that was still running and returns its first page. \
            Example: {"job_id": "scrim_…", "wait_s": 20}
            """,
        schemas: (
            input: JSONSchema.object(
                [
                    "job_id": jobID,
                    "wait_s": [
                        "type": "integer", "minimum": 0, "maximum": .integer(ToolArguments.waitSecondsMax),
                        "description": "seconds to wait for the end",
                    ],
                ],
                required: ["job_id"],
                closed: true
            ),
            output: ToolSchemas.furtherPage
        ),
        annotations: reading
    )

    static let cancelJob = ToolDefinition(
        name: "cancel_job",
        title: "Cancel a query",
        description: "Stops one of your running queries. Example: {\"job_id\": \"scrim_…\"}",
        schemas: (
            input: JSONSchema.object(["job_id": jobID], required: ["job_id"], closed: true),
            output: JSONSchema.object(
                ["job": ToolSchemas.job, "status": JSONSchema.value("string")],
                required: ["job", "status"]
            )
        ),
        annotations: ToolAnnotations(readOnly: false, destructive: true, idempotent: true, openWorld: false)
    )
}
