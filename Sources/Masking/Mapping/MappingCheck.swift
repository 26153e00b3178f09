public import Catalog

extension Mapping {
    /// What is wrong with the mapping for the tables of a catalog: a rule that does not fit the type of a column that
    /// carries its tag. At run time such a column is denied.
    ///
    /// The problems name the role's file; there is no line, because the rule may come from a prefix or the default.
    public func problems(in tables: [TableSchema]) -> [MappingProblem] {
        var problems: [MappingProblem] = []
        for role in roles.values.sorted(by: { $0.name < $1.name }) {
            let policy = MaskingPolicy(tags: tags, roles: [role], combination: .strictest, mappingDigest: digest)
            for table in tables.sorted(by: { $0.id < $1.id }) where policy.allows(table.id.datasetID) {
                for column in table.columns {
                    check(column, path: column.name, of: table.id, under: policy, role: role, into: &problems)
                }
            }
        }
        return problems
    }

    private func check(
        _ column: Column,
        path: String,
        of table: TableID,
        under policy: MaskingPolicy,
        role: Role,
        into problems: inout [MappingProblem]
    ) {
        for carrier in policy.governingCarriers(of: column) {
            let tag = tags.name(of: carrier)
            let rule = tag.map(role.rule(forTag:)) ?? role.defaultRule
            if !rule.fitsElements(of: column) {
                let message =
                    "`\(rule.rawValue)` does not fit `\(table).\(path)`, which is \(column.type.name) "
                    + "(tag `\(tag ?? carrier.resource)`)"
                problems.append(MappingProblem(path: "roles/\(role.name).yaml", line: nil, message: message))
            }
        }
        for field in column.fields {
            check(field, path: "\(path).\(field.name)", of: table, under: policy, role: role, into: &problems)
        }
    }
}
