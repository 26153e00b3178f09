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
        /// A mask expression, by its name.
        case expression(String)

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
            case .expression(let name): "expression \(name)"
            }
        }
    }

    /// The role; nil where all are concerned.
    public let role: String?
    /// The groups that have the role, before or after.
    public let groups: [String]
    /// The dataset or table that it is said of; nil where it is said of all without an exception.
    public var scope: ExceptionScope?
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
    /// What another mapping says otherwise, in the order of roles, for each role also inside of its exceptions.
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
        for name in Set(expressions.keys).union(other.expressions.keys).sorted() {
            let (old, new) = (expressions[name]?.declaration, other.expressions[name]?.declaration)
            note(.expression(name), old, new, .changes)
        }
        return found
    }
}
