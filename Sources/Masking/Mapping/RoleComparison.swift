import Catalog

/// One role before and after.
struct RoleComparison {
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
        _ effect: MappingDifference.Effect,
        in scope: ExceptionScope? = nil
    ) -> [MappingDifference] {
        guard before != after else { return [] }
        return [
            MappingDifference(
                role: name,
                groups: groups,
                scope: scope,
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
            found += ruleDifferences(old, new, in: nil)
            for scope in Set((old.exceptions + new.exceptions).map(\.scope)).sorted() {
                found += ruleDifferences(old, new, in: scope)
            }
            return found + limits(old.limits, new.limits)
        }
    }

    /// What is said otherwise of tags and of columns without one. Inside an exception what is so outside as well is left
    /// out.
    private func ruleDifferences(_ old: Role, _ new: Role, in scope: ExceptionScope?) -> [MappingDifference] {
        let (was, now) = (old.rules(in: scope), new.rules(in: scope))
        let (wasOutside, isOutside) = (old.rules(in: nil), new.rules(in: nil))
        var found: [MappingDifference] = []
        for tag in tags.map(Optional.some) + [nil] {
            let (before, after) = (was.rule(forTag: tag), now.rule(forTag: tag))
            let isNews = before != wasOutside.rule(forTag: tag) || after != isOutside.rule(forTag: tag)
            guard scope == nil || isNews else { continue }
            found += rule(tag.map { .tag($0) } ?? .otherTags, before, after, in: scope)
        }
        let isNews = was.untagged != wasOutside.untagged || now.untagged != isOutside.untagged
        guard scope == nil || isNews else { return found }
        let effect: MappingDifference.Effect = now.untagged == .deny ? .tightens : .loosens
        return found + difference(.untagged, was.untagged.rawValue, now.untagged.rawValue, effect, in: scope)
    }

    /// Every tag that either mapping has a name or a rule for.
    private var tags: [String] {
        var names = Set(before.tags.resources.keys).union(after.tags.resources.keys)
        for role in [roles.0, roles.1].compactMap(\.self) {
            for rules in [role.general] + role.exceptions.map(\.rules) { names.formUnion(rules.masks.keys) }
        }
        return names.sorted()
    }

    private func rule(
        _ subject: MappingDifference.Subject,
        _ old: MaskRule,
        _ new: MaskRule,
        in scope: ExceptionScope? = nil
    ) -> [MappingDifference] {
        guard old != new else { return [] }
        var (before, after) = (old.name, new.name)
        var effect: MappingDifference.Effect = new < old ? .tightens : .loosens
        // What an expression shows is not known, so neither is which of two shows more.
        if case (.expression(let was), .expression(let now)) = (old, new) {
            effect = .changes
            // One name, another meaning.
            if before == after { (before, after) = (was.declaration, now.declaration) }
        }
        return difference(subject, before, after, effect, in: scope)
    }

    private func limits(_ old: RoleLimits, _ new: RoleLimits) -> [MappingDifference] {
        let pairs = [
            ("max_bytes_billed", old.bytesBilledMax, new.bytesBilledMax),
            ("page_rows", old.pageRowsMax, new.pageRowsMax), ("page_bytes", old.pageBytesMax, new.pageBytesMax),
            ("query_timeout", old.querySecondsMax, new.querySecondsMax),
            ("calls_at_once", old.callsAtOnceMax, new.callsAtOnceMax),
            ("calls_per_minute", old.callsPerMinuteMax, new.callsPerMinuteMax),
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

extension MaskExpression {
    /// The types and the text, in one line.
    var declaration: String { "\(types.map(\.name).joined(separator: ", ")): \(sql)" }
}
