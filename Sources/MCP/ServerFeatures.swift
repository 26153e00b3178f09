public import JSON

/// What a server offers beside tools; a method of what it does not offer is unknown.
public struct ServerFeatures: Sendable, Hashable {
    /// The kinds of changes that ``Change`` tells of.
    public enum ChangeKind: Sendable, Hashable, CaseIterable {
        case toolsList, promptsList, resourcesList, resource
    }

    /// The prompts, in the order in which they are listed; `nil` without any such thing.
    public var prompts: [PromptDefinition]?
    /// The templates of resources; `nil` when there are no resources at all.
    public var resourceTemplates: [ResourceTemplate]?
    /// Whether arguments of prompts and templates can be completed.
    public var completes: Bool
    /// What subscriptions can hear of, in the modern era; empty without subscriptions.
    public var changes: Set<ChangeKind>
    /// Whether `logging/setLevel` is acknowledged in the legacy era. Which lines of a log are sent is decided for each
    /// request in the modern era, and all of them are in the legacy one, which keeps no state here.
    public var legacyLogging: Bool
    /// Whether `resources/subscribe` is acknowledged in the legacy era. Nothing is sent for it: there is no stream
    /// that could carry it, and no state.
    public var legacySubscriptions: Bool
    /// Extensions by their identifiers, with their settings (revision 2026-07-28, basic/versioning "Extension
    /// negotiation").
    public var extensions: JSONObject
    /// How many entries a page of a list has at most.
    public var pageSize: Int

    /// What a server offers unless it says more: nothing.
    public init(
        prompts: [PromptDefinition]? = nil,
        resourceTemplates: [ResourceTemplate]? = nil,
        completes: Bool = false,
        changes: Set<ChangeKind> = [],
        legacyLogging: Bool = false,
        legacySubscriptions: Bool = false,
        extensions: JSONObject = [:],
        pageSize: Int = 100
    ) {
        self.prompts = prompts
        self.resourceTemplates = resourceTemplates
        self.completes = completes
        self.changes = changes
        self.legacyLogging = legacyLogging
        self.legacySubscriptions = legacySubscriptions
        self.extensions = extensions
        self.pageSize = max(pageSize, 1)
    }

    /// What is declared. Changes are told of only in the modern era: the legacy one has no stream for them here.
    func capabilities(in era: ProtocolEra) -> JSONObject {
        let told = era == .modern ? changes : []
        var capabilities: JSONObject = ["tools": Self.flags([("listChanged", told.contains(.toolsList))])]
        if resourceTemplates != nil {
            let subscribes = told.contains(.resource) || (era == .legacy && legacySubscriptions)
            capabilities["resources"] = Self.flags([
                ("subscribe", subscribes), ("listChanged", told.contains(.resourcesList)),
            ])
        }
        if prompts != nil {
            capabilities["prompts"] = Self.flags([("listChanged", told.contains(.promptsList))])
        }
        if completes { capabilities["completions"] = [:] }
        if era == .legacy, legacyLogging { capabilities["logging"] = [:] }
        if era == .modern, !extensions.isEmpty { capabilities["extensions"] = .object(extensions) }
        return capabilities
    }

    private static func flags(_ flags: [(String, Bool)]) -> JSONValue {
        .object(JSONObject(flags.filter(\.1).map { ($0.0, .bool(true)) }))
    }
}

extension Change {
    /// What kind of change it is.
    public var kind: ServerFeatures.ChangeKind {
        switch self {
        case .toolsList: .toolsList
        case .promptsList: .promptsList
        case .resourcesList: .resourcesList
        case .resource: .resource
        }
    }
}
