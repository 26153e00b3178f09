public import JSON

/// The `id` of a request: a string or an integer, never null (revision 2026-07-28, basic/index).
///
/// An answer repeats it with the same JSON type.
public enum MessageID: Sendable, Hashable {
    case string(String)
    case integer(Int64)

    /// Reads an `id`; `nil` for every other type, numbers with a fraction or an exponent included.
    public init?(_ value: JSONValue) {
        switch value {
        case .string(let text): self = .string(text)
        case .integer(let number): self = .integer(number)
        case .null, .bool, .double, .array, .object: return nil
        }
    }

    /// The value to put into an answer.
    public var json: JSONValue {
        switch self {
        case .string(let text): .string(text)
        case .integer(let number): .integer(number)
        }
    }
}
