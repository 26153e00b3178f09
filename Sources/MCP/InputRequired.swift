public import JSON

/// What a server wants to know from the client before it can answer (revision 2026-07-28, basic/patterns/mrtr).
public enum InputRequest: Sendable, Hashable {
    /// Fields for a person to fill in; `schema` is a flat JSON Schema of an object. Never for secrets.
    case form(message: String, schema: JSONObject)
    /// A page for a person to open. What was agreed to is to open it, not what it asks.
    case url(message: String, url: String)
    /// A message for the client's model to write; the parameters of `sampling/createMessage`.
    case sampling(JSONObject)
    /// The folders that the client works on.
    case roots

    /// What the client must have declared to be asked this.
    public var requiredCapabilities: JSONObject {
        switch self {
        case .form: ["elicitation": [:]]
        case .url: ["elicitation": ["url": [:]]]
        case .sampling: ["sampling": [:]]
        case .roots: ["roots": [:]]
        }
    }

    /// Whether a client with these capabilities may be asked. `elicitation: {}` stands for forms alone.
    public func isAllowed(by capabilities: JSONObject) -> Bool {
        switch self {
        case .form:
            guard let elicitation = capabilities["elicitation"]?.objectValue else { return false }
            return elicitation["form"] != nil || elicitation["url"] == nil
        case .url: return capabilities["elicitation"]?["url"] != nil
        case .sampling: return capabilities["sampling"] != nil
        case .roots: return capabilities["roots"] != nil
        }
    }

    /// The method by which the legacy era asks the same.
    public var method: String {
        switch self {
        case .form, .url: "elicitation/create"
        case .sampling: "sampling/createMessage"
        case .roots: "roots/list"
        }
    }

    /// The parameters.
    public var params: JSONObject {
        switch self {
        case .form(let message, let schema):
            ["mode": "form", "message": .string(message), "requestedSchema": .object(schema)]
        case .url(let message, let url):
            ["mode": "url", "message": .string(message), "url": .string(url)]
        case .sampling(let params): params
        case .roots: [:]
        }
    }

    /// The question as a request of its own, as the legacy era asks it (revision 2025-11-25, client/elicitation,
    /// client/sampling, client/roots).
    public func message(id: MessageID) -> JSONValue {
        ["jsonrpc": "2.0", "id": id.json, "method": .string(method), "params": .object(params)]
    }

    var json: JSONValue { ["method": .string(method), "params": .object(params)] }
}

/// A result that is not there yet: the client is to send the request again, with answers.
///
/// At least one of the two members must be there.
public struct InputRequired: Sendable, Hashable {
    /// The questions, by a name that the answer will have.
    public let requests: [String: InputRequest]
    /// What the next round needs to know. It leaves sealed for this caller and this request, and comes back as it was;
    /// not single use: what must happen once has to be guarded where it happens.
    public let state: JSONValue?

    /// Creates a result.
    public init(requests: [String: InputRequest] = [:], state: JSONValue? = nil) {
        self.requests = requests
        self.state = state
    }

    /// The capabilities that these would need and the client lacks; `nil` when it has all.
    public func missingCapabilities(of client: JSONObject) -> JSONObject? {
        var missing: JSONObject = [:]
        for request in requests.values where !request.isAllowed(by: client) {
            for (key, value) in request.requiredCapabilities {
                // Of two kinds of elicitation the one with more in it says more.
                if missing[key]?.objectValue?.isEmpty ?? true { missing[key] = value }
            }
        }
        return missing.isEmpty ? nil : missing
    }

    /// The members of the result.
    func members(sealedState: String?) -> JSONObject {
        var object: JSONObject = [:]
        if !requests.isEmpty {
            object["inputRequests"] = .object(
                JSONObject(requests.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })
            )
        }
        object["requestState"] = sealedState.map { .string($0) }
        return object
    }
}

/// How a request that may need several rounds ended this time.
public enum RoundOutcome<Value: Sendable>: Sendable {
    case complete(Value)
    case inputRequired(InputRequired)
}
