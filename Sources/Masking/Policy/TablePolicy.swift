import Catalog

/// A policy as it is for one table: the roles that count there, each with its exceptions for the table.
struct TablePolicy {
    private let policy: MaskingPolicy
    /// The rules of each role that counts; for a wildcard one such list for each kind of table behind it.
    private let variants: [[RoleRules]]
    /// Whether columns without a tag are denied.
    private let deniesUntagged: Bool

    /// - Parameters:
    ///   - schema: the table. Columns of a view are what its text gives: without a tag of their own nothing is added.
    ///   - authority: the dataset whose roles count; the table's own if absent. Exceptions are always the table's.
    init(_ policy: MaskingPolicy, of schema: TableSchema, authority: DatasetID? = nil) {
        let authority = authority ?? schema.id.datasetID
        let counting = policy.roles.filter { $0.holds(authority) }
        let tables = schema.ruledAs.isEmpty ? [schema.id] : schema.ruledAs
        let variants = tables.map { table in counting.map { $0.rules(for: table) } }
        self.policy = policy
        self.variants = variants
        deniesUntagged =
            schema.kind.viewDefinition == nil
            && variants.contains { policy.combine($0.map { $0.untagged.maskRule }) == .deny }
    }

    /// What the caller sees of a column itself; see ``MaskingPolicy/mask(for:of:authority:)``.
    func mask(for column: Column) -> ColumnMask? {
        guard variants.contains(where: { !$0.isEmpty }) else { return ColumnMask(tag: "", rule: .deny) }
        if column.tags.isEmpty { return untaggedMask(for: column) }
        var chosen: ColumnMask?
        for carrier in policy.governingCarriers(of: column) {
            let name = policy.tags.name(of: carrier)
            for roles in variants {
                let rule = policy.combine(
                    roles.map { role in
                        let rule = role.rule(forTag: name)
                        return rule.fitsElements(of: column) ? rule : .deny
                    }
                )
                // Several carriers of one kind: BigQuery takes the most useful one, we take the strictest.
                if chosen.map({ rule < $0.rule }) ?? true {
                    chosen = ColumnMask(tag: name ?? carrier.resource, rule: rule)
                }
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

    /// What a caller is told of a column; see ``MaskingPolicy/describe(_:of:)``.
    func describe(_ column: Column) -> ColumnMask? {
        let own = mask(for: column).flatMap { $0.rule == .raw ? nil : $0 }
        guard own == nil else { return own }
        return column.fields.compactMap { describe($0) }.min { $0.rule < $1.rule }
    }
}

extension UntaggedRule {
    /// The rule of a column without a tag.
    var maskRule: MaskRule {
        switch self {
        case .raw: .raw
        case .deny: .deny
        }
    }
}
