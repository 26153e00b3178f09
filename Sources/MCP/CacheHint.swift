import JSON

/// How long, and for whom, a client may keep an answer (revision 2026-07-28, server/utilities/caching). The legacy era
/// has no such hints.
public struct CacheHint: Sendable, Hashable {
    /// Who may be given a kept answer.
    public enum Scope: String, Sendable, Hashable {
        /// Anyone.
        case everyone = "public"
        /// Only who got it: whatever depends on who asks.
        case caller = "private"
    }

    /// For how long, in milliseconds; 0 means not at all.
    public let milliseconds: Int64
    /// For whom.
    public let scope: Scope

    /// Creates a hint.
    public init(milliseconds: Int64, scope: Scope) {
        self.milliseconds = milliseconds
        self.scope = scope
    }

    /// For `server/discover`.
    static let discovery = CacheHint(milliseconds: 3_600_000, scope: .everyone)
    /// For lists that are the same for everyone: tools, prompts, templates.
    static let definitions = CacheHint(milliseconds: 300_000, scope: .everyone)
    /// For the list of resources, which depends on who asks, and for what is read.
    public static let resources = CacheHint(milliseconds: 60_000, scope: .caller)

    /// The hint as the era has it.
    func add(to result: inout JSONObject, in era: ProtocolEra) {
        guard era == .modern else { return }
        result["ttlMs"] = .integer(milliseconds)
        result["cacheScope"] = .string(scope.rawValue)
    }
}

/// One page of a list.
public struct ListPage<Element: Sendable>: Sendable {
    /// What is on it.
    public let elements: [Element]
    /// What the client sends for the next page; opaque to it, `nil` at the end.
    public let nextCursor: String?

    /// Creates a page.
    public init(_ elements: [Element], nextCursor: String? = nil) {
        self.elements = elements
        self.nextCursor = nextCursor
    }
}

extension ListPage: Hashable, Equatable where Element: Hashable {}

/// Pages of a list that does not change: a cursor is the position of the next page, under the list's name, in base64.
struct StaticPages<Element: Sendable> {
    let name: String
    let elements: [Element]
    let pageSize: Int

    /// The page that a cursor names; the first without one.
    func page(_ params: JSONObject) throws(ProtocolError) -> ListPage<Element> {
        let start = try position(params["cursor"])
        let end = min(start + pageSize, elements.count)
        let next = end < elements.count ? Self.cursor(name, end) : nil
        return ListPage(Array(elements[start..<end]), nextCursor: next)
    }

    private func position(_ cursor: JSONValue?) throws(ProtocolError) -> Int {
        guard let cursor else { return 0 }
        // Only positions that this list gives out are taken.
        let given = stride(from: pageSize, to: elements.count, by: pageSize)
        guard let text = cursor.stringValue, let found = given.first(where: { Self.cursor(name, $0) == text }) else {
            throw .invalidCursor
        }
        return found
    }

    private static func cursor(_ name: String, _ position: Int) -> String { "\(name).\(position)" }
}
