import Catalog
import GoogleSQL

extension ExpressionChecker {
    mutating func call(_ node: FunctionCall) -> ExpressionTerm? {
        var names = node.name.names.map { $0.uppercased() }
        // A function that can fail is written with SAFE. in any case.
        if names.count == 2, names[0] == "SAFE" { names.removeFirst() }
        guard names.count == 1, let function = MaskFunction.all[names[0]] else {
            let name = node.name.names.joined(separator: ".")
            let known = MaskFunction.all.keys.sorted().joined(separator: ", ")
            problem("`\(name)` cannot stand in a mask; functions that can are \(known)", at: node.name.tokens)
            return nil
        }
        guard let arguments = plainArguments(of: node) else { return nil }
        let least = function.parameters.count - function.optionalCount
        guard arguments.count >= least, function.isVariadic || arguments.count <= function.parameters.count else {
            let most = function.parameters.count
            let wanted = function.isVariadic ? "at least \(least)" : least == most ? "\(most)" : "\(least) to \(most)"
            problem("`\(names[0])` takes \(wanted) arguments, not \(arguments.count)", at: node.tokens)
            return nil
        }
        return call(function, arguments, at: node.tokens)
    }

    /// The arguments, where the call is nothing but a name and arguments. `nil` after a problem was noted.
    private mutating func plainArguments(of node: FunctionCall) -> [Expression]? {
        guard !node.isDistinct, node.modifiers.isEmpty, node.hint == nil, node.over == nil else {
            problem("a call in a mask has arguments only", at: node.tokens)
            return nil
        }
        var arguments: [Expression] = []
        for argument in node.arguments {
            switch argument {
            case .expression(let aliased) where aliased.alias == nil: arguments.append(aliased.expression)
            case .expression, .star, .named, .lambda, .sequence:
                problem("arguments in a mask are plain expressions", at: node.tokens)
                return nil
            }
        }
        return arguments
    }

    private mutating func call(
        _ function: MaskFunction,
        _ arguments: [Expression],
        at tokens: Range<Int>
    ) -> ExpressionTerm? {
        var terms = [ExpressionTerm?](repeating: nil, count: arguments.count)
        func parameter(_ index: Int) -> MaskFunction.Parameter {
            function.parameters[min(index, function.parameters.count - 1)]
        }
        let textPlaces = arguments.indices.filter { parameter($0) == .text }
        var textType: ScalarType?
        if !textPlaces.isEmpty {
            guard let texts = textTerms(textPlaces.map { arguments[$0] }) else { return nil }
            textType = texts.first?.type
            for (place, term) in zip(textPlaces, texts) { terms[place] = term }
        }
        if function.needsAllForBytes, textType == .bytes, arguments.count < function.parameters.count {
            problem("with BYTES `\(function.name)` needs to be told what to remove", at: tokens)
            return nil
        }
        var groups = RegexpGroups()
        for index in arguments.indices where terms[index] == nil {
            terms[index] = argument(arguments[index], as: parameter(index), textType: textType, groups: &groups)
        }
        let known = terms.compactMap(\.self)
        guard known.count == terms.count else { return nil }
        let size = ExpressionSize(of: function.growth, known.map(\.size), groupsInserted: groups.inserted)
        guard size.isBounded else {
            problem(
                "this can be over \(ExpressionSize.factorMax) times as long as the value, or over "
                    + "\(ExpressionSize.constantMax) bytes longer",
                at: tokens
            )
            return nil
        }
        let type: ScalarType
        switch function.result {
        case .text: type = textType ?? .string
        case .type(let given): type = given
        }
        let list = known.map(\.text).joined(separator: ", ")
        return ExpressionTerm(type: type, text: "\(function.name)(\(list))", size: size)
    }

    /// Arguments that are STRING or BYTES and of one type.
    private mutating func textTerms(_ arguments: [Expression]) -> [ExpressionTerm]? {
        guard let terms = alike(arguments) else { return nil }
        for (term, argument) in zip(terms, arguments) where term.type != .string && term.type != .bytes {
            problem("this is \(term.type.name), where STRING or BYTES is wanted", at: argument.tokens)
            return nil
        }
        return terms
    }

    /// What a call says of the groups of its pattern.
    private struct RegexpGroups {
        /// Those of the pattern.
        var count = 0
        /// How often the replacement inserts one.
        var inserted = 0
    }

    private mutating func argument(
        _ argument: Expression,
        as parameter: MaskFunction.Parameter,
        textType: ScalarType?,
        groups: inout RegexpGroups
    ) -> ExpressionTerm? {
        switch parameter {
        case .text: return nil
        case .string: return demand(argument, .string)
        case .bytes: return demand(argument, .bytes)
        case .position: return count(argument, in: Int64.min...Int64.max, orLength: true)
        case .length: return count(argument, in: 0...Int64.max, orLength: true)
        case .fillLength: return count(argument, in: 0...MaskFunction.fillLengthMax, orLength: false)
        case .literal: return filled(argument, textType ?? .string)
        case .pattern(let most):
            guard let pattern = string(argument) else { return nil }
            do {
                groups.count = try RegexpSyntax.groups(of: pattern)
            } catch {
                problem("the pattern cannot be used: \(error.message)", at: argument.tokens)
                return nil
            }
            guard groups.count <= most else {
                problem("the pattern has \(groups.count) groups, where at most \(most) can be", at: argument.tokens)
                return nil
            }
            return ExpressionTerm(string: pattern)
        case .replacement:
            guard let text = string(argument) else { return nil }
            guard let inserted = RegexpSyntax.groupsInserted(by: text, of: groups.count) else {
                let message = "after a backslash a replacement has another one, or the number of a group"
                problem(message, at: argument.tokens)
                return nil
            }
            groups.inserted = inserted
            return ExpressionTerm(string: text)
        }
    }

    /// A number that is written out, or a LENGTH, which is never negative: what else an INT64 may be could raise an error.
    private mutating func count(
        _ argument: Expression,
        in range: ClosedRange<Int64>,
        orLength: Bool
    ) -> ExpressionTerm? {
        let inner = Self.unwrapped(argument)
        if orLength, case .call(let node) = inner, node.name.names.last?.uppercased() == "LENGTH" {
            return demand(argument, .int64)
        }
        if Self.isAdaptable(inner), let term = demand(inner, .int64), let number = Int64(term.text),
            range.contains(number)
        {
            return term
        }
        let upper = range.upperBound == .max ? "" : " up to \(range.upperBound)"
        let lower = range.lowerBound == .min ? "a number" : "a number from \(range.lowerBound)"
        problem("\(lower)\(upper) is wanted here, written out\(orLength ? ", or LENGTH(…)" : "")", at: argument.tokens)
        return nil
    }

    /// A literal that is not empty.
    private mutating func filled(_ argument: Expression, _ type: ScalarType) -> ExpressionTerm? {
        guard case .literal = Self.unwrapped(argument), let term = demand(argument, type) else {
            problem("a literal \(type.name) is wanted here", at: argument.tokens)
            return nil
        }
        let empty = type == .bytes ? "b''" : "''"
        guard Self.unwrapped(argument).isFilledLiteral, term.text != empty else {
            problem("this must not be empty or NULL", at: argument.tokens)
            return nil
        }
        return term
    }

    /// The value of a string literal.
    private mutating func string(_ argument: Expression) -> String? {
        guard case .literal(let literal) = Self.unwrapped(argument), literal.kind == .string else {
            problem("a literal STRING is wanted here", at: argument.tokens)
            return nil
        }
        return text(of: literal)
    }
}

extension Expression {
    /// Whether this is a string or bytes that is written out.
    fileprivate var isFilledLiteral: Bool {
        guard case .literal(let literal) = self else { return false }
        return literal.kind == .string || literal.kind == .bytes
    }
}
