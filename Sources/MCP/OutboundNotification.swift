public import JSON

/// The notifications that a server sends, each the whole JSON-RPC message.
public enum OutboundNotification {
    /// How far a request is (basic/patterns/progress). `progress` must grow from one to the next.
    public static func progress(
        _ progress: Double,
        total: Double?,
        message: String?,
        token: MessageID
    ) -> JSONValue {
        var params: JSONObject = ["progressToken": token.json, "progress": number(progress)]
        params["total"] = total.map { number($0) }
        params["message"] = message.map { .string($0) }
        return notification("notifications/progress", params)
    }

    /// A line of a log (server/utilities/logging).
    public static func message(_ level: LogLevel, logger: String?, data: JSONValue) -> JSONValue {
        var params: JSONObject = ["level": .string(level.rawValue)]
        params["logger"] = logger.map { .string($0) }
        params["data"] = data
        return notification("notifications/message", params)
    }

    /// What a subscription will hear of; the first message of its stream.
    public static func acknowledged(_ filter: ListenFilter, subscription: MessageID) -> JSONValue {
        notification(
            "notifications/subscriptions/acknowledged",
            ["_meta": [MetaKey.subscriptionID: subscription.json], "notifications": filter.json]
        )
    }

    /// A change that a subscription hears of.
    public static func changed(_ change: Change, subscription: MessageID) -> JSONValue {
        var params: JSONObject = ["_meta": [MetaKey.subscriptionID: subscription.json]]
        switch change {
        case .toolsList: return notification("notifications/tools/list_changed", params)
        case .promptsList: return notification("notifications/prompts/list_changed", params)
        case .resourcesList: return notification("notifications/resources/list_changed", params)
        case .resource(let uri):
            params["uri"] = .string(uri)
            return notification("notifications/resources/updated", params)
        }
    }

    private static func notification(_ method: String, _ params: JSONObject) -> JSONValue {
        ["jsonrpc": "2.0", "method": .string(method), "params": .object(params)]
    }

    /// A whole number without a fraction.
    private static func number(_ value: Double) -> JSONValue {
        Int64(exactly: value).map { .integer($0) } ?? .double(value)
    }
}

/// How grave a log line is (RFC 5424, 6.2.1).
public enum LogLevel: String, Sendable, Hashable, CaseIterable, Comparable {
    case debug, info, notice, warning, error, critical, alert, emergency

    /// Whether one is less grave than the other.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
