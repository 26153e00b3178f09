internal import Catalog
internal import JSON
internal import Masking

/// Query parameters as `QueryParameter` of the REST interface.
///
/// <https://cloud.google.com/bigquery/docs/reference/rest/v2/QueryParameter>
extension QueryParameter {
    /// The most parameters of a query.
    static let countMax = 10_000

    /// The parameter; an error when it has no name, or its value is of another shape than its type.
    func encoded() throws(BigQueryError) -> JSONValue {
        guard !name.isEmpty else { throw Self.refused("a parameter has no name") }
        return [
            "name": .string(name), "parameterType": try type.encoded(), "parameterValue": try value.encoded(as: type),
        ]
    }

    fileprivate static func refused(_ detail: String) -> BigQueryError {
        BigQueryError(.invalidRequest, detail: detail, mayHaveBeenSent: false)
    }
}

extension ParameterType {
    fileprivate func encoded() throws(BigQueryError) -> JSONValue {
        switch self {
        case .scalar(let scalar): return ["type": .string(scalar.name)]
        case .range(let element): return ["type": "RANGE", "rangeElementType": ["type": .string(element.name)]]
        case .array(let element): return ["type": "ARRAY", "arrayType": try element.encoded()]
        case .structure(let fields):
            var encoded: [JSONValue] = []
            for field in fields { encoded.append(["name": .string(field.name), "type": try field.type.encoded()]) }
            return ["type": "STRUCT", "structTypes": .array(encoded)]
        }
    }
}

extension ParameterValue {
    fileprivate func encoded(as type: ParameterType) throws(BigQueryError) -> JSONValue {
        switch (self, type) {
        case (.null, _):
            return ["value": nil]
        case (.scalar(let text), .scalar):
            return ["value": .string(text)]
        case (.range(let start, let end), .range):
            return ["rangeValue": ["start": Self.bound(start), "end": Self.bound(end)]]
        case (.array(let values), .array(let element)):
            var encoded: [JSONValue] = []
            for value in values { encoded.append(try value.encoded(as: element)) }
            return ["arrayValues": .array(encoded)]
        case (.structure(let values), .structure(let fields)):
            return ["structValues": .object(try Self.members(values, fields))]
        case (.scalar, _), (.range, _), (.array, _), (.structure, _):
            throw QueryParameter.refused("a parameter's value does not fit its type")
        }
    }

    private static func bound(_ text: String?) -> JSONValue {
        ["value": text.map { .string($0) } ?? .null]
    }

    /// Field values go by name, so each field needs one of its own.
    private static func members(
        _ values: [ParameterValue],
        _ fields: [ParameterType.Field]
    ) throws(BigQueryError) -> JSONObject {
        guard values.count == fields.count else {
            throw QueryParameter.refused("a parameter's value does not fit its type")
        }
        var members = JSONObject()
        for (field, value) in zip(fields, values) {
            guard !field.name.isEmpty, members[field.name] == nil else {
                throw QueryParameter.refused("the fields of a STRUCT parameter need names of their own")
            }
            members[field.name] = try value.encoded(as: field.type)
        }
        return members
    }
}
