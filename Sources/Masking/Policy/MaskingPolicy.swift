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

    /// The rule of a tag when all roles count that can, as `tags.yaml` names it; nothing is said of types, which may not fit it.
    ///
    /// - Parameters:
    ///   - tag: the tag; `nil` for one that `tags.yaml` does not list.
    ///   - scope: where it is met; `nil` outside of all exceptions.
    public func rule(forTag tag: String?, in scope: ExceptionScope? = nil) -> MaskRule {
        combine(counting(in: scope).map { $0.rules(in: scope).rule(forTag: tag) })
    }

    /// What is seen of columns without a tag, when all roles count that can: `RAW` or `DENY`.
    public func untaggedRule(in scope: ExceptionScope? = nil) -> MaskRule {
        combine(counting(in: scope).map { $0.rules(in: scope).untagged.maskRule })
    }

    /// The roles that count in a place: those that hold its dataset, or all where it is reached through views only.
    private func counting(in scope: ExceptionScope?) -> [Role] {
        guard let scope else { return roles }
        let holding = roles.filter { $0.holds(scope) }
        return holding.isEmpty ? roles : holding
    }

    /// The datasets and tables that some role has an exception for, in the order of their names.
    public var exceptionScopes: [ExceptionScope] { Set(roles.flatMap { $0.exceptions.map(\.scope) }).sorted() }

    /// What the caller sees of a column of a table, of the column itself only: a STRUCT's leaves have their own.
    ///
    /// - Returns: `nil` when the column is shown as it is and carries no tag.
    public func mask(for column: Column, of schema: TableSchema) -> ColumnMask? {
        TablePolicy(self, of: schema).mask(for: column)
    }

    func combine(_ rules: [MaskRule]) -> MaskRule {
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
    public func describe(_ column: Column, of schema: TableSchema) -> ColumnMask? {
        TablePolicy(self, of: schema).describe(column)
    }

    /// A masked column by which a table is partitioned or clustered, so that the table cannot be read: filters on it
    /// could not prune, and the order in which rows come and the bytes that are read would tell of its values.
    public func maskedPartitionColumn(of schema: TableSchema) -> String? {
        TablePolicy(self, of: schema).maskedPartitionColumn(of: schema)
    }
}

extension Role {
    /// Whether the role's list of datasets holds one; no list holds all.
    func holds(_ dataset: DatasetID) -> Bool {
        guard let datasets else { return true }
        return datasets.contains { $0 == dataset.dataset || $0 == dataset.description }
    }

    /// Whether the role's list of datasets holds that of an exception, as far as the way it is written tells.
    func holds(_ scope: ExceptionScope) -> Bool {
        guard let datasets else { return true }
        return datasets.contains { ExceptionScope.dataset($0).canBeSame(as: .dataset(scope.datasetName)) }
    }

    /// The role with plain dataset names put into a project.
    func qualified(with project: String) -> Role {
        var role = self
        role.datasets = datasets?.map { $0.contains(".") ? $0 : "\(project).\($0)" }
        role.exceptions = exceptions.map { $0.qualified(with: project) }
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
