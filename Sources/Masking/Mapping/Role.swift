import Yams

/// What a role sees of columns without a tag.
public enum UntaggedRule: String, Sendable, Hashable, CaseIterable {
    case raw = "RAW"
    case deny = "DENY"
}

/// How the rules of several roles of one person are put together.
public enum RoleCombination: String, Sendable, Hashable, CaseIterable {
    case strictest
    case mostUseful = "most_useful"
}

/// Limits of a role. `nil` means that the role sets none and the configuration's holds.
public struct RoleLimits: Sendable, Hashable {
    /// The most bytes that one query may bill.
    public var bytesBilledMax: Int64?
    /// The most rows of one page.
    public var pageRowsMax: Int64?
    /// The most bytes of one page.
    public var pageBytesMax: Int64?
    /// The longest time that one query may run, in seconds.
    public var querySecondsMax: Int64?

    /// No limits.
    public init() {}

    /// Puts the limits of two roles together: the smaller ones, or the larger ones, where "none" is the largest.
    func combined(with other: RoleLimits, by combination: RoleCombination) -> RoleLimits {
        func pick(_ left: Int64?, _ right: Int64?) -> Int64? {
            switch combination {
            case .strictest: [left, right].compactMap(\.self).min()
            case .mostUseful: left.flatMap { left in right.map { max(left, $0) } }
            }
        }
        var result = RoleLimits()
        result.bytesBilledMax = pick(bytesBilledMax, other.bytesBilledMax)
        result.pageRowsMax = pick(pageRowsMax, other.pageRowsMax)
        result.pageBytesMax = pick(pageBytesMax, other.pageBytesMax)
        result.querySecondsMax = pick(querySecondsMax, other.querySecondsMax)
        return result
    }
}

/// One file of `roles/`.
public struct Role: Sendable, Hashable {
    /// The name: the file's, without `.yaml`.
    public let name: String
    /// The identity provider's groups that have the role.
    public internal(set) var groups: [String] = []
    /// `dataset` or `project.dataset` as written; `nil` means all of the configuration.
    public internal(set) var datasets: [String]?
    /// The rule by tag name or prefix.
    public internal(set) var masks: [String: MaskRule] = [:]
    /// The rule for tags that ``masks`` does not match and for carriers that `tags.yaml` does not list.
    public internal(set) var defaultRule: MaskRule = .deny
    /// What the role sees of columns without a tag.
    public internal(set) var untagged: UntaggedRule = .raw
    /// Whether rules that a dictionary can undo were accepted.
    public internal(set) var acceptsReversible = false
    /// The role's limits.
    public internal(set) var limits = RoleLimits()

    init(name: String) {
        self.name = name
    }

    /// The rule of the longest prefix that matches a tag; ``defaultRule`` when none does.
    public func rule(forTag tag: String) -> MaskRule {
        var candidate = tag[...]
        while true {
            if let rule = masks[String(candidate)] { return rule }
            guard let dot = candidate.lastIndex(of: ".") else { return defaultRule }
            candidate = candidate[..<dot]
        }
    }
}

extension YAMLReader {
    /// Reads `roles/<name>.yaml`.
    mutating func role(named name: String, from bytes: [UInt8], tags: TagTable) -> Role {
        var role = Role(name: name)
        guard let mapping = root(of: bytes) else { return role }
        refuseUnknownKeys(
            of: mapping,
            known: ["groups", "datasets", "masks", "default", "untagged", "accept_reversible", "limits"]
        )
        let values = Dictionary(entries(of: mapping).map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        if let node = values["groups"] { role.groups = texts(node, for: "groups")?.map(\.text) ?? [] }
        if let node = values["datasets"] { role.datasets = datasets(node) }
        if let node = values["accept_reversible"] {
            role.acceptsReversible = flag(node, for: "accept_reversible") ?? false
        }
        if let node = values["masks"] { role.masks = masks(node, tags: tags, role: role) }
        if let node = values["default"] {
            role.defaultRule = rule(node, for: "default", role: role) ?? .deny
        }
        if let node = values["untagged"] { role.untagged = choice(node, for: "untagged") ?? .deny }
        if let node = values["limits"] { role.limits = limits(node) }
        return role
    }

    private mutating func datasets(_ node: Node) -> [String]? {
        // A list that cannot be read must not widen the role, so it counts as empty.
        guard let list = texts(node, for: "datasets") else { return [] }
        for (text, element) in list where !(1...2).contains(text.split(separator: ".").count) {
            problem("`\(text)` is neither `dataset` nor `project.dataset`", at: element)
        }
        return list.map(\.text)
    }

    private mutating func masks(_ node: Node, tags: TagTable, role: Role) -> [String: MaskRule] {
        guard let mapping = map(node, for: "masks") else { return [:] }
        var masks: [String: MaskRule] = [:]
        for (tag, keyNode, value) in entries(of: mapping) {
            if !tags.covers(prefix: tag) {
                problem("no tag of `tags.yaml` is `\(tag)` or lies below it", at: keyNode)
            }
            if let rule = rule(value, for: tag, role: role) { masks[tag] = rule }
        }
        return masks
    }

    private mutating func rule(_ node: Node, for key: String, role: Role) -> MaskRule? {
        guard let rule: MaskRule = choice(node, for: key) else { return nil }
        if rule.isReversible && !role.acceptsReversible {
            problem(
                "`\(rule.rawValue)` gives or falls back to an unsalted hash; "
                    + "`accept_reversible: true` must say that this is wanted",
                at: node
            )
        }
        return rule
    }

    private mutating func limits(_ node: Node) -> RoleLimits {
        var limits = RoleLimits()
        guard let mapping = map(node, for: "limits") else { return limits }
        refuseUnknownKeys(of: mapping, known: ["max_bytes_billed", "page_rows", "page_bytes", "query_timeout"])
        for (key, _, value) in entries(of: mapping) {
            if key == "max_bytes_billed" { limits.bytesBilledMax = quantity(value, for: key, unit: .bytes) }
            if key == "page_rows" { limits.pageRowsMax = quantity(value, for: key, unit: .count) }
            if key == "page_bytes" { limits.pageBytesMax = quantity(value, for: key, unit: .bytes) }
            if key == "query_timeout" { limits.querySecondsMax = quantity(value, for: key, unit: .seconds) }
        }
        return limits
    }
}
