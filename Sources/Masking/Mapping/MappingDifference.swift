public import Catalog

/// One thing that another mapping says otherwise, and for whom.
public struct MappingDifference: Sendable, Hashable {
    /// What a change does to those who have the role.
    public enum Effect: String, Sendable, Hashable, CaseIterable {
        /// More is seen.
        case loosens
        /// Less is seen.
        case tightens
        /// Others are concerned, or a limit is another.
        case changes
    }

    /// What is said otherwise.
    public enum Subject: Sendable, Hashable {
        /// The role as a whole: it is new, or gone.
        case role
        /// The groups that have it.
        case groups
        /// The datasets that it holds.
        case datasets
        /// The rule of a tag, by the tag's name.
        case tag(String)
        /// The rule of tags without a rule of their own.
        case otherTags
        /// What is seen of columns without a tag.
        case untagged
        /// A limit, by its key.
        case limit(String)
        /// The mask of a column, as `project.dataset.table.column`.
        case column(String)
        /// A key of `mapping.yaml`.
        case setting(String)
        /// The resource that a tag's name stands for.
        case resource(String)

        /// A short text: `tag pii.email`.
        public var text: String {
            switch self {
            case .role: "role"
            case .groups: "groups"
            case .datasets: "datasets"
            case .tag(let name): "tag \(name)"
            case .otherTags: "other tags"
            case .untagged: "untagged"
            case .limit(let key): "limit \(key)"
            case .column(let path): "column \(path)"
            case .setting(let key): "setting \(key)"
            case .resource(let name): "resource of \(name)"
            }
        }
    }

    /// The role; nil where all are concerned.
    public let role: String?
    /// The groups that have the role, before or after.
    public let groups: [String]
    /// What is said otherwise.
    public let subject: Subject
    /// What it was; nil when it was not there.
    public let before: String?
    /// What it is; nil when it is gone.
    public let after: String?
    /// What the change does.
    public let effect: Effect
}

extension Mapping {
    /// What another mapping says otherwise, in the order of roles.
    ///
    /// - Parameter tables: also compare how these tables' columns are seen; a tag may be moved and a column stay as it is.
    public func differences(to other: Mapping, tables: [TableSchema] = []) -> [MappingDifference] {
        var found = settingDifferences(to: other)
        for name in Set(roles.keys).union(other.roles.keys).sorted() {
            let comparison = RoleComparison(name: name, before: self, after: other)
            found += comparison.differences
            if !tables.isEmpty { found += comparison.columnDifferences(in: tables) }
        }
        return found
    }

    private func settingDifferences(to other: Mapping) -> [MappingDifference] {
        var found: [MappingDifference] = []
        func note(
            _ subject: MappingDifference.Subject,
            _ before: String?,
            _ after: String?,
            _ effect: MappingDifference.Effect
        ) {
            guard before != after else { return }
            found.append(
                MappingDifference(role: nil, groups: [], subject: subject, before: before, after: after, effect: effect)
            )
        }
        let combination: MappingDifference.Effect = other.onSeveralRoles == .strictest ? .tightens : .loosens
        note(.setting("on_several_roles"), onSeveralRoles.rawValue, other.onSeveralRoles.rawValue, combination)
        let key = "row_policies_as_service_account"
        let (old, new) = (Set(rowPoliciesAsServiceAccount), Set(other.rowPoliciesAsServiceAccount))
        for table in old.subtracting(new).sorted() { note(.setting(key), table, nil, .tightens) }
        for table in new.subtracting(old).sorted() { note(.setting(key), nil, table, .loosens) }
        for name in Set(tags.resources.keys).union(other.tags.resources.keys).sorted() {
            note(.resource(name), tags.resources[name], other.tags.resources[name], .changes)
        }
        return found
    }
}

/// One role before and after.
private struct RoleComparison {
    let name: String
    let before: Mapping
    let after: Mapping

    private var roles: (Role?, Role?) { (before.roles[name], after.roles[name]) }

    private var groups: [String] {
        Set((roles.0?.groups ?? []) + (roles.1?.groups ?? [])).sorted()
    }

    private func difference(
        _ subject: MappingDifference.Subject,
        _ before: String?,
        _ after: String?,
        _ effect: MappingDifference.Effect
    ) -> [MappingDifference] {
        guard before != after else { return [] }
        return [
            MappingDifference(
                role: name,
                groups: groups,
                subject: subject,
                before: before,
                after: after,
                effect: effect
            )
        ]
    }

    var differences: [MappingDifference] {
        switch roles {
        case (nil, nil): return []
        case (nil, _?): return difference(.role, nil, name, .loosens)
        case (_?, nil): return difference(.role, name, nil, .tightens)
        case (let old?, let new?):
            var found = difference(.groups, Self.list(old.groups), Self.list(new.groups), .changes)
            found += difference(.datasets, Self.datasets(old), Self.datasets(new), Self.effect(old, new))
            for tag in tags { found += rule(.tag(tag), old.rule(forTag: tag), new.rule(forTag: tag)) }
            found += rule(.otherTags, old.defaultRule, new.defaultRule)
            let untagged: MappingDifference.Effect = new.untagged == .deny ? .tightens : .loosens
            found += difference(.untagged, old.untagged.rawValue, new.untagged.rawValue, untagged)
            return found + limits(old.limits, new.limits)
        }
    }

    /// Every tag that either mapping has a name or a rule for.
    private var tags: [String] {
        var names = Set(before.tags.resources.keys).union(after.tags.resources.keys)
        for role in [roles.0, roles.1] { names.formUnion((role?.masks ?? [:]).keys) }
        return names.sorted()
    }

    private func rule(
        _ subject: MappingDifference.Subject,
        _ old: MaskRule,
        _ new: MaskRule
    ) -> [MappingDifference] {
        difference(subject, old.rawValue, new.rawValue, new < old ? .tightens : .loosens)
    }

    private func limits(_ old: RoleLimits, _ new: RoleLimits) -> [MappingDifference] {
        let pairs = [
            ("max_bytes_billed", old.bytesBilledMax, new.bytesBilledMax),
            ("page_rows", old.pageRowsMax, new.pageRowsMax), ("page_bytes", old.pageBytesMax, new.pageBytesMax),
            ("query_timeout", old.querySecondsMax, new.querySecondsMax),
        ]
        return pairs.flatMap { key, old, new in
            difference(.limit(key), old.map { String($0) }, new.map { String($0) }, .changes)
        }
    }

    func columnDifferences(in tables: [TableSchema]) -> [MappingDifference] {
        let policies = (before.policy(for: [name]), after.policy(for: [name]))
        return tables.sorted { $0.id < $1.id }.flatMap { table -> [MappingDifference] in
            let old = Self.seen(table, policies.0)
            let new = Self.seen(table, policies.1)
            return Set(old.keys).union(new.keys).sorted().flatMap { path in
                let (was, now) = (old[path] ?? .deny, new[path] ?? .deny)
                return rule(.column("\(table.id).\(path)"), was, now)
            }
        }
    }

    /// The rule of each column; `DENY` where the role does not hold the table's dataset.
    private static func seen(_ table: TableSchema, _ policy: MaskingPolicy?) -> [String: MaskRule] {
        guard let policy, policy.allows(table.id.datasetID) else { return [:] }
        return Dictionary(policy.describe(table).map { ($0.path, $0.mask?.rule ?? .raw) }) { first, _ in first }
    }

    private static func list(_ texts: [String]) -> String { texts.sorted().joined(separator: ", ") }

    private static func datasets(_ role: Role) -> String { role.datasets.map(list) ?? "(all)" }

    private static func effect(_ old: Role, _ new: Role) -> MappingDifference.Effect {
        switch (old.datasets.map(Set.init), new.datasets.map(Set.init)) {
        case (nil, _): .tightens
        case (_, nil): .loosens
        case (let old?, let new?): new.isSuperset(of: old) ? .loosens : new.isSubset(of: old) ? .tightens : .changes
        }
    }
}
