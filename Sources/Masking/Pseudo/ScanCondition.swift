import GoogleSQL

/// A condition that names pseudo-columns and nothing else, so that it can stand inside of a scan.
struct ScanCondition {
    let tokens: Range<Int>
    /// The paths that name pseudo-columns.
    let paths: [Range<Int>]
    /// Whether it is never true where the pseudo-column is NULL, as in the rows that an outer join makes up.
    let rejectsNull: Bool
    /// What it lets through of `_TABLE_SUFFIX`.
    let suffixes: SuffixFilter

    /// The parts of a filter that are such conditions: of a chain of AND each by itself.
    static func conditions(in filter: Expression, of walk: QueryWalk) -> [ScanCondition] {
        switch filter {
        case .conjunction(let chain): return chain.operands.flatMap { conditions(in: $0, of: walk) }
        case .parenthesized(let node):
            if case .conjunction = node.expression { return conditions(in: node.expression, of: walk) }
        case .literal, .range, .parameter, .systemVariable, .path, .access, .unary, .not, .binary, .disjunction,
            .comparison, .quantifiedLike, .between, .inside, .test, .structure, .array, .interval, .new, .conditional,
            .cast, .extract, .with, .replaceFields, .call, .subquery, .graph:
            break
        }
        var names = PureExpression()
        guard names.holds(filter), !names.paths.isEmpty else { return [] }
        return [
            ScanCondition(
                tokens: filter.tokens,
                paths: names.paths,
                rejectsNull: NullRejection.holds(of: filter),
                suffixes: SuffixCondition(walk: walk).filter(of: filter) ?? .everything
            )
        ]
    }
}

/// Collects the pseudo-columns of an expression that is computed from them alone.
private struct PureExpression {
    /// Functions whose value is another one wherever they stand, or that end the query.
    private static let movedByNone: Set<String> = ["RAND", "GENERATE_UUID", "NEW_UUID", "ERROR"]

    private(set) var paths: [Range<Int>] = []

    /// Whether an expression names no other column, reads no table and gives the same wherever it stands.
    mutating func holds(_ expression: Expression) -> Bool {
        switch expression {
        case .literal, .range, .parameter: return true
        case .path(let path):
            guard let last = path.parts.last, path.parts.count <= 2, PseudoColumn(named: last.name.lowercased()) != nil
            else { return false }
            paths.append(path.tokens)
            return true
        case .parenthesized, .unary, .not, .test, .binary, .conjunction, .disjunction, .comparison, .between, .cast,
            .conditional, .interval, .array, .extract:
            return parts(of: expression).map { holds($0) } ?? false
        case .access(let chain): return holds(chain)
        case .inside(let node): return holds(node.left) && holds(node.set)
        case .quantifiedLike(let node): return holds(node.left) && holds(node.patterns)
        case .call(let call): return holds(call)
        case .systemVariable, .structure, .new, .with, .replaceFields, .subquery, .graph: return false
        }
    }

    private mutating func holds(_ expressions: [Expression]) -> Bool {
        for expression in expressions where !holds(expression) { return false }
        return true
    }

    private func parts(of expression: Expression) -> [Expression]? {
        switch expression {
        case .parenthesized(let node): [node.expression]
        case .unary(let node): [node.operand]
        case .not(let node): [node.operand]
        case .test(let node): [node.operand]
        case .binary(let node): [node.first] + node.rest.map(\.expression)
        case .conjunction(let node), .disjunction(let node): node.operands
        case .comparison(let node): [node.left, node.right]
        case .between(let node): [node.operand, node.lower, node.upper]
        case .cast(let node): [node.value] + [node.format, node.timeZone].compactMap(\.self)
        case .conditional(let node):
            node.branches.flatMap { [$0.condition, $0.result] } + [node.operand, node.fallback].compactMap(\.self)
        case .interval(let node): [node.value]
        case .array(let node): node.elements
        case .extract(let node): [node.value] + [node.timeZone].compactMap(\.self)
        case .literal, .range, .parameter, .systemVariable, .path, .access, .quantifiedLike, .inside, .structure, .new,
            .with, .replaceFields, .call, .subquery, .graph:
            nil
        }
    }

    private mutating func holds(_ set: MembershipSet) -> Bool {
        switch set {
        case .list(let expressions): return holds(expressions)
        case .subquery, .graph: return false
        case .unnest(let unnest):
            guard unnest.mode == nil, unnest.arrays.allSatisfy({ $0.alias == nil }) else { return false }
            return holds(unnest.arrays.map(\.expression))
        }
    }

    private mutating func holds(_ chain: AccessChain) -> Bool {
        guard holds(chain.base) else { return false }
        for access in chain.accesses {
            guard case .subscripted(let expression) = access, holds(expression) else { return false }
        }
        return true
    }

    private mutating func holds(_ call: FunctionCall) -> Bool {
        var parts = call.name.parts[...]
        if parts.count == 2, let first = parts.first, !first.isQuoted, first.name.uppercased() == "SAFE" {
            parts = parts.dropFirst()
        }
        guard parts.count == 1, let name = parts.first?.name.uppercased(), call.over == nil, call.modifiers.isEmpty,
            !call.isDistinct, FunctionPolicy.verdict(for: name) == .pass, !Self.movedByNone.contains(name)
        else { return false }
        let word = WordArguments.place(in: name)
        for (index, argument) in call.arguments.enumerated() {
            guard case .expression(let node) = argument, node.alias == nil else { return false }
            let isWord = index == word && WordArguments.isWord(node.expression)
            guard isWord || holds(node.expression) else { return false }
        }
        return true
    }
}

/// Conditions that are not true where what they compare is NULL.
private enum NullRejection {
    static func holds(of condition: Expression) -> Bool {
        switch condition {
        case .parenthesized(let node): return holds(of: node.expression)
        case .conjunction(let node): return node.operands.contains { holds(of: $0) }
        case .disjunction(let node): return node.operands.allSatisfy { holds(of: $0) }
        case .between(let node): return isPath(node.operand)
        case .inside(let node):
            guard case .list = node.set else { return false }
            return isPath(node.left)
        case .test(let node): return node.test == .null && node.isNegated && isPath(node.operand)
        case .comparison(let node):
            switch node.operator {
            case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .like, .notLike:
                return isPath(node.left) || isPath(node.right)
            case .isDistinctFrom, .isNotDistinctFrom: return false
            }
        case .call(let call):
            guard call.name.names.map({ $0.uppercased() }) == ["STARTS_WITH"],
                case .expression(let first)? = call.arguments.first
            else { return false }
            return isPath(first.expression)
        case .literal, .range, .parameter, .systemVariable, .path, .access, .unary, .not, .binary, .quantifiedLike,
            .structure, .array, .interval, .new, .conditional, .cast, .extract, .with, .replaceFields, .subquery,
            .graph:
            return false
        }
    }

    private static func isPath(_ expression: Expression) -> Bool {
        if case .path = expression { true } else { false }
    }
}
