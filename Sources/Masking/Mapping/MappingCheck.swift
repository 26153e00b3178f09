public import Catalog

extension Mapping {
    /// What is wrong with the mapping for the tables of a catalog: a rule that does not fit the type of a column that
    /// carries its tag. At run time such a column is denied.
    ///
    /// The problems name the file and the line of the rule.
    ///
    /// - Parameter project: the project that plain names belong to; `nil` leaves it open.
    public func problems(in tables: [TableSchema], project: String? = nil) -> [MappingProblem] {
        var problems: [MappingProblem] = []
        for role in checked(project) {
            let policy = MaskingPolicy(tags: tags, roles: [role], combination: .strictest, mappingDigest: digest)
            for table in tables.sorted(by: { $0.id < $1.id }) where role.holds(table.id.datasetID) {
                var check = TableCheck(role: role, policy: policy, table: table.id)
                for column in table.columns { check.check(column, path: column.name) }
                problems += check.problems
            }
        }
        return problems
    }

    /// What is no mistake, but is hardly meant: exceptions that change nothing that the role reads by name, and expressions
    /// that no role uses.
    ///
    /// - Parameters:
    ///   - tables: the tables that there are; `nil` when that is not known.
    ///   - project: the project that plain names belong to; `nil` leaves it open.
    public func warnings(tables: [TableSchema]? = nil, project: String? = nil) -> [MappingProblem] {
        var warnings: [MappingProblem] = []
        var used: Set<String> = []
        for role in checked(project) {
            for rules in [role.general] + role.exceptions.map(\.rules) {
                for rule in Array(rules.masks.values) + [rules.defaultRule].compactMap(\.self) {
                    used.insert(rule.name)
                }
            }
            for exception in role.exceptions {
                let message: String
                if !role.holds(exception.scope) {
                    message =
                        "the role does not hold the dataset of \(exception.scope.text): the exception counts only "
                        + "below views"
                } else if let tables, !tables.contains(where: { exception.scope.covers($0.id) }) {
                    message = "there is no \(exception.scope.text) in the catalog"
                } else {
                    continue
                }
                warnings.append(
                    MappingProblem(path: "roles/\(role.name).yaml", line: exception.line, message: message)
                )
            }
        }
        for name in expressions.keys.sorted() where !used.contains(name) {
            let message = "no role uses the expression `\(name)`"
            warnings.append(MappingProblem(path: "mapping.yaml", line: expressionLines[name], message: message))
        }
        return warnings
    }

    private func checked(_ project: String?) -> [Role] {
        roles.values.sorted { $0.name < $1.name }.map { role in project.map { role.qualified(with: $0) } ?? role }
    }
}

/// The check of one role's rules for one table.
private struct TableCheck {
    private let role: Role
    private let policy: MaskingPolicy
    private let table: TableID
    private let rules: RoleRules
    private(set) var problems: [MappingProblem] = []

    init(role: Role, policy: MaskingPolicy, table: TableID) {
        self.role = role
        self.policy = policy
        self.table = table
        rules = role.rules(for: table)
    }

    mutating func check(_ column: Column, path: String) {
        for carrier in policy.governingCarriers(of: column) {
            let tag = policy.tags.name(of: carrier)
            let (rule, line) = rules.found(forTag: tag)
            guard !rule.fitsElements(of: column) else { continue }
            let message =
                "`\(rule.name)` does not fit `\(table).\(path)`, which is \(column.type.name) "
                + "(tag `\(tag ?? carrier.resource)`)"
            problems.append(MappingProblem(path: "roles/\(role.name).yaml", line: line, message: message))
        }
        for field in column.fields { check(field, path: "\(path).\(field.name)") }
    }
}

extension ExceptionScope {
    /// Whether a table is this one or in this dataset.
    fileprivate func covers(_ table: TableID) -> Bool { isTable(table) || isDataset(table.datasetID) }
}
