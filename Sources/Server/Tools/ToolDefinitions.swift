import JSON
import MCP

/// What agents are told about each tool: short, because every session pays for it in tokens, with one example each.
enum ToolDefinitions {
    static let reading = ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false)
    static let sql = JSONSchema.value("string", "one GoogleSQL SELECT, without trailing statements")

    static let listDatasets = ToolDefinition(
        name: "list_datasets",
        title: "List datasets",
        description: "Lists the datasets you can query. Start here. Example: {}",
        schemas: (
            input: JSONSchema.object(
                ["cursor": JSONSchema.value("string", "next_cursor of the page before")],
                closed: true
            ),
            output: JSONSchema.object(
                [
                    "datasets": JSONSchema.list(
                        of: [
                            "dataset": JSONSchema.value("string"),
                            "location": JSONSchema.nullable("string"),
                            "description": JSONSchema.nullable("string"),
                        ],
                        required: ["dataset"]
                    ),
                    "next_cursor": ToolSchemas.nextCursor,
                ],
                required: ["datasets", "next_cursor"]
            )
        ),
        annotations: reading
    )

    static let listTables = ToolDefinition(
        name: "list_tables",
        title: "List tables",
        description: "Lists the tables and views of a dataset. Example: {\"dataset\": \"bank\"}",
        schemas: (
            input: JSONSchema.object(
                [
                    "dataset": JSONSchema.value("string", "dataset or project.dataset"),
                    "cursor": JSONSchema.value("string", "next_cursor of the page before"),
                ],
                required: ["dataset"],
                closed: true
            ),
            output: JSONSchema.object(
                [
                    "tables": JSONSchema.list(
                        of: [
                            "table": JSONSchema.value("string"),
                            "type": JSONSchema.value("string"),
                            "rows": ["type": ["string", "integer", "null"]],
                            "description": JSONSchema.nullable("string"),
                        ],
                        required: ["table", "type"]
                    ),
                    "next_cursor": ToolSchemas.nextCursor,
                ],
                required: ["tables", "next_cursor"]
            )
        ),
        annotations: reading
    )

    static let describeTable = ToolDefinition(
        name: "describe_table",
        title: "Describe a table",
        description: """
            Shows a table's columns and how each is masked for you; nested columns as a.b. Use it before you write SQL. \
            Example: {"table": "bank.customers"}
            """,
        schemas: (
            input: JSONSchema.object(
                ["table": JSONSchema.value("string", "table, dataset.table or project.dataset.table")],
                required: ["table"],
                closed: true
            ),
            output: JSONSchema.object(
                [
                    "table": JSONSchema.value("string"),
                    "type": JSONSchema.value("string"),
                    "columns": JSONSchema.list(
                        of: [
                            "name": JSONSchema.value("string"),
                            "type": JSONSchema.value("string"),
                            "mode": JSONSchema.value("string"),
                            "description": JSONSchema.nullable("string"),
                            "masked": ToolSchemas.masked,
                        ],
                        required: ["name", "type", "masked"]
                    ),
                    "partitioning": JSONSchema.nullable("string", "the partitioning column"),
                    "clustering": ["type": "array", "items": ["type": "string"]],
                    "notes": ToolSchemas.notes,
                ],
                required: ["table", "type", "columns"]
            )
        ),
        annotations: reading
    )

    static let searchSchema = ToolDefinition(
        name: "search_schema",
        title: "Search tables and columns",
        description: """
            Finds tables and columns by words of their names and descriptions, in any order. Use it when you do not know \
            where something is. Example: {"text": "customer email"}
            """,
        schemas: (
            input: JSONSchema.object(
                [
                    "text": JSONSchema.value("string", "words; each must be found"),
                    "limit": [
                        "type": "integer", "minimum": .integer(ToolArguments.matchesRange.lowerBound),
                        "maximum": .integer(ToolArguments.matchesRange.upperBound),
                        "description": "matches at most, 20 unless told",
                    ],
                ],
                required: ["text"],
                closed: true
            ),
            output: JSONSchema.object(
                [
                    "matches": JSONSchema.list(
                        of: [
                            "table": JSONSchema.value("string"),
                            "column": JSONSchema.value("string", "absent: the table itself; nested as a.b"),
                            "type": JSONSchema.value("string"),
                            "masked": ToolSchemas.masked,
                        ],
                        required: ["table"]
                    )
                ],
                required: ["matches"]
            )
        ),
        annotations: reading
    )

    static let estimateQuery = ToolDefinition(
        name: "estimate_query",
        title: "Estimate a query",
        description: """
            Checks a query without running it: result columns, masked columns, bytes it would read, or why it is refused. \
            Example: {"sql": "SELECT segment, COUNT(*) AS n FROM bank.customers GROUP BY segment"}
            """,
        schemas: (
            input: JSONSchema.object(
                ["sql": sql, "parameters": ToolSchemas.parameters],
                required: ["sql"],
                closed: true
            ),
            output: JSONSchema.object(
                [
                    "columns": ToolSchemas.columns,
                    "masked_columns": ToolSchemas.maskedColumns,
                    "bytes_processed": JSONSchema.nullable("string"),
                    "rewritten_sql": JSONSchema.value("string"),
                    "notes": ToolSchemas.notes,
                ],
                required: ["columns", "masked_columns", "rewritten_sql"]
            )
        ),
        annotations: reading
    )
}
