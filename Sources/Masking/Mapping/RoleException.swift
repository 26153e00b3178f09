public import Catalog
import Yams

/// What an exception of a role is for, as it is written: with the project or without.
public enum ExceptionScope: Sendable, Hashable, Comparable {
    /// `dataset` or `project.dataset`.
    case dataset(String)
    /// `dataset.table` or `project.dataset.table`.
    case table(String)

    /// A short text: `dataset analytics`, `table bank.customers`.
    public var text: String {
        switch self {
        case .dataset(let name): "dataset \(name)"
        case .table(let name): "table \(name)"
        }
    }

    /// The name as written.
    public var name: String {
        switch self {
        case .dataset(let name), .table(let name): name
        }
    }

    /// The name of the table, if it is one.
    var table: String? {
        switch self {
        case .dataset: nil
        case .table(let name): name
        }
    }

    /// The dataset of a table, written as the table is.
    var datasetOfTable: String? { table.flatMap { name in name.lastIndex(of: ".").map { String(name[..<$0]) } } }

    /// The dataset itself, or that of the table.
    var datasetName: String { datasetOfTable ?? name }

    /// Whether it is for this dataset as a whole.
    public func isDataset(_ dataset: DatasetID) -> Bool {
        switch self {
        case .dataset(let name): name == dataset.dataset || name == dataset.description
        case .table: false
        }
    }

    /// Whether it is for this table alone.
    public func isTable(_ table: TableID) -> Bool {
        switch self {
        case .dataset: false
        case .table(let name): name == "\(table.dataset).\(table.table)" || name == table.description
        }
    }

    /// Whether two can be for the same because one names no project.
    func canBeSame(as other: ExceptionScope) -> Bool {
        switch (self, other) {
        case (.dataset(let left), .dataset(let right)), (.table(let left), .table(let right)):
            left == right || left.hasSuffix(".\(right)") || right.hasSuffix(".\(left)")
        case (.dataset, .table), (.table, .dataset): false
        }
    }

    /// The same with a project, where it has none.
    func qualified(with project: String) -> ExceptionScope {
        switch self {
        case .dataset(let name): .dataset(name.contains(".") ? name : "\(project).\(name)")
        case .table(let name):
            .table(name.split(separator: ".").count > 2 ? name : "\(project).\(name)")
        }
    }
}

/// What holds in one dataset or table in place of what the role says.
public struct RoleException: Sendable, Hashable {
    /// The dataset or table.
    public internal(set) var scope: ExceptionScope
    /// What is said; what is not said is as in the next wider place: the dataset for a table, then the role.
    public let rules: RuleSet
    /// Where it is written.
    let line: Int?

    /// The same with a project.
    func qualified(with project: String) -> RoleException {
        var exception = self
        exception.scope = scope.qualified(with: project)
        return exception
    }
}

extension YAMLReader {
    /// Reads `exceptions`.
    mutating func exceptions(_ node: Node, _ vocabulary: RuleVocabulary) -> [RoleException] {
        guard let sequence = node.sequence else {
            problem("`exceptions` is not a list", at: node)
            return []
        }
        var found: [RoleException] = []
        for element in sequence {
            guard let exception = exception(element, vocabulary) else { continue }
            if let other = found.first(where: { $0.scope.canBeSame(as: exception.scope) }) {
                let place = other.line.map { " in line \($0)" } ?? ""
                let same = other.scope == exception.scope
                let hint = same ? "" : ", which can be the same: write the project in both"
                problem(
                    "`\(exception.scope.name)` has an exception\(place) already, `\(other.scope.name)`\(hint)",
                    at: element
                )
            }
            found.append(exception)
        }
        return found
    }

    private mutating func exception(_ node: Node, _ vocabulary: RuleVocabulary) -> RoleException? {
        guard let mapping = map(node, for: "exceptions") else { return nil }
        refuseUnknownKeys(of: mapping, known: ["dataset", "table", "masks", "default", "untagged"])
        let values = Dictionary(entries(of: mapping).map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
        let rules = rules(values, vocabulary)
        if rules.isEmpty && rules.lines.isEmpty {
            problem("the exception says nothing: write `masks`, `default` or `untagged`", at: node)
        }
        guard let scope = scope(values, at: node) else { return nil }
        return RoleException(scope: scope, rules: rules, line: node.mark?.line)
    }

    private mutating func scope(_ values: [String: Node], at node: Node) -> ExceptionScope? {
        switch (values["dataset"], values["table"]) {
        case (let value?, nil):
            guard let name = name(value, for: "dataset", parts: 1...2) else { return nil }
            return .dataset(name)
        case (nil, let value?):
            guard let name = name(value, for: "table", parts: 2...3) else { return nil }
            return .table(name)
        case (nil, nil), (_?, _?):
            problem("an exception has either `dataset` or `table`", at: node)
            return nil
        }
    }

    private mutating func name(_ node: Node, for key: String, parts: ClosedRange<Int>) -> String? {
        guard let text = text(node, for: key) else { return nil }
        let found = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.contains(found.count), found.allSatisfy({ !$0.isEmpty }) else {
            let forms =
                key == "table" ? "`dataset.table` nor `project.dataset.table`" : "`dataset` nor `project.dataset`"
            problem("`\(text)` is neither \(forms)", at: node)
            return nil
        }
        guard !text.contains("*"), !text.contains("`") else {
            problem("`\(text)` is not one \(key): name each one that is meant", at: node)
            return nil
        }
        return text
    }
}
