import JSON

/// What a client wants completed: the parameters of `completion/complete` (revision 2026-07-28,
/// server/utilities/completion).
public struct CompletionRequest: Sendable, Hashable {
    /// What the value is an argument of.
    public enum Reference: Sendable, Hashable {
        /// A prompt, by its name.
        case prompt(String)
        /// A resource template, by its text; or a resource, by its URI.
        case resource(String)
    }

    /// What the value is an argument of.
    public let reference: Reference
    /// The name of the argument, or of the template's variable.
    public let argument: String
    /// What was typed so far; may be empty.
    public let value: String
    /// Arguments that are already filled in.
    public let filled: [String: String]

    /// Creates a request.
    public init(reference: Reference, argument: String, value: String, filled: [String: String] = [:]) {
        self.reference = reference
        self.argument = argument
        self.value = value
        self.filled = filled
    }

    init(_ params: JSONObject) throws(ProtocolError) {
        switch params["ref"]?["type"] {
        case "ref/prompt":
            guard let name = params["ref"]?["name"]?.stringValue else {
                throw ProtocolError(.invalidParameters, "`ref.name` must be a string")
            }
            reference = .prompt(name)
        case "ref/resource":
            guard let uri = params["ref"]?["uri"]?.stringValue else {
                throw ProtocolError(.invalidParameters, "`ref.uri` must be a string")
            }
            reference = .resource(uri)
        default:
            throw ProtocolError(.invalidParameters, "`ref.type` must be `ref/prompt` or `ref/resource`")
        }
        guard let argument = params["argument"]?["name"]?.stringValue,
            let value = params["argument"]?["value"]?.stringValue
        else { throw ProtocolError(.invalidParameters, "`argument` must hold `name` and `value`, both strings") }
        self.argument = argument
        self.value = value
        var filled: [String: String] = [:]
        for (key, value) in params["context"]?["arguments"]?.objectValue ?? [:] { filled[key] = value.stringValue }
        self.filled = filled
    }
}

/// What a value may be completed to: the answer to `completion/complete`.
public struct CompletionResult: Sendable, Hashable {
    /// The most values that an answer may have.
    public static let valuesMax = 100

    /// The values, best first.
    public let values: [String]
    /// How many there are, the ones that are not shown included; `nil` when that is not known.
    public let total: Int64?
    /// Whether there are more than are shown.
    public let hasMore: Bool

    /// Takes the first ``valuesMax`` of all values.
    public init(all values: [String]) {
        self.init(values, total: Int64(values.count), hasMore: false)
    }

    /// Takes the first ``valuesMax`` of some values.
    public init(_ values: [String], total: Int64?, hasMore: Bool) {
        self.values = Array(values.prefix(Self.valuesMax))
        self.total = total
        self.hasMore = hasMore || values.count > Self.valuesMax
    }

    var members: JSONObject {
        var completion: JSONObject = ["values": .array(values.map { .string($0) })]
        completion["total"] = total.map { .integer($0) }
        completion["hasMore"] = .bool(hasMore)
        return ["completion": .object(completion)]
    }
}
