import JSON
import MCP
import Server

/// Tools that need input from the client: scenarios `input-required-result-*`, and the capability checks of
/// `server-stateless`.
extension FixtureTools {
    static let rounds: [FixtureTool] = [
        asking("test_input_required_result_elicitation") { context in
            guard let name = accepted(context, "user_name")?["name"]?.stringValue else {
                return .inputRequired(InputRequired(requests: ["user_name": question("What is your name?", "name")]))
            }
            return .complete(text("Hello, \(name)!"))
        },
        asking("test_input_required_result_sampling") { context in
            guard let answer = context.inputResponses?["capital_question"]?["content"]?["text"]?.stringValue else {
                return .inputRequired(
                    InputRequired(requests: ["capital_question": sampling("What is the capital of France?", 100)])
                )
            }
            return .complete(text("Model said: \(answer)"))
        },
        asking("test_input_required_result_list_roots") { context in
            guard let roots = context.inputResponses?["client_roots"]?["roots"]?.arrayValue else {
                return .inputRequired(InputRequired(requests: ["client_roots": .roots]))
            }
            return .complete(text("Client exposed \(roots.count) root(s)."))
        },
        asking("test_input_required_result_request_state") { context in
            guard context.state == "nonce", accepted(context, "confirm") != nil else {
                return .inputRequired(
                    InputRequired(
                        requests: ["confirm": question("Please confirm", "ok", type: "boolean")],
                        state: "nonce"
                    )
                )
            }
            return .complete(text("state-ok: confirmation received"))
        },
        asking("test_input_required_result_multiple_inputs") { context in
            let all = ["user_name", "greeting", "client_roots"]
            if context.state != nil, all.allSatisfy({ context.inputResponses?[$0]?.objectValue != nil }) {
                return .complete(text("All inputs received."))
            }
            let requests: [String: InputRequest] = [
                "user_name": question("What is your name?", "name"),
                "greeting": sampling("Generate a greeting", 50), "client_roots": .roots,
            ]
            return .inputRequired(InputRequired(requests: requests, state: "multiple"))
        },
        asking("test_input_required_result_multi_round", manyRounds),
        asking("test_input_required_result_tampered_state") { context in
            guard context.state != nil else {
                return .inputRequired(
                    InputRequired(requests: ["confirm": question("Please confirm", "ok", type: "boolean")], state: 1)
                )
            }
            return .complete(text("state-ok"))
        },
        asking("test_input_required_result_capabilities") { context in
            let all = ["sample": sampling("Say hello", 50), "ask": question("What is your name?", "name")]
            let allowed = all.filter { context.mayAsk($0.value) }
            return .inputRequired(InputRequired(requests: allowed, state: "gated"))
        },
        asking("test_missing_capability") { context throws(ProtocolError) in
            guard context.mayAsk(.sampling([:])) else { throw .missingCapabilities(["sampling": [:]]) }
            return .complete(text("the client can sample"))
        },
        asking("test_streaming_elicitation") { context in
            await context.progress(1, total: 2, message: "about to ask")
            guard accepted(context, "user_name") != nil else {
                return .inputRequired(InputRequired(requests: ["user_name": question("What is your name?", "name")]))
            }
            return .complete(text("done"))
        },
        asking("test_url_elicitation") { context in
            guard context.inputResponses?["page"]?["action"] == "accept" else {
                let request = InputRequest.url(message: "Please open this page", url: "https://example.com/approve")
                return .inputRequired(InputRequired(requests: ["page": request], state: "page"))
            }
            return .complete(text("opened"))
        },
    ]

    /// Two questions, the second of which knows the answer to the first.
    private static let manyRounds: @Sendable (CallContext) async throws(ProtocolError) -> RoundOutcome<ToolResult> = {
        context in
        switch context.state?["round"]?.integerValue {
        case 1:
            guard let name = accepted(context, "step1")?["name"] else { break }
            let request = question("Step 2: What is your favorite color?", "color")
            return .inputRequired(InputRequired(requests: ["step2": request], state: ["round": 2, "name": name]))
        case 2:
            guard let color = accepted(context, "step2")?["color"]?.stringValue else { break }
            return .complete(text("\(context.state?["name"]?.stringValue ?? "?") likes \(color)."))
        default: break
        }
        let request = question("Step 1: What is your name?", "name")
        return .inputRequired(InputRequired(requests: ["step1": request], state: ["round": 1]))
    }

    private static func asking(
        _ name: String,
        _ run: @escaping @Sendable (CallContext) async throws(ProtocolError) -> RoundOutcome<ToolResult>
    ) -> FixtureTool {
        Tool(
            definition(name, input: ["type": "object", "additionalProperties": false]),
            rounds: {
                _,
                _,
                context throws(ProtocolError) in
                try await run(context)
            }
        )
    }

    /// What a person filled in, if they did.
    static func accepted(_ context: CallContext, _ key: String) -> JSONObject? {
        guard let response = context.inputResponses?[key], response["action"] == "accept" else { return nil }
        return response["content"]?.objectValue
    }

    /// One field for a person to fill in.
    static func question(_ message: String, _ field: String, type: String = "string") -> InputRequest {
        .form(message: message, schema: object(field, type: type))
    }

    /// The schema of an object with one member, which it must have.
    static func object(_ name: String, type: String) -> JSONObject {
        let property: JSONValue = ["type": .string(type)]
        return [
            "type": "object", "properties": .object(JSONObject([(name, property)])), "required": [.string(name)],
        ]
    }

    static func sampling(_ text: String, _ tokensMax: Int64) -> InputRequest {
        .sampling([
            "messages": [["role": "user", "content": ["type": "text", "text": .string(text)]]],
            "maxTokens": .integer(tokensMax),
        ])
    }
}
