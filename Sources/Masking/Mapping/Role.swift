import Catalog
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
    /// The most calls that run at once.
    public var callsAtOnceMax: Int64?
    /// The most calls that begin in a minute.
    public var callsPerMinuteMax: Int64?

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
        result.callsAtOnceMax = pick(callsAtOnceMax, other.callsAtOnceMax)
        result.callsPerMinuteMax = pick(callsPerMinuteMax, other.callsPerMinuteMax)
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
    /// What holds wherever no exception says otherwise. A `default` or `untagged` that is not written is `DENY` or `RAW`.
    public internal(set) var general = RuleSet()
    /// What holds in datasets and tables instead, each dataset and table once.
    public internal(set) var exceptions: [RoleException] = []
    /// Whether rules that a dictionary can undo were accepted.
    public internal(set) var acceptsReversible = false
    /// The role's limits.
    public internal(set) var limits = RoleLimits()

    init(name: String) {
        self.name = name
    }

    /// The rules for a table: those of the table before those of its dataset before the general ones.
    func rules(for table: TableID) -> RoleRules {
        let ofTable = exceptions.first { $0.scope.isTable(table) }
        let ofDataset = exceptions.first { $0.scope.isDataset(table.datasetID) }
        return RoleRules(levels: [ofTable?.rules, ofDataset?.rules, general].compactMap(\.self))
    }

    /// The rules inside of what an exception of some role is for; `nil` stands for outside of all exceptions.
    ///
    /// Names with and without a project count as the same.
    func rules(in scope: ExceptionScope?) -> RoleRules {
        guard let scope else { return RoleRules(levels: [general]) }
        let own = exceptions.first { $0.scope.canBeSame(as: scope) }
        var wider: RoleException?
        if let dataset = scope.datasetOfTable.map(ExceptionScope.dataset) {
            wider = exceptions.first { $0.scope.canBeSame(as: dataset) }
        }
        return RoleRules(levels: [own?.rules, wider?.rules, general].compactMap(\.self))
    }
}

extension YAMLReader {
    /// Reads `roles/<name>.yaml`.
    mutating func role(named name: String, from bytes: [UInt8], vocabulary: RuleVocabulary) -> Role {
        var role = Role(name: name)
        guard let mapping = root(of: bytes) else { return role }
        let ruleKeys = ["masks", "default", "untagged"]
        refuseUnknownKeys(
            of: mapping,
            known: ["groups", "datasets"] + ruleKeys + ["exceptions", "accept_reversible", "limits"]
        )
        let values = Dictionary(entries(of: mapping).map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        if let node = values["groups"] { role.groups = texts(node, for: "groups")?.map(\.text) ?? [] }
        if let node = values["datasets"] { role.datasets = datasets(node) }
        if let node = values["accept_reversible"] {
            role.acceptsReversible = flag(node, for: "accept_reversible") ?? false
        }
        var vocabulary = vocabulary
        vocabulary.acceptsReversible = role.acceptsReversible
        role.general = rules(values, vocabulary)
        if let node = values["exceptions"] { role.exceptions = exceptions(node, vocabulary) }
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

    private mutating func limits(_ node: Node) -> RoleLimits {
        var limits = RoleLimits()
        guard let mapping = map(node, for: "limits") else { return limits }
        refuseUnknownKeys(
            of: mapping,
            known: [
                "max_bytes_billed", "page_rows", "page_bytes", "query_timeout", "calls_at_once", "calls_per_minute",
            ]
        )
        for (key, _, value) in entries(of: mapping) {
            if key == "max_bytes_billed" { limits.bytesBilledMax = quantity(value, for: key, unit: .bytes) }
            if key == "page_rows" { limits.pageRowsMax = quantity(value, for: key, unit: .count) }
            if key == "page_bytes" { limits.pageBytesMax = quantity(value, for: key, unit: .bytes) }
            if key == "query_timeout" { limits.querySecondsMax = quantity(value, for: key, unit: .seconds) }
            if key == "calls_at_once" { limits.callsAtOnceMax = quantity(value, for: key, unit: .count) }
            if key == "calls_per_minute" { limits.callsPerMinuteMax = quantity(value, for: key, unit: .count) }
        }
        return limits
    }
}
