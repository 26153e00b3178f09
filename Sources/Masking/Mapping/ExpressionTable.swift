import Catalog
import Yams

extension YAMLReader {
    /// The most characters of an expression's name.
    private static let expressionNameMax = 64

    /// Reads `expressions` of `mapping.yaml`: for each name its types and its text.
    mutating func expressions(_ node: Node, into settings: inout MappingSettings) {
        guard let mapping = map(node, for: "expressions") else { return }
        for (name, keyNode, value) in entries(of: mapping) {
            settings.expressionLines[name] = keyNode.mark?.line ?? 0
            guard Self.isExpressionName(name) else {
                problem("`\(name)` is no name for an expression (upper-case letters, digits and `_`)", at: keyNode)
                continue
            }
            // BigQuery's names are kept free, so that a name means the same in both.
            guard MaskRule(builtIn: name) == nil, name != "RANDOM_HASH" else {
                problem("`\(name)` is the name of a rule", at: keyNode)
                continue
            }
            settings.expressions[name] = expression(value, named: name)
        }
    }

    private mutating func expression(_ node: Node, named name: String) -> MaskExpression? {
        guard let mapping = map(node, for: name) else { return nil }
        refuseUnknownKeys(of: mapping, known: ["types", "sql"])
        let values = Dictionary(entries(of: mapping).map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        guard let typesNode = values["types"], let sqlNode = values["sql"] else {
            problem("`\(name)` needs `types` and `sql`", at: node)
            return nil
        }
        guard let types = types(typesNode), let sql = text(sqlNode, for: "sql") else { return nil }
        do {
            return try MaskExpression.compile(name: name, sql: sql, types: types)
        } catch {
            for problem in error.problems {
                let message = "`\(name)`, line \(problem.line), column \(problem.column): \(problem.message)"
                self.problem(message, at: sqlNode)
            }
            return nil
        }
    }

    private mutating func types(_ node: Node) -> [ScalarType]? {
        guard let list = texts(node, for: "types") else { return nil }
        var types: [ScalarType] = []
        for (text, element) in list {
            guard let type = MaskExpression.typesOffered.first(where: { $0.name == text }) else {
                let known = MaskExpression.typesOffered.map(\.name).joined(separator: ", ")
                problem("`\(text)` is not one of the types that expressions can mask: \(known)", at: element)
                return nil
            }
            types.append(type)
        }
        guard !types.isEmpty else {
            problem("`types` is empty", at: node)
            return nil
        }
        return types
    }

    private static func isExpressionName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) else { return false }
        return name.utf8.count <= expressionNameMax
            && name.utf8.allSatisfy {
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }
    }
}
