public import Catalog

/// What someone with certain roles sees of each column.
///
/// With several roles, only those whose datasets hold the table count for it; a table that none of them holds is as if
/// absent. The rules of those that count are put together column by column: the strictest, or the most useful.
public struct MaskingPolicy: Sendable, Hashable {
    /// The tags that have names.
    public let tags: TagTable
    /// The roles, at least one.
    public let roles: [Role]
    /// How their rules are put together.
    public let combination: RoleCombination
    /// The digest of the mapping that this came from.
    public let mappingDigest: String

    init(tags: TagTable, roles: [Role], combination: RoleCombination, mappingDigest: String) {
        self.tags = tags
        self.roles = roles
        self.combination = combination
        self.mappingDigest = mappingDigest
    }

    /// The limits of the roles, put together.
    public var limits: RoleLimits {
        roles.dropFirst().reduce(roles.first?.limits ?? RoleLimits()) { $0.combined(with: $1.limits, by: combination) }
    }

    /// Whether some role holds the dataset.
    public func allows(_ dataset: DatasetID) -> Bool {
        roles.contains { $0.holds(dataset) }
    }

    /// The rule of a tag when all roles count, as `tags.yaml` names it; nothing is said of types, which may not fit it.
    public func rule(forTag tag: String) -> MaskRule { combine(roles.map { $0.rule(forTag: tag) }) }

    /// The rule of carriers that `tags.yaml` does not list, when all roles count.
    public var defaultRule: MaskRule { combine(roles.map(\.defaultRule)) }

    /// What is seen of columns without a tag, when all roles count: `RAW` or `DENY`.
    public var untaggedRule: MaskRule { combine(roles.map { $0.untagged == .raw ? .raw : .deny }) }

    /// What the caller sees of a column of a table, of the column itself only: a STRUCT's leaves have their own.
    ///
    /// - Parameter isOfView: columns of a view are what its text gives: without a tag of their own nothing is added.
    /// - Returns: `nil` when the column is shown as it is and carries no tag.
    public func mask(for column: Column, in dataset: DatasetID, isOfView: Bool = false) -> ColumnMask? {
        DatasetPolicy(self, dataset: dataset, isOfView: isOfView).mask(for: column)
    }

    fileprivate func combine(_ rules: [MaskRule]) -> MaskRule {
        switch combination {
        case .strictest: rules.min() ?? .deny
        case .mostUseful: rules.max() ?? .deny
        }
    }

    /// The carriers that count: a data policy on the column before a governance tag before a policy tag
    /// (<https://cloud.google.com/bigquery/docs/column-data-masking-intro>).
    func governingCarriers(of column: Column) -> [TagCarrier] {
        if column.tags.count <= 1 { return column.tags }
        let ranks = column.tags.map(\.precedence)
        guard let first = ranks.min() else { return [] }
        return column.tags.filter { $0.precedence == first }
    }

    /// What a caller is told of a column: the mask of the column itself, or for a STRUCT the strictest of its leaves.
    ///
    /// - Returns: `nil` when nothing of it is masked.
    public func describe(_ column: Column, in dataset: DatasetID, isOfView: Bool = false) -> ColumnMask? {
        DatasetPolicy(self, dataset: dataset, isOfView: isOfView).describe(column)
    }

    /// A masked column by which a table is partitioned or clustered, so that the table cannot be read: filters on it
    /// could not prune, and the order in which rows come and the bytes that are read would tell of its values.
    public func maskedPartitionColumn(of schema: TableSchema) -> String? {
        DatasetPolicy(self, dataset: schema.id.datasetID, isOfView: false).maskedPartitionColumn(of: schema)
    }
}

/// A policy with the roles that count for the tables of one dataset.
struct DatasetPolicy {
    private let policy: MaskingPolicy
    private let counting: [Role]
    /// Whether columns without a tag are denied.
    private let deniesUntagged: Bool

    /// - Parameter isOfView: columns of a view are what its text gives: without a tag of their own nothing is added.
    init(_ policy: MaskingPolicy, dataset: DatasetID, isOfView: Bool) {
        let counting = policy.roles.filter { $0.holds(dataset) }
        let rules = counting.map { role -> MaskRule in
            switch role.untagged {
            case .raw: .raw
            case .deny: .deny
            }
        }
        self.policy = policy
        self.counting = counting
        deniesUntagged = !isOfView && policy.combine(rules) == .deny
    }

    /// What the caller sees of a column itself; see ``MaskingPolicy/mask(for:in:isOfView:)``.
    func mask(for column: Column) -> ColumnMask? {
        guard !counting.isEmpty else { return ColumnMask(tag: "", rule: .deny) }
        if column.tags.isEmpty { return untaggedMask(for: column) }
        var chosen: ColumnMask?
        for carrier in policy.governingCarriers(of: column) {
            let name = policy.tags.name(of: carrier)
            let rules = counting.map { role in
                let rule = name.map(role.rule(forTag:)) ?? role.defaultRule
                return rule.fitsElements(of: column) ? rule : .deny
            }
            let rule = policy.combine(rules)
            // Several carriers of one kind: BigQuery takes the most useful one, we take the strictest.
            if chosen.map({ rule < $0.rule }) ?? true {
                chosen = ColumnMask(tag: name ?? carrier.resource, rule: rule)
            }
        }
        return chosen
    }

    private func untaggedMask(for column: Column) -> ColumnMask? {
        if case .unknown = column.type { return ColumnMask(tag: "", rule: .deny) }
        // A STRUCT without a tag is as its leaves are.
        if case .record = column.type { return nil }
        return deniesUntagged ? ColumnMask(tag: "", rule: .deny) : nil
    }

    /// See ``MaskingPolicy/maskedPartitionColumn(of:)``.
    func maskedPartitionColumn(of schema: TableSchema) -> String? {
        // A materialized view is not read itself.
        guard schema.kind.viewDefinition == nil else { return nil }
        let names = schema.clustering + [schema.partitioning?.columnName].compactMap(\.self)
        guard !names.isEmpty else { return nil }
        let lowered = Set(names.map { $0.lowercased() })
        return schema.columns.first { lowered.contains($0.name.lowercased()) && describe($0) != nil }?.name
    }

    /// What a caller is told of a column; see ``MaskingPolicy/describe(_:in:isOfView:)``.
    func describe(_ column: Column) -> ColumnMask? {
        let own = mask(for: column).flatMap { $0.rule == .raw ? nil : $0 }
        guard own == nil else { return own }
        return column.fields.compactMap { describe($0) }.min { $0.rule < $1.rule }
    }
}

extension Role {
    /// Whether the role's list of datasets holds one; no list holds all.
    func holds(_ dataset: DatasetID) -> Bool {
        guard let datasets else { return true }
        return datasets.contains { $0 == dataset.dataset || $0 == dataset.description }
    }

    /// The role with plain dataset names put into a project.
    func qualified(with project: String) -> Role {
        var role = self
        role.datasets = datasets?.map { $0.contains(".") ? $0 : "\(project).\($0)" }
        return role
    }
}

extension TagCarrier {
    /// 0 counts first.
    fileprivate var precedence: Int {
        switch self {
        case .dataPolicy: 0
        case .governanceTag: 1
        case .policyTag: 2
        }
    }
}
