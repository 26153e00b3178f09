import Catalog
import GoogleSQL

/// Reads what a condition says of `_TABLE_SUFFIX` in literals and parameters.
struct SuffixCondition {
    let walk: QueryWalk

    /// - Returns: nil when it says nothing that can be told.
    func filter(of condition: Expression) -> SuffixFilter? {
        switch condition {
        case .parenthesized(let node): return filter(of: node.expression)
        case .conjunction(let node):
            let filters = node.operands.compactMap { filter(of: $0) }
            return filters.isEmpty ? nil : .all(filters)
        case .disjunction(let node):
            let filters = node.operands.compactMap { filter(of: $0) }
            return filters.count == node.operands.count ? .any(filters) : nil
        case .comparison(let node): return filter(of: node)
        case .between(let node):
            guard !node.isNegated, isSuffix(node.operand) else { return nil }
            let bounds =
                [text(of: node.lower).map { SuffixFilter.above($0, orEqual: true) }]
                + [text(of: node.upper).map { .below($0, orEqual: true) }]
            return .all(bounds.compactMap(\.self))
        case .inside(let node):
            guard !node.isNegated, isSuffix(node.left) else { return nil }
            return texts(of: node.set).map { .among(Set($0)) }
        case .call(let call): return filter(of: call)
        case .literal, .range, .parameter, .systemVariable, .path, .access, .unary, .not, .binary, .quantifiedLike,
            .test, .structure, .array, .interval, .new, .conditional, .cast, .extract, .with, .replaceFields,
            .subquery, .graph:
            return nil
        }
    }

    private func filter(of comparison: Comparison) -> SuffixFilter? {
        if isSuffix(comparison.left), let text = text(of: comparison.right) {
            switch comparison.operator {
            case .equal, .isNotDistinctFrom: return .among([text])
            case .less: return .below(text, orEqual: false)
            case .lessOrEqual: return .below(text, orEqual: true)
            case .greater: return .above(text, orEqual: false)
            case .greaterOrEqual: return .above(text, orEqual: true)
            case .like: return Self.prefix(ofPattern: text).map { .prefix($0) }
            case .notEqual, .notLike, .isDistinctFrom: return nil
            }
        }
        guard isSuffix(comparison.right), let text = text(of: comparison.left) else { return nil }
        switch comparison.operator {
        case .equal, .isNotDistinctFrom: return .among([text])
        case .less: return .above(text, orEqual: false)
        case .lessOrEqual: return .above(text, orEqual: true)
        case .greater: return .below(text, orEqual: false)
        case .greaterOrEqual: return .below(text, orEqual: true)
        case .like, .notEqual, .notLike, .isDistinctFrom: return nil
        }
    }

    private func filter(of call: FunctionCall) -> SuffixFilter? {
        guard call.name.names.map({ $0.uppercased() }) == ["STARTS_WITH"], call.arguments.count == 2,
            case .expression(let value) = call.arguments[0], isSuffix(value.expression),
            case .expression(let start) = call.arguments[1]
        else { return nil }
        return text(of: start.expression).map { .prefix($0) }
    }

    /// What a value begins with to match a LIKE pattern: everything before its first special character.
    private static func prefix(ofPattern pattern: String) -> String? {
        String(pattern.prefix { !"%_\\".contains($0) })
    }

    private func isSuffix(_ expression: Expression) -> Bool {
        guard case .path(let path) = expression, let last = path.parts.last else { return false }
        return PseudoColumn(named: last.name.lowercased()) == .tableSuffix
    }

    private func texts(of set: MembershipSet) -> [String]? {
        switch set {
        case .list(let expressions): return texts(of: expressions)
        case .unnest(let unnest):
            guard unnest.arrays.count == 1, let array = unnest.arrays.first?.expression else { return nil }
            if case .array(let node) = array { return texts(of: node.elements) }
            guard case .parameter(let parameter) = array, let value = self.parameter(parameter) else { return nil }
            return Self.texts(of: value)
        case .subquery, .graph: return nil
        }
    }

    private func texts(of expressions: [Expression]) -> [String]? {
        let texts = expressions.compactMap { text(of: $0) }
        return texts.count == expressions.count ? texts : nil
    }

    /// The text of a string literal, or of a parameter that has one; a declared constant stands here as a CAST of it.
    private func text(of expression: Expression) -> String? {
        if case .parenthesized(let node) = expression { return text(of: node.expression) }
        if case .cast(let node) = expression, node.format == nil, case .named(let type) = node.type.kind {
            return type.names.map { $0.uppercased() } == ["STRING"] ? text(of: node.value) : nil
        }
        if case .literal(let literal) = expression, literal.kind == .string {
            return walk.parsed.stringValue(of: literal)
        }
        guard case .parameter(let parameter) = expression, let value = self.parameter(parameter),
            value.type == .scalar(.string), case .scalar(let text) = value.value
        else { return nil }
        return text
    }

    private func parameter(_ parameter: Parameter) -> QueryParameter? {
        if let name = parameter.name { return walk.parameters.declared(name) }
        return walk.parameters.declared(number: walk.number(ofPositional: parameter))
    }

    /// The texts of an array of them.
    private static func texts(of parameter: QueryParameter) -> [String]? {
        guard parameter.type == .array(of: .scalar(.string)), case .array(let values) = parameter.value else {
            return nil
        }
        let texts = values.compactMap { value in if case .scalar(let text) = value { text } else { nil } }
        return texts.count == values.count ? texts : nil
    }
}
