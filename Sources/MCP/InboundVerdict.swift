public import JSON

/// What is to be done with an HTTP request to the protocol's endpoint.
public enum InboundVerdict: Sendable, Hashable {
    /// Send this error; nothing else happens.
    case reject(OutboundHTTP)
    /// A notification: answer 202 without a body.
    case accepted(Notification)
    /// An answer to what a handler asked in the legacy era: answer 202 without a body.
    case replied(ClientReply)
    /// Only POST is offered: answer 405 with `Allow: POST`. Legal in both eras for a server without a GET stream
    /// and without sessions to delete.
    case methodNotAllowed
    /// Answer this request.
    case request(MCPRequest)
}

/// A client's answer to what it was asked. The modern era has none: there, answers come with the next round.
public struct ClientReply: Sendable, Hashable {
    /// The `id` of the question; `nil` when the client gave none that could be one.
    public let id: MessageID?
    /// The answer; `nil` when the client answered with an error.
    public let result: JSONValue?

    /// Creates an answer.
    public init(id: MessageID?, result: JSONValue?) {
        self.id = id
        self.result = result
    }
}

/// A message that wants no answer.
public struct Notification: Sendable, Hashable {
    /// Such as `notifications/initialized`.
    public let method: String
    /// The parameters; empty when there were none.
    public let params: JSONObject

    /// Creates a notification.
    public init(method: String, params: JSONObject) {
        self.method = method
        self.params = params
    }

    /// The request that a `notifications/cancelled` is about.
    public var cancelledRequest: MessageID? {
        method == MethodName.cancelled ? params["requestId"].flatMap(MessageID.init) : nil
    }
}

/// The methods and parameters that are known by name.
enum MethodName {
    static let initialize = "initialize"
    static let ping = "ping"
    static let discover = "server/discover"
    static let listen = "subscriptions/listen"
    static let toolsList = "tools/list"
    static let toolsCall = "tools/call"
    static let resourcesList = "resources/list"
    static let resourcesRead = "resources/read"
    static let templatesList = "resources/templates/list"
    static let subscribe = "resources/subscribe"
    static let unsubscribe = "resources/unsubscribe"
    static let promptsList = "prompts/list"
    static let promptsGet = "prompts/get"
    static let complete = "completion/complete"
    static let setLevel = "logging/setLevel"
    static let cancelled = "notifications/cancelled"

    /// What the answers to a server's questions come under.
    static let inputResponses = "inputResponses"
    /// What a server's state comes back under.
    static let requestState = "requestState"

    /// The methods whose subject `Mcp-Name` repeats, with the parameter that holds it.
    static let subjectParameter = [toolsCall: "name", promptsGet: "name", resourcesRead: "uri"]
    /// The methods that exist in the modern era alone: whoever sends one means that era, headers or not.
    static let modernOnly: Set<String> = [discover, listen]
}
