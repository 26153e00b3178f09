import JSON
import Masking

/// Decodes the `parameters` argument: `{name: {"type": "INT64", "value": "7"}}`, or an array of such for `?`.
enum QueryParameterDecoding {
    /// BigQuery's own limit (quotas: 10,000 parameters).
    static let parametersMax = 10_000

    /// - Throws: `GateFailure` with a `parameter.*` reason for each parameter that cannot be read.
    static func decode(_ argument: JSONValue?) throws(GateFailure) -> [QueryParameter] {
        let entries: [(name: String, shown: String, value: JSONValue)]
        switch argument {
        case nil, .null: return []
        case .object(let object): entries = object.map { ($0.key, $0.key, $0.value) }
        case .array(let array): entries = array.enumerated().map { ("", "\($0.offset + 1)", $0.element) }
        case .bool, .integer, .double, .string:
            throw GateFailure("parameter.malformed", "`parameters` must be an object or an array", fix: Self.example)
        }
        guard entries.count <= parametersMax else {
            throw GateFailure(
                "limit.parameters",
                "there are more than \(parametersMax) parameters",
                fix: "pass an ARRAY parameter"
            )
        }
        var refusals: [Refusal] = []
        var parameters: [QueryParameter] = []
        for entry in entries {
            do {
                parameters.append(try parameter(entry.name, entry.value))
            } catch {
                refusals.append(
                    Refusal(
                        code: "parameter.malformed",
                        message: "parameter `\(entry.shown)`: \(error.reason)",
                        position: nil,
                        fix: example
                    )
                )
            }
        }
        guard refusals.isEmpty else { throw GateFailure(refusals) }
        return parameters
    }

    private static let example =
        "write each as {\"type\": \"INT64\", \"value\": \"7\"}; arrays as {\"type\": \"ARRAY<INT64>\", \"value\": [\"7\"]}"

    private struct Malformed: Error { let reason: String }

    private static func parameter(_ name: String, _ value: JSONValue) throws(Malformed) -> QueryParameter {
        guard let object = value.objectValue, let text = object["type"]?.stringValue else {
            throw Malformed(reason: "it must be an object with `type` and `value`")
        }
        guard object.keys.allSatisfy({ $0 == "type" || $0 == "value" }) else {
            throw Malformed(reason: "only `type` and `value` are known")
        }
        guard let type = ParameterTypeText.parse(text) else {
            throw Malformed(reason: "`type` is no type of BigQuery's")
        }
        return QueryParameter(name: name, type: type, value: try decode(object["value"] ?? .null, as: type))
    }

    private static func decode(_ value: JSONValue, as type: ParameterType) throws(Malformed) -> ParameterValue {
        if value.isNull { return .null }
        switch type {
        case .scalar: return .scalar(try scalar(value))
        case .array(let element):
            guard let values = value.arrayValue else { throw Malformed(reason: "an ARRAY's value must be an array") }
            var elements: [ParameterValue] = []
            for value in values { elements.append(try decode(value, as: element)) }
            return .array(elements)
        case .structure(let fields): return .structure(try structure(value, fields))
        case .range:
            guard let object = value.objectValue else {
                throw Malformed(reason: "a RANGE's value must be an object with `start` and `end`")
            }
            return .range(start: try end(object["start"]), end: try end(object["end"]))
        }
    }

    private static func end(_ value: JSONValue?) throws(Malformed) -> String? {
        guard let value, !value.isNull else { return nil }
        return try scalar(value)
    }

    private static func structure(
        _ value: JSONValue,
        _ fields: [ParameterType.Field]
    ) throws(Malformed) -> [ParameterValue] {
        guard let object = value.objectValue, object.count == fields.count else {
            throw Malformed(reason: "a STRUCT's value must be an object with exactly its fields")
        }
        var values: [ParameterValue] = []
        for field in fields {
            guard let value = object[field.name] else {
                throw Malformed(reason: "the field `\(field.name)` of the STRUCT is missing")
            }
            values.append(try decode(value, as: field.type))
        }
        return values
    }

    private static func scalar(_ value: JSONValue) throws(Malformed) -> String {
        switch value {
        case .string(let text): return text
        case .integer(let number): return String(number)
        case .double(let number): return String(number)
        case .bool(let flag): return flag ? "true" : "false"
        case .null, .array, .object: throw Malformed(reason: "a scalar's value must be a string, number or boolean")
        }
    }
}
