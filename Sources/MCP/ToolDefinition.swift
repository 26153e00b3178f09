public import JSON

/// What a client is told about a tool.
public struct ToolDefinition: Sendable, Hashable {
    /// 1 to 64 characters of `[A-Za-z0-9_.-]`.
    public let name: String
    /// For people.
    public let title: String
    /// For models: what it does, when to use it, one example.
    public let description: String
    /// JSON Schema 2020-12 of the arguments; the root is an object.
    public let inputSchema: JSONObject
    /// JSON Schema 2020-12 of the structured result; the root is an object, as the legacy era demands. `nil` for a
    /// tool whose result is content alone.
    public let outputSchema: JSONObject?
    /// Hints about effects; all four are always given, because their defaults assume the worst.
    public let annotations: ToolAnnotations

    /// Creates a definition.
    public init(
        name: String,
        title: String,
        description: String,
        schemas: (input: JSONObject, output: JSONObject?),
        annotations: ToolAnnotations
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = schemas.input
        self.outputSchema = schemas.output
        self.annotations = annotations
    }

    /// The entry of `tools/list`.
    var json: JSONValue {
        var entry: JSONObject = [
            "name": .string(name),
            "title": .string(title),
            "description": .string(description),
            "inputSchema": .object(inputSchema),
        ]
        entry["outputSchema"] = outputSchema.map { .object($0) }
        entry["annotations"] = [
            "readOnlyHint": .bool(annotations.readOnly),
            "destructiveHint": .bool(annotations.destructive),
            "idempotentHint": .bool(annotations.idempotent),
            "openWorldHint": .bool(annotations.openWorld),
        ]
        return .object(entry)
    }
}

/// Hints about what calling a tool does; clients show them, nothing relies on them.
public struct ToolAnnotations: Sendable, Hashable {
    /// Changes nothing.
    public let readOnly: Bool
    /// May undo or end something.
    public let destructive: Bool
    /// A second call with the same arguments has no further effect.
    public let idempotent: Bool
    /// Reaches beyond the warehouse.
    public let openWorld: Bool

    /// Creates hints.
    public init(readOnly: Bool, destructive: Bool, idempotent: Bool, openWorld: Bool) {
        self.readOnly = readOnly
        self.destructive = destructive
        self.idempotent = idempotent
        self.openWorld = openWorld
    }
}
