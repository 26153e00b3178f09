public import Catalog

/// The type of a query parameter.
public indirect enum ParameterType: Sendable, Hashable {
    /// A type without parts.
    case scalar(ScalarType)
    /// A half-open range of DATE, DATETIME or TIMESTAMP.
    case range(of: ScalarType)
    /// An array; arrays of arrays do not exist.
    case array(of: ParameterType)
    /// A STRUCT: each field's name (may be empty) and type, in order.
    case structure([Field])

    /// One field of a STRUCT parameter.
    public struct Field: Sendable, Hashable {
        /// The field's name; empty when it has none.
        public let name: String
        /// The field's type.
        public let type: ParameterType

        /// Creates a field.
        public init(name: String, type: ParameterType) {
            self.name = name
            self.type = type
        }
    }
}

/// The value of a query parameter, in the form that BigQuery's REST interface takes.
public indirect enum ParameterValue: Sendable, Hashable {
    /// NULL of the parameter's type.
    case null
    /// A scalar as REST text: decimal digits, `true`, ISO dates, base64 for BYTES.
    case scalar(String)
    /// The two ends of a range, each REST text or unbounded.
    case range(start: String?, end: String?)
    /// The elements, in order.
    case array([ParameterValue])
    /// The values of the fields, in the order of the type's fields.
    case structure([ParameterValue])
}

/// One query parameter: the caller's, or a secret of a mask.
///
/// A positional parameter has an empty name. The description leaves the value out, so that no log line can hold one.
public struct QueryParameter: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The name without `@`; empty for a positional parameter.
    public let name: String
    /// The type.
    public let type: ParameterType
    /// The value.
    public let value: ParameterValue

    /// Creates a parameter; whether value and type fit is BigQuery's to say.
    public init(name: String, type: ParameterType, value: ParameterValue) {
        self.name = name
        self.type = type
        self.value = value
    }

    /// The name alone.
    public var description: String { "QueryParameter(\(name))" }
    /// As ``description``.
    public var debugDescription: String { description }
    /// Hides the value from `dump` and from test failures.
    public var customMirror: Mirror { Mirror(self, children: ["name": name]) }
}
