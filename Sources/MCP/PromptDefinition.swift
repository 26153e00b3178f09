import JSON

/// What a client is told about a prompt: the entry of `prompts/list` (revision 2026-07-28, server/prompts).
public struct PromptDefinition: Sendable, Hashable {
    /// One argument; its value is always a text.
    public struct Argument: Sendable, Hashable {
        /// The name.
        public let name: String
        /// What to give.
        public let description: String
        /// Whether the prompt cannot do without it.
        public let isRequired: Bool

        /// Creates an argument.
        public init(_ name: String, _ description: String, isRequired: Bool) {
            self.name = name
            self.description = description
            self.isRequired = isRequired
        }
    }

    /// The name for programs.
    public let name: String
    /// The name for people.
    public let title: String
    /// What it is for.
    public let description: String
    /// The arguments, in the order in which people are asked for them.
    public let arguments: [Argument]

    /// Creates a definition.
    public init(name: String, title: String, description: String, arguments: [Argument] = []) {
        self.name = name
        self.title = title
        self.description = description
        self.arguments = arguments
    }

    var json: JSONValue {
        var object: JSONObject = [
            "name": .string(name), "title": .string(title), "description": .string(description),
        ]
        if !arguments.isEmpty {
            object["arguments"] = .array(
                arguments.map {
                    [
                        "name": .string($0.name), "description": .string($0.description),
                        "required": .bool($0.isRequired),
                    ]
                }
            )
        }
        return .object(object)
    }
}

/// One message of a prompt.
public struct PromptMessage: Sendable, Hashable {
    /// Whose message it is.
    public enum Role: String, Sendable, Hashable {
        case user, assistant
    }

    /// Whose message it is.
    public let role: Role
    /// What it says.
    public let content: ContentBlock

    /// Creates a message.
    public init(_ role: Role, _ content: ContentBlock) {
        self.role = role
        self.content = content
    }
}

/// A prompt with its arguments filled in: the answer to `prompts/get`.
public struct PromptResult: Sendable, Hashable {
    /// What it is for.
    public let description: String?
    /// What it says.
    public let messages: [PromptMessage]

    /// Creates a result.
    public init(description: String? = nil, messages: [PromptMessage]) {
        self.description = description
        self.messages = messages
    }

    var members: JSONObject {
        var object: JSONObject = [:]
        object["description"] = description.map { .string($0) }
        object["messages"] = .array(
            messages.map { ["role": .string($0.role.rawValue), "content": $0.content.json] }
        )
        return object
    }
}
