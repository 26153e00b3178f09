import Catalog
import JSON
import Masking

/// What someone with certain roles sees, tag by tag and column by column.
struct EffectiveMapping {
    let policy: MaskingPolicy
    /// The mapping's expressions.
    let expressions: [String: MaskExpression]
    /// nil: no columns are shown.
    let tables: [TableSchema]?

    private var tags: [String] { policy.tags.resources.keys.sorted() }

    var json: JSONObject {
        var answer: JSONObject = [
            "roles": .array(policy.roles.map { .string($0.name) }),
            "mapping": .string(policy.mappingDigest),
            "tags": .array(
                tags.map { tag in
                    [
                        "tag": .string(tag), "resource": policy.tags.resources[tag].map { .string($0) } ?? .null,
                        "rule": .string(policy.rule(forTag: tag).name),
                    ]
                }
            ),
            "default": .string(policy.rule(forTag: nil).name),
            "untagged": .string(policy.untaggedRule().name),
            "exceptions": .array(policy.exceptionScopes.map(exception)),
            "expressions": .array(expressions.keys.sorted().compactMap { expressions[$0] }.map(expression)),
        ]
        if let tables { answer["columns"] = .array(tables.flatMap(columns)) }
        return answer
    }

    /// The tags whose rule is another one inside of a dataset or table.
    private func tags(otherIn scope: ExceptionScope) -> [(tag: String, rule: MaskRule)] {
        tags.map { ($0, policy.rule(forTag: $0, in: scope)) }.filter { $0.1 != policy.rule(forTag: $0.0) }
    }

    private func exception(_ scope: ExceptionScope) -> JSONValue {
        [
            "in": .string(scope.text),
            "tags": .array(tags(otherIn: scope).map { ["tag": .string($0.tag), "rule": .string($0.rule.name)] }),
            "default": .string(policy.rule(forTag: nil, in: scope).name),
            "untagged": .string(policy.untaggedRule(in: scope).name),
        ]
    }

    private func expression(_ expression: MaskExpression) -> JSONValue {
        [
            "name": .string(expression.name),
            "types": .array(expression.types.map { .string($0.name) }),
            "sql": .string(expression.sql),
        ]
    }

    private func columns(of table: TableSchema) -> [JSONValue] {
        policy.describe(table).map { described in
            [
                "table": .string(table.id.description),
                "column": .string(described.path),
                "type": .string(described.column.type.name),
                "masked": described.mask.map { ["tag": .string($0.tag), "rule": .string($0.rule.name)] } ?? .null,
            ]
        }
    }

    /// Two columns: what, and the rule. Below an exception's name stands what is otherwise there.
    var text: String {
        var lines = tags.map { ($0, policy.rule(forTag: $0).name) }
        lines += [("(other tags)", policy.rule(forTag: nil).name), ("(untagged)", policy.untaggedRule().name)]
        for scope in policy.exceptionScopes {
            lines.append(("in \(scope.text)", ""))
            lines += tags(otherIn: scope).map { ("  \($0.tag)", $0.rule.name) }
            let (other, untagged) = (policy.rule(forTag: nil, in: scope), policy.untaggedRule(in: scope))
            if other != policy.rule(forTag: nil) { lines.append(("  (other tags)", other.name)) }
            if untagged != policy.untaggedRule() { lines.append(("  (untagged)", untagged.name)) }
        }
        for table in tables ?? [] {
            lines += policy.describe(table).map { described in
                let rule = described.mask.map { "\($0.rule.name) (\($0.tag))" } ?? MaskRule.raw.name
                return ("\(table.id).\(described.path)", rule)
            }
        }
        for expression in expressions.keys.sorted().compactMap({ expressions[$0] }) {
            lines.append(("expression \(expression.name)", expression.sql))
        }
        let width = lines.map(\.0.count).max() ?? 0
        return lines.map { name, rule in
            rule.isEmpty ? name : name + String(repeating: " ", count: width - name.count + 2) + rule
        }.joined(separator: "\n")
    }
}
