import JSON
import MCP
import Server

typealias FixtureTool = Tool<FixtureCaller>

/// Tools that answer at once, or say something on the way.
enum FixtureTools {
    static let plain: [FixtureTool] = [
        tool("test_simple_text") { _, _, _ in text("This is a simple text response for testing.") },
        tool("test_image_content") { _, _, _ in
            .success(content: [.image(FixtureOffer.picture, mimeType: "image/png")])
        },
        tool("test_audio_content") { _, _, _ in
            .success(content: [.audio(FixtureOffer.sound, mimeType: "audio/wav")])
        },
        tool("test_embedded_resource") { _, _, _ in
            .success(content: [
                embedded("test://embedded-resource", "text/plain", "This is an embedded resource content.")
            ])
        },
        tool("test_multiple_content_types") { _, _, _ in
            .success(content: [
                .text("Multiple content types test:"), .image(FixtureOffer.picture, mimeType: "image/png"),
                embedded("test://mixed-content-resource", "application/json", #"{"test":"data","value":123}"#),
            ])
        },
        tool("test_error_handling") { _, _, _ in
            .failure(text: "This tool intentionally returns an error for testing")
        },
        tool("test_tool_with_logging") { _, _, context in
            for line in ["Tool execution started", "Tool processing data", "Tool execution completed"] {
                await context.log(.info, logger: "fixture", .string(line))
                try? await Task.sleep(for: .milliseconds(50))
            }
            return text("Tool with logging executed successfully")
        },
        tool("test_logging_tool") { _, _, context in
            await context.log(.debug, logger: "fixture", "a fine line")
            await context.log(.warning, logger: "fixture", ["what": "a grave line"])
            return text("logged")
        },
        tool("test_tool_with_progress") { _, _, context in
            for step in [0.0, 50, 100] {
                await context.progress(step, total: 100, message: "Completed step \(Int(step)) of 100")
                try? await Task.sleep(for: .milliseconds(50))
            }
            return text("Tool with progress executed successfully")
        },
        tool("json_schema_2020_12_tool", input: schemaWithEverything) { _, _, _ in text("done") },
        tool("test_x_mcp_header", input: schemaWithHeader) { arguments, _, _ in
            text("region=\(arguments["region"]?.stringValue ?? "none")")
        },
        tool("test_trigger_tool_change") { _, _, _ in
            FixtureOffer.hub.announce(.toolsList)
            return text("tool list changed")
        },
        tool("test_trigger_prompt_change") { _, _, _ in
            FixtureOffer.hub.announce(.promptsList)
            return text("prompt list changed")
        },
    ]

    /// A tool without an output schema.
    static func tool(
        _ name: String,
        input: JSONObject = ["type": "object", "additionalProperties": false],
        run: @escaping @Sendable (JSONObject, FixtureCaller, CallContext) async -> ToolResult
    ) -> FixtureTool {
        Tool(definition(name, input: input), run: run)
    }

    static func definition(_ name: String, input: JSONObject) -> ToolDefinition {
        ToolDefinition(
            name: name,
            title: name,
            description: "For tests: what the conformance suite describes under this name",
            schemas: (input: input, output: nil),
            annotations: ToolAnnotations(readOnly: true, destructive: false, idempotent: true, openWorld: false)
        )
    }

    static func text(_ text: String) -> ToolResult { .success(content: [.text(text)]) }

    private static func embedded(_ uri: String, _ mimeType: String, _ text: String) -> ContentBlock {
        .resource(ResourceContents(uri: uri, mimeType: mimeType, body: .text(text)))
    }

    private static let schemaWithHeader: JSONObject = [
        "type": "object",
        "properties": [
            "region": ["type": "string", "description": "mirrored into a header", "x-mcp-header": "Region"],
            "page": ["type": "integer", "description": "mirrored as well", "x-mcp-header": "Page"],
            "place": ["type": "object", "properties": ["dry": ["type": "boolean", "x-mcp-header": "Dry"]]],
        ],
    ]

    /// The keywords that a list of tools must not lose (scenario `json-schema-2020-12`).
    private static let schemaWithEverything: JSONObject = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": [
            "address": [
                "$anchor": "addressDef", "type": "object",
                "properties": ["street": ["type": "string"], "city": ["type": "string"]],
            ]
        ],
        "properties": [
            "name": ["type": "string"], "address": ["$ref": "#/$defs/address"],
            "contactMethod": ["type": "string", "enum": ["phone", "email"]],
            "phone": ["type": "string"], "email": ["type": "string"],
        ],
        "allOf": [["anyOf": [["required": ["phone"]], ["required": ["email"]]]]],
        "if": ["properties": ["contactMethod": ["const": "phone"]], "required": ["contactMethod"]],
        "then": ["required": ["phone"]],
        "else": ["required": ["email"]],
        "additionalProperties": false,
    ]
}
