import GoogleSQL

extension QueryWalk {
    mutating func walk(_ expressions: [Expression], in scope: NameScope) {
        for expression in expressions { walk(expression, in: scope) }
    }

    // The cases are not bound here: in an unoptimized build each binding would take room in the frame of every level.
    mutating func walk(_ expression: Expression, in scope: NameScope) {
        switch expression {
        case .literal: break
        case .path: walkPath(expression, in: scope)
        case .parenthesized: walkParentheses(expression, in: scope)
        case .call: walkCall(expression, in: scope)
        case .subquery: walkSubquery(expression, in: scope)
        case .access: walkAccess(expression, in: scope)
        case .range, .parameter, .systemVariable, .graph: walkLeaf(expression)
        case .unary, .not, .test: walkPrefix(expression, in: scope)
        case .binary, .conjunction, .disjunction, .comparison, .between: walkOperator(expression, in: scope)
        case .quantifiedLike, .inside: walkMembership(expression, in: scope)
        case .structure, .array, .interval, .new: walkConstructor(expression, in: scope)
        case .conditional, .cast, .extract, .with, .replaceFields: walkForm(expression, in: scope)
        }
    }

    private mutating func walkPath(_ expression: Expression, in scope: NameScope) {
        if case .path(let path) = expression { mention(path, in: scope) }
    }

    private mutating func walkParentheses(_ expression: Expression, in scope: NameScope) {
        if case .parenthesized(let node) = expression { walk(node.expression, in: scope) }
    }

    private mutating func walkCall(_ expression: Expression, in scope: NameScope) {
        if case .call(let node) = expression { walk(node, in: scope) }
    }

    private mutating func walkSubquery(_ expression: Expression, in scope: NameScope) {
        if case .subquery(let node) = expression { walk(node.query, in: scope) }
    }

    private mutating func walkAccess(_ expression: Expression, in scope: NameScope) {
        if case .access(let node) = expression { walk(node, in: scope) }
    }

    private mutating func walkLeaf(_ expression: Expression) {
        if case .range(let node) = expression { walk(node.type) }
        if case .parameter(let node) = expression { walk(node) }
        if case .graph(let node) = expression { refuseGraph(at: node.tokens) }
        if case .systemVariable(let node) = expression {
            account(node.path)
            refuse(
                "parameter.system_variable",
                "`@@\(node.path.names.joined(separator: "."))` is a system variable",
                at: node.tokens,
                fix: SystemVariable.advice(for: node.path.names)
            )
        }
    }

    private mutating func walkPrefix(_ expression: Expression, in scope: NameScope) {
        if case .unary(let node) = expression { walk(node.operand, in: scope) }
        if case .not(let node) = expression { walk(node.operand, in: scope) }
        if case .test(let node) = expression { walk(node.operand, in: scope) }
    }

    private mutating func walkOperator(_ expression: Expression, in scope: NameScope) {
        if case .binary(let node) = expression {
            walk(node.first, in: scope)
            for operand in node.rest { walk(operand.expression, in: scope) }
        }
        if case .conjunction(let node) = expression { walk(node.operands, in: scope) }
        if case .disjunction(let node) = expression { walk(node.operands, in: scope) }
        if case .comparison(let node) = expression {
            walk(node.left, in: scope)
            walk(node.right, in: scope)
        }
        if case .between(let node) = expression {
            walk(node.operand, in: scope)
            walk(node.lower, in: scope)
            walk(node.upper, in: scope)
        }
    }

    private mutating func walkMembership(_ expression: Expression, in scope: NameScope) {
        if case .quantifiedLike(let node) = expression {
            walk(node.left, in: scope)
            walk(node.patterns, in: scope)
        }
        if case .inside(let node) = expression {
            walk(node.left, in: scope)
            walk(node.set, in: scope)
        }
    }

    private mutating func walkConstructor(_ expression: Expression, in scope: NameScope) {
        if case .structure(let node) = expression {
            if let type = node.type { walk(type) }
            for field in node.fields {
                account(field.alias)
                walk(field.expression, in: scope)
            }
        }
        if case .array(let node) = expression {
            if let type = node.type { walk(type) }
            walk(node.elements, in: scope)
        }
        if case .interval(let node) = expression {
            account(node.from)
            if let to = node.to { account(to) }
            walk(node.value, in: scope)
        }
        if case .new(let node) = expression {
            walk(node.type)
            refuse("syntax.type", "NEW makes protocol buffers", at: node.tokens, fix: "use STRUCT")
            for argument in node.arguments {
                walk(argument.expression, in: scope)
                if let field = argument.field { account(field) }
            }
        }
    }

    /// Forms with a keyword of their own.
    private mutating func walkForm(_ expression: Expression, in scope: NameScope) {
        if case .conditional(let node) = expression {
            if let operand = node.operand { walk(operand, in: scope) }
            for branch in node.branches {
                walk(branch.condition, in: scope)
                walk(branch.result, in: scope)
            }
            if let fallback = node.fallback { walk(fallback, in: scope) }
        }
        if case .cast(let node) = expression {
            walk(node.type)
            walk(node.value, in: scope)
            if let format = node.format { walk(format, in: scope) }
            if let timeZone = node.timeZone { walk(timeZone, in: scope) }
        }
        if case .extract(let node) = expression {
            walkDatePart(node.part)
            walk(node.value, in: scope)
            if let timeZone = node.timeZone { walk(timeZone, in: scope) }
        }
        if case .with(let node) = expression {
            for variable in node.variables {
                account(variable.name)
                walk(variable.value, in: scope)
            }
            walk(node.result, in: scope)
        }
        if case .replaceFields(let node) = expression {
            refuse("syntax.unsupported", "REPLACE_FIELDS is not offered", at: node.tokens, fix: "rebuild the STRUCT")
            walk(node.value, in: scope)
            for replacement in node.replacements { walk([replacement.value, replacement.path], in: scope) }
        }
    }

    private mutating func walk(_ set: MembershipSet, in scope: NameScope) {
        switch set {
        case .list(let expressions): walk(expressions, in: scope)
        case .subquery(let query): walk(query, in: scope)
        case .unnest(let unnest): walk(unnest, in: scope)
        case .graph(let node): refuseGraph(at: node.tokens)
        }
    }

    /// A date part of EXTRACT: a word, or `WEEK(MONDAY)`. It names no column.
    private mutating func walkDatePart(_ part: Expression) {
        if case .path(let path) = part, path.parts.count == 1 {
            account(path)
        } else if case .call(let call) = part, WordArguments.isWordCall(call) {
            accountWords(of: call)
        } else {
            refuse("syntax.date_part", "this is not a date part", at: part.tokens, fix: "use YEAR, MONTH, DAY, …")
        }
    }

    private mutating func accountWords(of call: FunctionCall) {
        account(call.name)
        for argument in call.arguments {
            guard case .expression(let node) = argument, case .path(let path) = node.expression, path.parts.count == 1
            else {
                refuse("syntax.date_part", "this is not a weekday", at: call.tokens, fix: "use WEEK(MONDAY)")
                return
            }
            account(path)
        }
    }

    private mutating func walk(_ chain: AccessChain, in scope: NameScope) {
        walk(chain.base, in: scope)
        for access in chain.accesses {
            switch access {
            case .field(let name):
                note(.mentioned, of: account(name))
            case .extensionField(let path):
                account(path)
                refuse("syntax.type", "extensions are of protocol buffers", at: path.tokens, fix: "name a field")
            case .subscripted(let expression): walk(expression, in: scope)
            case .call(let call):
                refuseChained(call)
                walk(call, isChained: true, in: scope)
            }
        }
    }

    private mutating func walk(_ parameter: Parameter) {
        guard let name = parameter.name else {
            positional.append(parameter.tokens)
            return
        }
        account(name)
        switch parameters.use(name) {
        case .asWritten, .named: break
        case .refused(let code, let message, let fix): refuse(code, message, at: parameter.tokens, fix: fix)
        }
    }

    // MARK: Functions

    private mutating func walk(_ call: FunctionCall, isChained: Bool = false, in scope: NameScope) {
        account(call.name)
        let name = noteRoutine(call) ? "" : checkFunction(call.name)
        let word = WordArguments.place(in: name, isChained: isChained)
        for (index, argument) in call.arguments.enumerated() {
            walk(argument, takesWord: index == word, in: scope)
        }
        for modifier in call.modifiers { walk(modifier, in: scope) }
        if let over = call.over { walk(over, in: scope) }
    }

    private mutating func walk(_ argument: FunctionArgument, takesWord: Bool, in scope: NameScope) {
        switch argument {
        case .expression(let node):
            account(node.alias)
            if takesWord && WordArguments.isWord(node.expression) {
                if case .path(let path) = node.expression { account(path) }
                if case .call(let part) = node.expression { accountWords(of: part) }
            } else {
                walk(node.expression, in: scope)
            }
        case .star: break
        case .named(let node): walk(node, in: scope)
        case .lambda(let node): walk(node, in: scope)
        case .sequence(let path):
            account(path)
            refuse("function.not_offered", "SEQUENCE is not offered", at: path.tokens, fix: "leave it out")
        }
    }

    /// Checks a function's name against the lists.
    ///
    /// - Returns: the name in upper case, without `SAFE.`.
    private mutating func checkFunction(_ path: PathExpression) -> String {
        if path.parts.count == 1, let only = path.parts.first, !only.name.utf8.contains(UInt8(ascii: ".")) {
            let name = only.name.uppercased()
            if FunctionPolicy.verdict(for: name) != .pass { refuseFunction(path, name, isDotted: false) }
            return name
        }
        var parts = path.parts[...]
        if parts.count > 1, let first = parts.first, !first.isQuoted, first.name.uppercased() == "SAFE" {
            parts = parts.dropFirst()
        }
        let name = parts.map { $0.name.uppercased() }.joined(separator: ".")
        // In backticks, `net`.`host` may be somebody's function `host` in a dataset `net`.
        let mayBeUsers =
            parts.contains { $0.name.contains(".") } || (parts.count > 1 && parts.contains(where: \.isQuoted))
        if mayBeUsers || FunctionPolicy.verdict(for: name) != .pass {
            refuseFunction(path, mayBeUsers ? nil : name, isDotted: parts.count > 1 || mayBeUsers)
        }
        return name
    }

    /// - Parameter name: the name to look up on the lists; nil when it may be a user's function.
    private mutating func refuseFunction(_ path: PathExpression, _ name: String?, isDotted: Bool) {
        let shown = path.names.joined(separator: ".")
        switch name.flatMap({ FunctionPolicy.verdict(for: $0) }) {
        case .pass?: break
        case .refused(let reason)?:
            let advice = RefusedFunctionAdvice(name ?? "", reason)
            refuse(advice.code, "`\(shown)` \(advice.explanation)", at: path.tokens, fix: advice.fix)
        case nil:
            refuse(
                isDotted ? "function.user_defined" : "function.unknown",
                isDotted
                    ? "`\(shown)` is not certain to name one function" : "`\(shown)` is not a known function",
                at: path.tokens,
                fix: isDotted
                    ? "write `project.dataset.function`, without SAFE" : "use a function of BigQuery's own"
            )
        }
    }

    mutating func walk(_ argument: NamedArgument, in scope: NameScope) {
        account(argument.name)
        switch argument.value {
        case .expression(let expression): walk(expression, in: scope)
        case .lambda(let lambda): walk(lambda, in: scope)
        case .inputTable, .table:
            refuse(
                "function.table_argument",
                "a table is given to a function",
                at: argument.tokens,
                fix: "query the table in FROM"
            )
        }
    }

    private mutating func walk(_ lambda: Lambda, in scope: NameScope) {
        if let pattern = lambda.pattern {
            refuse("syntax.invalid", "a lambda needs names before `->`", at: pattern.tokens, fix: "name each parameter")
            return
        }
        for parameter in lambda.parameters { account(parameter) }
        walk(lambda.body, in: scope)
    }

    private mutating func walk(_ modifier: FunctionModifier, in scope: NameScope) {
        switch modifier {
        case .ignoreNulls, .respectNulls: break
        case .filter(let expression), .havingMax(let expression), .havingMin(let expression),
            .having(let expression):
            walk(expression, in: scope)
        case .groupBy(let groupBy): walk(groupBy, in: scope)
        case .clamped(let lower, let upper): walk([lower, upper], in: scope)
        case .withReport(let options): walk(options, in: scope)
        case .orderBy(let orderBy): walk(orderBy, in: scope)
        case .limit(let limit): walk(limit, in: scope)
        }
    }

    // MARK: Types

    mutating func walk(_ type: TypeName) {
        if let collation = type.collation { walk(collation.name, in: NameScope()) }
        switch type.kind {
        case .named(let path):
            account(path)
            guard path.parts.count == 1, TypeNames.known.contains(path.parts[0].name.uppercased()) else {
                refuse(
                    "syntax.type",
                    "`\(path.names.joined(separator: "."))` is not a known type",
                    at: path.tokens,
                    fix: "use a type of BigQuery's own"
                )
                return
            }
        case .interval: break
        case .array(let element), .range(let element): walk(element)
        case .structure(let fields):
            for field in fields {
                if let name = field.name { account(name) }
                walk(field.type)
            }
        case .function, .map:
            refuse("syntax.type", "this is not a type that values have", at: type.tokens, fix: "use another type")
        }
    }
}

/// Names of types.
enum TypeNames {
    /// Upper case.
    static let known: Set<String> = [
        "STRING", "BYTES", "INT64", "INT", "SMALLINT", "INTEGER", "BIGINT", "TINYINT", "BYTEINT", "FLOAT64", "NUMERIC",
        "DECIMAL", "BIGNUMERIC", "BIGDECIMAL", "BOOL", "BOOLEAN", "DATE", "DATETIME", "TIME", "TIMESTAMP", "GEOGRAPHY",
        "JSON", "INTERVAL",
    ]
}
