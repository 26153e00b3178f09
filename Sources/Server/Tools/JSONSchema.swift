import JSON

/// Building blocks of the tools' JSON Schemas (2020-12).
enum JSONSchema {
    /// An object; names beyond `properties` are allowed in answers only, where later versions may add to them.
    static func object(
        _ properties: JSONObject,
        required: [String] = [],
        closed: Bool = false
    ) -> JSONObject {
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        if closed { schema["additionalProperties"] = false }
        return schema
    }

    /// A list of objects.
    static func list(of properties: JSONObject, required: [String]) -> JSONValue {
        ["type": "array", "items": .object(object(properties, required: required))]
    }

    /// A value of one type with a description.
    static func value(_ type: String, _ description: String) -> JSONValue {
        ["type": .string(type), "description": .string(description)]
    }

    /// A value of one type.
    static func value(_ type: String) -> JSONValue { ["type": .string(type)] }

    /// A value that may be null.
    static func nullable(_ type: String, _ description: String? = nil) -> JSONValue {
        var schema: JSONObject = ["type": [.string(type), "null"]]
        if let description { schema["description"] = .string(description) }
        return .object(schema)
    }
}
