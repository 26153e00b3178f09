import JSON

/// Something that clients may want to hear of.
public enum Change: Sendable, Hashable {
    case toolsList
    case promptsList
    case resourcesList
    /// What is read under this URI.
    case resource(String)
}

/// What a client wants to hear of: the filter of `subscriptions/listen` (revision 2026-07-28,
/// basic/patterns/subscriptions).
public struct ListenFilter: Sendable, Hashable {
    /// The most resources that one subscription may name.
    public static let resourcesMax = 1000

    /// The changes, in the order of the filter's members.
    public let changes: [Change]

    /// Creates a filter.
    public init(_ changes: [Change]) { self.changes = changes }

    private static let lists: [(key: String, change: Change)] = [
        ("toolsListChanged", .toolsList), ("promptsListChanged", .promptsList),
        ("resourcesListChanged", .resourcesList),
    ]
    private static let resourcesKey = "resourceSubscriptions"

    init(_ params: JSONObject) throws(ProtocolError) {
        guard case .object(let wanted) = params["notifications"] ?? [:] else {
            throw ProtocolError(.invalidParameters, "`notifications` must be an object")
        }
        var changes: [Change] = []
        for (key, change) in Self.lists {
            guard case .bool(let isWanted) = wanted[key] ?? false else {
                throw ProtocolError(.invalidParameters, "`\(key)` must be true or false")
            }
            if isWanted { changes.append(change) }
        }
        guard case .array(let uris) = wanted[Self.resourcesKey] ?? [] else {
            throw ProtocolError(.invalidParameters, "`\(Self.resourcesKey)` must be a list")
        }
        guard uris.count <= Self.resourcesMax else {
            throw ProtocolError(
                .invalidParameters,
                "`\(Self.resourcesKey)` has at most \(Self.resourcesMax) entries"
            )
        }
        for uri in uris {
            guard let uri = uri.stringValue else {
                throw ProtocolError(.invalidParameters, "`\(Self.resourcesKey)` must hold strings")
            }
            changes.append(.resource(uri))
        }
        self.changes = changes
    }

    var json: JSONValue {
        var object: JSONObject = [:]
        for (key, change) in Self.lists where changes.contains(change) { object[key] = true }
        let uris = changes.compactMap { change -> JSONValue? in
            if case .resource(let uri) = change { .string(uri) } else { nil }
        }
        if !uris.isEmpty { object[Self.resourcesKey] = .array(uris) }
        return .object(object)
    }
}
