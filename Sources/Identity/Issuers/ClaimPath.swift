import JSON

/// Where a claim stands in a token: the names of the members to walk through.
public struct ClaimPath: Sendable, Hashable, CustomStringConvertible {
    /// The deepest path.
    public static let depthMax = 8

    /// The names, outermost first.
    public let names: [String]

    /// A path of names that are taken as they are.
    ///
    /// - Throws: `settings` when there are none, too many, or one is empty.
    public init(names: [String]) throws(IdentityError) {
        guard (1...Self.depthMax).contains(names.count), !names.contains("") else {
            throw IdentityError(.settings, "the path of a claim has 1 to \(Self.depthMax) names, none of them empty")
        }
        self.names = names
    }

    /// A path as settings write it: names with points between them, such as `realm_access.roles`; a name that begins
    /// with `https://` or `http://`, as namespaced claims do, is one name with all its points.
    ///
    /// - Throws: `settings`.
    public init(_ text: String) throws(IdentityError) {
        let isNamespaced = text.hasPrefix("https://") || text.hasPrefix("http://")
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        try self.init(names: isNamespaced ? [text] : names)
    }

    /// The names with points between them.
    public var description: String { names.joined(separator: ".") }

    /// What stands there; null when nothing does.
    func value(in claims: JSONObject) -> JSONValue? {
        var value = JSONValue.object(claims)
        for name in names {
            guard let next = value[name] else { return nil }
            value = next
        }
        return value
    }

    init(known names: String...) {
        self.names = names
    }
}
