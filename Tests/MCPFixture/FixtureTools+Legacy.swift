import JSON
import MCP
import Server

/// Tools that ask a legacy client on its event stream, and tools that our own tests call.
extension FixtureTools {
    static let legacy: [FixtureTool] = [
        tool("test_sampling", input: argument("prompt")) { arguments, _, context in
            await told("LLM response: ", sampling(arguments["prompt"]?.stringValue ?? "", 100), context) {
                $0["content"]?["text"]?.stringValue ?? "none"
            }
        },
        tool("test_elicitation", input: argument("message")) { arguments, _, context in
            let form = InputRequest.form(
                message: arguments["message"]?.stringValue ?? "",
                schema: [
                    "type": "object",
                    "properties": [
                        "username": ["type": "string", "description": "User's response"],
                        "email": ["type": "string", "description": "User's email address"],
                    ],
                    "required": ["username", "email"],
                ]
            )
            return await told("User response: ", form, context) { action($0) }
        },
        tool("test_elicitation_sep1034_defaults") { _, _, context in
            let form = InputRequest.form(message: "Please provide user information", schema: schemaWithDefaults)
            return await told("Elicitation completed: ", form, context) { action($0) }
        },
        tool("test_elicitation_sep1330_enums") { _, _, context in
            let form = InputRequest.form(message: "Please select values", schema: schemaWithEnums)
            return await told("Elicitation completed: ", form, context) { action($0) }
        },
    ]

    static let own: [FixtureTool] = [
        tool("test_large_result", input: number("bytes")) { arguments, _, context in
            await context.progress(1, total: 1)
            let count = max(0, min(arguments["bytes"]?.integerValue ?? 0, 50_000_000))
            return text(String(repeating: "x", count: Int(count)))
        },
        tool("test_slow", input: number("milliseconds")) { arguments, _, _ in
            let milliseconds = max(0, min(arguments["milliseconds"]?.integerValue ?? 0, 60_000))
            try? await Task.sleep(for: .milliseconds(milliseconds))
            return text(Task.isCancelled ? "cancelled" : "slept")
        },
        tool("test_trigger_resource_change", input: argument("uri")) { arguments, _, _ in
            FixtureOffer.hub.announce(.resource(arguments["uri"]?.stringValue ?? ""))
            return text("resource changed")
        },
        tool("test_trace") { _, caller, _ in text(caller.facts.trace?.traceparent ?? "none") },
        tool("test_resource_link") { _, _, _ in
            .success(
                content: [.link(ResourceDefinition(uri: "test://static-text", name: "static-text", size: 48))]
            )
        },
    ]

    private static func told(
        _ prefix: String,
        _ input: InputRequest,
        _ context: CallContext,
        _ shown: (JSONValue) -> String
    ) async -> ToolResult {
        do throws(ProtocolError) {
            return text(prefix + shown(try await context.ask(input)))
        } catch {
            return .failure(text: error.message)
        }
    }

    private static func action(_ answer: JSONValue) -> String {
        "action=\(answer["action"]?.stringValue ?? "none"), content=\((answer["content"] ?? [:]).text)"
    }

    private static func argument(_ name: String) -> JSONObject { object(name, type: "string") }

    private static func number(_ name: String) -> JSONObject { object(name, type: "integer") }

    /// A default of every primitive type (SEP-1034).
    private static let schemaWithDefaults: JSONObject = [
        "type": "object",
        "properties": [
            "name": ["type": "string", "description": "User name", "default": "John Doe"],
            "age": ["type": "integer", "description": "User age", "default": 30],
            "score": ["type": "number", "description": "User score", "default": 95.5],
            "status": ["type": "string", "enum": ["active", "inactive", "pending"], "default": "active"],
            "verified": ["type": "boolean", "description": "Verification status", "default": true],
        ],
        "required": [],
    ]

    /// Every form of a choice (SEP-1330).
    private static let schemaWithEnums: JSONObject = [
        "type": "object",
        "properties": [
            "untitledSingle": ["type": "string", "enum": ["option1", "option2", "option3"]],
            "titledSingle": [
                "type": "string",
                "oneOf": [
                    ["const": "value1", "title": "First Option"], ["const": "value2", "title": "Second Option"],
                    ["const": "value3", "title": "Third Option"],
                ],
            ],
            "legacyEnum": [
                "type": "string", "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"],
            ],
            "untitledMulti": [
                "type": "array", "items": ["type": "string", "enum": ["option1", "option2", "option3"]],
            ],
            "titledMulti": [
                "type": "array",
                "items": [
                    "anyOf": [
                        ["const": "value1", "title": "First Choice"], ["const": "value2", "title": "Second Choice"],
                        ["const": "value3", "title": "Third Choice"],
                    ]
                ],
            ],
        ],
        "required": [],
    ]
}
