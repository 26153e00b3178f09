import Audit
public import BigQuery
public import Catalog
public import Masking

/// A table that a wish names, as it was read.
public struct TagTarget: Sendable {
    /// The table.
    public let lookup: TableLookup
    /// Where its dataset lies; null where that is not known.
    public let location: String?

    /// A target.
    public init(lookup: TableLookup, location: String?) {
        self.lookup = lookup
        self.location = location
    }
}

/// Makes a plan of what is wanted and what is there. Pure: everything was read before.
public struct TagPlanner {
    /// The most different policy tags in one table
    /// (<https://cloud.google.com/bigquery/quotas#column_level_security_limits>).
    public static let tagsMax = 1_000

    private let mapping: Mapping
    private let project: String
    private var findings: [TagFinding] = []

    /// What came of it: a plan, or what stands in its way. Without findings the plan may still be empty.
    public struct Outcome: Sendable {
        /// The plan; of use only when there are no findings.
        public let plan: TagPlan
        /// All that stands in its way.
        public let findings: [TagFinding]
        /// How many columns are already as wanted.
        public let unchangedCount: Int
    }

    /// A planner.
    /// - Parameter project: the project that plain dataset names of roles belong to.
    public init(mapping: Mapping, project: String) {
        self.mapping = mapping
        self.project = project
    }

    /// The plan that makes `wanted` of what was read.
    public static func plan(
        _ wanted: WantedTags,
        targets: [TableID: TagTarget],
        mapping: Mapping,
        project: String
    ) -> Outcome {
        var planner = TagPlanner(mapping: mapping, project: project)
        var tables: [TagPlan.Table] = []
        var unchangedCount = 0
        for (id, wishes) in wanted.tables.sorted(by: { $0.key < $1.key }) {
            guard let resource = planner.resource(id, targets[id]) else { continue }
            let changes = planner.changes(wishes, of: resource, location: targets[id]?.location)
            unchangedCount += wishes.count - changes.count
            if let table = planner.table(resource, changes) { tables.append(table) }
        }
        return Outcome(
            plan: TagPlan(mappingDigest: mapping.digest, tables: tables),
            findings: planner.findings,
            unchangedCount: planner.findings.isEmpty ? unchangedCount : 0
        )
    }

    private mutating func find(_ code: String, _ place: String, _ message: String, fix: String) {
        findings.append(TagFinding(code, place, message, fix: fix))
    }

    private mutating func resource(_ id: TableID, _ target: TagTarget?) -> TableResource? {
        switch target?.lookup {
        case .found(let resource):
            switch resource.schema.kind {
            case .table, .clone: return resource
            case .view, .materializedView, .external, .snapshot, .model, .unknown:
                find(
                    "table.kind",
                    "\(id)",
                    "it is a \(resource.schema.kind.name), whose columns take no policy tags here",
                    fix: "tag the tables that it reads"
                )
            }
        case .absent:
            find(
                "table.not_found",
                "\(id)",
                "BigQuery does not find it",
                fix: "check the name and the credential's rights"
            )
        case .unreadable(let reason):
            find("table.unreadable", "\(id)", "its schema is not understood: \(reason)", fix: "report it")
        case nil:
            find("table.unreadable", "\(id)", "it was not read", fix: "try again")
        }
        return nil
    }

    // MARK: Columns

    private mutating func changes(
        _ wishes: [WantedTags.Wish],
        of resource: TableResource,
        location: String?
    ) -> [(state: TagState, old: AuditTag?, new: AuditTag?)] {
        let states = TagState.all(of: resource.schema)
        let byPath = Dictionary(grouping: states) { $0.path.lowercased() }
        var changes: [(state: TagState, old: AuditTag?, new: AuditTag?)] = []
        for wish in wishes {
            let place = "\(resource.schema.id).\(wish.column)"
            guard let state = leaf(byPath[wish.column.lowercased()], place) else { continue }
            let new: AuditTag?
            if let name = wish.tag {
                guard let tag = tag(name, place, location: location) else { continue }
                new = tag
            } else {
                new = nil
            }
            guard state.policyTags.count <= 1 else {
                find("column.several_tags", place, "it carries several policy tags", fix: "take all but one away first")
                continue
            }
            let old = state.policyTags.first.map { resource in
                AuditTag(name: mapping.tags.name(of: .policyTag(resource)), resource: resource)
            }
            if old?.resource != new?.resource { changes.append((state, old, new)) }
        }
        return changes
    }

    private mutating func leaf(_ found: [TagState]?, _ place: String) -> TagState? {
        guard let found, let state = found.first, found.count == 1 else {
            find("column.not_found", place, "there is no such column", fix: "name nested columns as `a.b`")
            return nil
        }
        guard !state.isStruct else {
            find("column.struct", place, "a STRUCT takes no policy tag", fix: "tag its fields, as `\(state.path).x`")
            return nil
        }
        if let other = state.column.tags.first(where: { carrier in
            if case .policyTag = carrier { false } else { true }
        }) {
            find(
                "column.other_carrier",
                place,
                "it carries a \(other.kindName), which counts before a policy tag",
                fix: "change that carrier where it is managed"
            )
            return nil
        }
        return state
    }

    private mutating func tag(_ name: String, _ place: String, location: String?) -> AuditTag? {
        guard let resource = mapping.tags.resources[name] else {
            find("tag.not_found", place, "`tags.yaml` has no tag `\(name)`", fix: "add it there, or correct the name")
            return nil
        }
        let parts = resource.split(separator: "/").map(String.init)
        guard parts.count == 8, parts[4] == "taxonomies" else {
            let kind = resource.hasPrefix("tag:") ? "governance tag" : "data policy"
            find(
                "tag.not_policy_tag",
                place,
                "`\(name)` is a \(kind), and `tables.patch` sets policy tags only",
                fix: "set it where it is managed, or name a policy tag"
            )
            return nil
        }
        guard let location else {
            find("tag.location", place, "where the dataset lies is not known", fix: "check the credential's rights")
            return nil
        }
        guard parts[3].lowercased() == location.lowercased() else {
            find(
                "tag.location",
                place,
                "the taxonomy of `\(name)` is in `\(parts[3])`, the dataset in `\(location)`",
                fix: "use a taxonomy in the dataset's location"
            )
            return nil
        }
        return AuditTag(name: name, resource: resource)
    }

    // MARK: Tables

    private mutating func table(
        _ resource: TableResource,
        _ changes: [(state: TagState, old: AuditTag?, new: AuditTag?)]
    ) -> TagPlan.Table? {
        guard !changes.isEmpty else { return nil }
        let before = resource.schema
        let after = changes.reduce(before) { $0.settingPolicyTag($1.new?.resource, at: $1.state.path) }
        let count = Set(TagState.all(of: after).flatMap(\.policyTags)).count
        if count > Self.tagsMax {
            find(
                "limit.policy_tags",
                "\(before.id)",
                "it would have \(count) different policy tags, BigQuery takes \(Self.tagsMax)",
                fix: "use fewer tags"
            )
        }
        let effects = RoleEffects(mapping: mapping, project: project, before: before, after: after)
        return TagPlan.Table(
            id: before.id,
            etag: resource.etag,
            changes: changes.map { change in
                TagPlan.Change(
                    column: change.state.path,
                    type: change.state.typeText,
                    old: change.old,
                    new: change.new,
                    effects: effects.ofColumn(change.state.path)
                )
            },
            notes: effects.notes
        )
    }
}

/// What changes for whom, when a table's tags change.
private struct RoleEffects {
    private let rules: [(role: String, before: [String: MaskRule], after: [String: MaskRule])]
    let notes: [String]

    init(mapping: Mapping, project: String, before: TableSchema, after: TableSchema) {
        var rules: [(role: String, before: [String: MaskRule], after: [String: MaskRule])] = []
        var notes: [String] = []
        for role in mapping.roles.keys.sorted() {
            guard let policy = mapping.policy(for: [role], project: project), policy.allows(before.id.datasetID)
            else { continue }
            rules.append((role, Self.rules(of: before, policy), Self.rules(of: after, policy)))
            let (blocked, was) = (policy.maskedPartitionColumn(of: after), policy.maskedPartitionColumn(of: before))
            if let blocked, was == nil {
                notes.append(
                    "role \(role) cannot read the table any more: it is partitioned or clustered by `\(blocked)`"
                )
            } else if blocked == nil, let was {
                notes.append("role \(role) can read the table again: `\(was)` is no longer masked")
            }
        }
        self.rules = rules
        self.notes = notes
    }

    func ofColumn(_ path: String) -> [TagPlan.Effect] {
        rules.map { role, before, after in
            TagPlan.Effect(
                role: role,
                before: (before[path] ?? .deny).name,
                after: (after[path] ?? .deny).name
            )
        }
    }

    private static func rules(of schema: TableSchema, _ policy: MaskingPolicy) -> [String: MaskRule] {
        Dictionary(policy.describe(schema).map { ($0.path, $0.mask?.rule ?? .raw) }, uniquingKeysWith: min)
    }
}
