import JSON

/// The arguments of a tool that its schema wants repeated in headers, so that an intermediary can route by them
/// (revision 2026-07-28, basic/transports/streamable-http "Custom Headers from Tool Parameters").
struct HeaderParameters {
    private static let annotation = "x-mcp-header"
    private static let prefix = "Mcp-Param-"

    /// One such argument: the header, and the names that lead to its value.
    private struct Parameter {
        let header: String
        let path: [String]
    }

    private let parameters: [Parameter]

    /// Finds them in a schema, along `properties` alone, as the specification has it.
    init(schema: JSONObject) { parameters = Self.find(in: schema, at: []) }

    /// Whether the tool wants none.
    var isEmpty: Bool { parameters.isEmpty }

    private static func find(in schema: JSONObject, at path: [String]) -> [Parameter] {
        var found: [Parameter] = []
        for (name, property) in schema["properties"]?.objectValue ?? [:] {
            guard let property = property.objectValue else { continue }
            if let header = property[annotation]?.stringValue {
                found.append(Parameter(header: prefix + header, path: path + [name]))
            }
            found += find(in: property, at: path + [name])
        }
        return found
    }

    /// What is wrong with the headers of a call, or `nil`.
    func mismatch(arguments: JSONValue, headers: [HeaderField]) -> String? {
        for parameter in parameters {
            var value: JSONValue? = arguments
            for name in parameter.path { value = value?[name] }
            let found = headers.values(of: parameter.header)
            guard found.count < 2 else { return "header `\(parameter.header)` is given more than once" }
            guard let value, !value.isNull else {
                if found.isEmpty { continue }
                return "header `\(parameter.header)` is given, its argument is not"
            }
            guard let raw = found.first else { return "header `\(parameter.header)` is missing" }
            guard let text = EncodedHeaderValue.decode(raw) else {
                return "header `\(parameter.header)` is not canonical base64 of UTF-8"
            }
            guard Self.isSame(text, value) else { return "header `\(parameter.header)` differs from the body" }
        }
        return nil
    }

    private static func isSame(_ text: String, _ value: JSONValue) -> Bool {
        switch value {
        case .string(let expected): return text.utf8.elementsEqual(expected.utf8)
        case .bool(let expected): return text == (expected ? "true" : "false")
        case .integer, .double:
            // Numerically: `42.0` and `42` are the same.
            guard let number = try? JSONValue(parsing: text), let expected = value.integerValue else { return false }
            return number.integerValue == expected
        case .null, .array, .object: return false
        }
    }
}
