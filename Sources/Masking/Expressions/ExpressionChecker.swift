import Catalog
import GoogleSQL

/// Checks the types of one expression for one type of the value, and writes what is sent.
///
/// There is no coercion but that of literals: NULL takes any type that is wanted, and an integer any numeric one. All
/// else has the one type that its function or operator gives it.
struct ExpressionChecker {
    let parsed: ParsedExpression
    /// The type of `value`.
    let value: ScalarType
    private(set) var problems: [ExpressionProblem] = []

    init(_ parsed: ParsedExpression, value: ScalarType) {
        self.parsed = parsed
        self.value = value
    }

    mutating func problem(_ message: String, at tokens: Range<Int>) {
        let place = parsed.position(of: tokens.lowerBound)
        problems.append(ExpressionProblem(line: place.line, column: place.column, message: message))
    }

    /// The expression as a whole, which must give the type that it is given.
    mutating func root() -> ExpressionTerm? {
        switch Self.unwrapped(parsed.expression) {
        case .path(let path) where Self.isValue(path):
            problem("this is the value as it is; the rule `RAW` says so", at: path.tokens)
            return nil
        case .literal(let literal) where literal.kind == .null:
            problem("this is NULL for every value; the rule `ALWAYS_NULL` says so", at: literal.tokens)
            return nil
        case let expression: return demand(expression, value)
        }
    }

    /// A part that must have a type.
    mutating func demand(_ expression: Expression, _ type: ScalarType) -> ExpressionTerm? {
        guard let term = term(expression, wanted: type) else { return nil }
        guard term.type == type else {
            problem("this is \(term.type.name), where \(type.name) is wanted", at: expression.tokens)
            return nil
        }
        return term
    }

    /// A part whose type follows from itself, or for a literal from what is wanted. `nil` after a problem was noted.
    mutating func term(_ expression: Expression, wanted: ScalarType? = nil) -> ExpressionTerm? {
        switch expression {
        case .literal(let literal): return self.literal(literal, wanted: wanted)
        case .path(let path): return name(path)
        case .parenthesized(let node): return term(node.expression, wanted: wanted).map(Self.inParentheses)
        case .unary(let node): return signed(node, wanted: wanted)
        case .not(let node):
            let text = String(repeating: "NOT (", count: node.count)
            return demand(node.operand, .bool).map {
                ExpressionTerm(type: .bool, text: text + $0.text + String(repeating: ")", count: node.count))
            }
        case .conjunction(let chain): return logical(chain, by: " AND ")
        case .disjunction(let chain): return logical(chain, by: " OR ")
        case .comparison(let node): return comparison(node)
        case .test(let node): return test(node)
        case .conditional(let node): return conditional(node, wanted: wanted)
        case .cast(let node): return cast(node)
        case .call(let node): return call(node)
        case .range, .parameter, .systemVariable, .access, .binary, .quantifiedLike, .between, .inside, .structure,
            .array, .interval, .new, .extract, .with, .replaceFields, .subquery, .graph:
            problem(
                "\(Self.title(of: expression)) cannot stand in a mask; what can are functions, CASE, CAST, "
                    + "comparisons, AND, OR, NOT and IS",
                at: expression.tokens
            )
            return nil
        }
    }

    private static func title(of expression: Expression) -> String {
        switch expression {
        case .range: "a range"
        case .parameter, .systemVariable: "a parameter or variable"
        case .access, .structure, .array, .replaceFields: "a STRUCT or ARRAY"
        case .binary(let chain) where chain.rest.contains { $0.operator == .concatenate }: "`||` (write CONCAT)"
        case .binary: "arithmetic"
        case .quantifiedLike, .between, .inside: "LIKE, BETWEEN or IN"
        case .interval: "an interval"
        case .subquery, .graph: "a subquery"
        case .extract: "EXTRACT"
        case .literal, .path, .unary, .not, .conjunction, .disjunction, .comparison, .test, .parenthesized, .new,
            .conditional, .cast, .with, .call:
            "this"
        }
    }

    /// What stands inside parentheses.
    static func unwrapped(_ expression: Expression) -> Expression {
        var inner = expression
        while case .parenthesized(let node) = inner { inner = node.expression }
        return inner
    }

    private static func inParentheses(_ term: ExpressionTerm) -> ExpressionTerm {
        ExpressionTerm(type: term.type, text: "(\(term.text))", size: term.size)
    }

    // MARK: Names

    static func isValue(_ path: PathExpression) -> Bool {
        path.parts.count == 1 && path.parts[0].name.lowercased() == MaskExpression.valueName
    }

    private mutating func name(_ path: PathExpression) -> ExpressionTerm? {
        guard Self.isValue(path) else {
            let name = path.names.joined(separator: ".")
            problem("`\(name)` is not known: the only name is `\(MaskExpression.valueName)`", at: path.tokens)
            return nil
        }
        return ExpressionTerm(
            type: value,
            text: String(ExpressionTerm.valueMark),
            size: ExpressionSize(ofValue: value)
        )
    }

    // MARK: Operators

    private mutating func logical(_ chain: LogicalChain, by separator: String) -> ExpressionTerm? {
        let terms = chain.operands.map { demand($0, .bool) }
        let known = terms.compactMap(\.self)
        guard known.count == terms.count else { return nil }
        return ExpressionTerm(type: .bool, text: known.map { "(\($0.text))" }.joined(separator: separator))
    }

    private mutating func comparison(_ node: Comparison) -> ExpressionTerm? {
        let symbol: String
        switch node.operator {
        case .equal: symbol = "="
        case .notEqual: symbol = "<>"
        case .less: symbol = "<"
        case .lessOrEqual: symbol = "<="
        case .greater: symbol = ">"
        case .greaterOrEqual: symbol = ">="
        case .like, .notLike, .isDistinctFrom, .isNotDistinctFrom:
            problem("LIKE and IS DISTINCT FROM cannot stand in a mask", at: node.tokens)
            return nil
        }
        guard let terms = alike([node.left, node.right]) else { return nil }
        return ExpressionTerm(type: .bool, text: "(\(terms[0].text)) \(symbol) (\(terms[1].text))")
    }

    private mutating func test(_ node: TestExpression) -> ExpressionTerm? {
        let test: String
        let term: ExpressionTerm?
        switch node.test {
        case .null: (test, term) = ("NULL", self.term(node.operand))
        case .true: (test, term) = ("TRUE", demand(node.operand, .bool))
        case .false: (test, term) = ("FALSE", demand(node.operand, .bool))
        case .unknown: (test, term) = ("UNKNOWN", demand(node.operand, .bool))
        }
        guard let term else { return nil }
        return ExpressionTerm(type: .bool, text: "(\(term.text)) IS \(node.isNegated ? "NOT " : "")\(test)")
    }

    private mutating func conditional(_ node: CaseExpression, wanted: ScalarType?) -> ExpressionTerm? {
        let results = node.branches.map(\.result) + [node.fallback].compactMap(\.self)
        var text = "CASE"
        var conditions: [ExpressionTerm]? = []
        if let operand = node.operand {
            let values = alike([operand] + node.branches.map(\.condition))
            conditions = values.map { Array($0.dropFirst()) }
            text += values.map { " (\($0[0].text))" } ?? ""
        } else {
            let known = node.branches.map { demand($0.condition, .bool) }
            conditions = known.contains { $0 == nil } ? nil : known.compactMap(\.self)
        }
        guard let terms = alike(results, wanted: wanted), let conditions else { return nil }
        for (condition, result) in zip(conditions, terms) { text += " WHEN \(condition.text) THEN \(result.text)" }
        if node.fallback != nil, let last = terms.last { text += " ELSE \(last.text)" }
        return ExpressionTerm(type: terms[0].type, text: "\(text) END", size: .largest(terms.map(\.size)))
    }

    /// Parts that must all have one type: that of the first whose type is its own. `nil` after a problem was noted.
    mutating func alike(_ expressions: [Expression], wanted: ScalarType? = nil) -> [ExpressionTerm]? {
        let leading = expressions.firstIndex { !Self.isAdaptable($0) }
        guard let leading else {
            let isNull = expressions.allSatisfy { Self.isNull($0) }
            guard let type = wanted ?? (isNull ? nil : .int64) else {
                if let first = expressions.first { problem("the type of NULL is not known here", at: first.tokens) }
                return nil
            }
            let terms = expressions.map { demand($0, type) }
            return terms.contains { $0 == nil } ? nil : terms.compactMap(\.self)
        }
        guard let first = term(expressions[leading]) else { return nil }
        let terms = expressions.indices.map { $0 == leading ? first : demand(expressions[$0], first.type) }
        return terms.contains { $0 == nil } ? nil : terms.compactMap(\.self)
    }

    /// Whether a part has no type of its own: NULL, an integer, or a CASE that gives nothing else.
    static func isAdaptable(_ expression: Expression) -> Bool {
        switch unwrapped(expression) {
        case .literal(let literal): literal.kind == .null || literal.kind == .integer
        case .unary(let node): isAdaptable(node.operand) && !isNull(node.operand)
        case .conditional(let node):
            (node.branches.map(\.result) + [node.fallback].compactMap(\.self)).allSatisfy { isAdaptable($0) }
        case .range, .parameter, .systemVariable, .path, .access, .not, .binary, .conjunction, .disjunction,
            .comparison, .quantifiedLike, .between, .inside, .test, .parenthesized, .structure, .array, .interval,
            .new, .cast, .extract, .with, .replaceFields, .call, .subquery, .graph:
            false
        }
    }

    private static func isNull(_ expression: Expression) -> Bool {
        switch unwrapped(expression) {
        case .literal(let literal): literal.kind == .null
        case .conditional(let node):
            (node.branches.map(\.result) + [node.fallback].compactMap(\.self)).allSatisfy { isNull($0) }
        case .range, .parameter, .systemVariable, .path, .access, .unary, .not, .binary, .conjunction, .disjunction,
            .comparison, .quantifiedLike, .between, .inside, .test, .parenthesized, .structure, .array, .interval,
            .new, .cast, .extract, .with, .replaceFields, .call, .subquery, .graph:
            false
        }
    }
}
