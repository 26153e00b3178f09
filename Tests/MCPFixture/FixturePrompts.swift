import JSON
import MCP
import Server

/// The prompts of the conformance suite, and the completion of their arguments.
enum FixturePrompts {
    static let all: [Prompt<FixtureCaller>] = [
        prompt("test_simple_prompt") { _ in
            [PromptMessage(.user, .text("This is a simple prompt for testing."))]
        },
        prompt("test_prompt_with_arguments", ["arg1", "arg2"]) { arguments in
            let (first, second) = (arguments["arg1"] ?? "", arguments["arg2"] ?? "")
            return [PromptMessage(.user, .text("Prompt with arguments: arg1='\(first)', arg2='\(second)'"))]
        },
        prompt("test_prompt_with_embedded_resource", ["resourceUri"]) { arguments in
            let contents = ResourceContents(
                uri: arguments["resourceUri"] ?? "",
                mimeType: "text/plain",
                body: .text("Embedded resource content for testing.")
            )
            return [
                PromptMessage(.user, .resource(contents)),
                PromptMessage(.user, .text("Please process the embedded resource above.")),
            ]
        },
        prompt("test_prompt_with_image") { _ in
            [
                PromptMessage(.user, .image(FixtureOffer.picture, mimeType: "image/png")),
                PromptMessage(.user, .text("Please analyze the image above.")),
            ]
        },
        Prompt(definition("test_input_required_result_prompt", [])) { _, _, context throws(ProtocolError) in
            guard let text = FixtureTools.accepted(context, "user_context")?["context"]?.stringValue else {
                let request = FixtureTools.question("What context should the prompt use?", "context")
                return .inputRequired(InputRequired(requests: ["user_context": request]))
            }
            return .complete(
                PromptResult(messages: [PromptMessage(.user, .text("Use the following context: \(text)"))])
            )
        },
    ]

    /// Values that begin with what was typed.
    static let complete: @Sendable (CompletionRequest, FixtureCaller) async throws(ProtocolError) -> CompletionResult =
        { request, _ throws(ProtocolError) in
            let isKnown =
                switch request.reference {
                case .prompt(let name):
                    all.contains {
                        $0.definition.name == name && $0.definition.arguments.contains { $0.name == request.argument }
                    }
                case .resource(let uri): uri == "test://template/{id}/data" && request.argument == "id"
                }
            guard isKnown else { throw ProtocolError(.invalidParameters, "there is no such argument") }
            let values = (0..<150).map { "test\($0)" } + ["paris", "park", "party"]
            return CompletionResult(all: values.filter { $0.hasPrefix(request.value) })
        }

    private static func prompt(
        _ name: String,
        _ arguments: [String] = [],
        _ messages: @escaping @Sendable ([String: String]) -> [PromptMessage]
    ) -> Prompt<FixtureCaller> {
        Prompt(definition(name, arguments)) { given, _, _ throws(ProtocolError) in
            .complete(PromptResult(description: "for tests", messages: messages(given)))
        }
    }

    private static func definition(_ name: String, _ arguments: [String]) -> PromptDefinition {
        PromptDefinition(
            name: name,
            title: name,
            description: "For tests: what the conformance suite describes under this name",
            arguments: arguments.map { PromptDefinition.Argument($0, "a test argument", isRequired: true) }
        )
    }
}
