import JSON

/// What the tools' answers have in common.
enum ToolSchemas {
    static let nextCursor = JSONSchema.nullable("string", "null at the end")

    static let notes: JSONValue = ["type": "array", "items": ["type": "string"]]

    /// The mask of a column, or null.
    static let masked: JSONValue = [
        "description": "how the values are masked for you; null: not masked",
        "anyOf": [
            ["type": "null"],
            .object(
                JSONSchema.object(
                    ["tag": JSONSchema.nullable("string"), "rule": JSONSchema.value("string")],
                    required: ["rule"]
                )
            ),
        ],
    ]

    static let columns = JSONSchema.list(
        of: [
            "name": JSONSchema.value("string"),
            "type": JSONSchema.value("string"),
            "mode": JSONSchema.value("string"),
            "masked": masked,
        ],
        required: ["name", "type", "masked"]
    )

    static let maskedColumns = JSONSchema.list(
        of: [
            "table": JSONSchema.value("string"),
            "column": JSONSchema.value("string"),
            "tag": JSONSchema.nullable("string"),
            "rule": JSONSchema.value("string"),
        ],
        required: ["table", "column", "rule"]
    )

    static let job: JSONValue = .object(
        JSONSchema.object(
            [
                "project": JSONSchema.value("string"),
                "location": JSONSchema.value("string"),
                "job_id": JSONSchema.value("string"),
            ],
            required: ["project", "location", "job_id"]
        )
    )

    /// What `fetch_page` and `get_job` answer: the same as `query`, whose schema says what its parts hold. To repeat that
    /// would cost every agent several hundred tokens.
    static let furtherPage: JSONObject = {
        var schema = page
        let members = page["properties"]?.objectValue ?? [:]
        schema["description"] = "as query answers"
        schema["properties"] = .object(JSONObject(members.map { ($0, ["type": $1["type"] ?? "object"]) }))
        return schema
    }()

    /// A page of rows, or the news that there is none yet: `query`, and without details `fetch_page` and `get_job`.
    static let page = JSONSchema.object(
        [
            "job": job,
            "session": JSONSchema.value("string"),
            "status": JSONSchema.value("string", "done, or running: go on with get_job"),
            "columns": columns,
            "rows": ["type": "array", "items": JSONSchema.value("array"), "description": "cells in column order"],
            "row_count": JSONSchema.value("integer", "rows of this page"),
            "total_rows": JSONSchema.nullable("string"),
            "truncated": JSONSchema.value("boolean", "more rows follow"),
            "next_cursor": JSONSchema.nullable("string", "for fetch_page; null at the end"),
            "bytes_processed": JSONSchema.nullable("string"),
            "cache_hit": JSONSchema.nullable("boolean"),
            "masked_columns": maskedColumns,
            "notes": notes,
        ],
        required: ["job", "session", "status"]
    )

    /// `parameters` of a query.
    static let parameters: JSONValue = [
        "description":
            "values for @name as {\"name\": {\"type\": \"INT64\", \"value\": \"7\"}}, for ? as an array of {type, value}",
        "type": ["object", "array"],
    ]
}
