import Catalog
import GoogleSQL

/// Functions that somebody wrote: their calls are noted, and become their bodies once these are known.
extension QueryWalk {
    // MARK: Parameters of a body

    /// Makes the names of the parameters known before the body is walked.
    mutating func nameRoutineParameters() {
        for (index, parameter) in routines.parameters.enumerated() {
            routines.parameterIndices[intern(parameter)] = index
        }
    }

    /// Notes the first part of a path in an expression.
    mutating func noteRoutineParameter(_ name: Name, at tokens: Range<Int>) {
        if let parameter = routines.parameterIndices[name] {
            routines.parameterUses.append((tokens, parameter))
        } else if routines.otherName == nil {
            routines.otherName = tokens
        }
    }

    // MARK: Calls

    /// Notes a call of a function that somebody wrote.
    ///
    /// - Returns: false when the name is that of a function of BigQuery's own, or of none.
    mutating func noteRoutine(_ call: FunctionCall) -> Bool {
        guard let target = routineTarget(of: call.name) else { return false }
        var arguments: [RoutineCall.Argument] = []
        var isPlain = !call.isDistinct && call.modifiers.isEmpty && call.over == nil
        for argument in call.arguments {
            if case .expression(let node) = argument, node.alias == nil {
                arguments.append(RoutineCall.Argument(kind: .value, tokens: node.expression.tokens))
            } else {
                isPlain = false
            }
        }
        if !isPlain { refuseArguments("takes values alone, without words or a window beside them", of: call.name) }
        let noted = RoutineCall(
            target: target,
            tokens: call.tokens,
            nameTokens: call.name.tokens,
            arguments: arguments,
            isTable: false
        )
        routines.calls.append(noted)
        return true
    }

    /// Refuses `x.f()` for a function that somebody wrote: what stands before the dot would be an argument.
    mutating func refuseChained(_ call: FunctionCall) {
        guard routineTarget(of: call.name) != nil else { return }
        refuseArguments("cannot be called after a dot", of: call.name)
    }

    /// As above, of a call in FROM.
    mutating func noteRoutine(_ call: TableFunctionCall, in scope: NameScope) -> Bool {
        guard let target = routineTarget(of: call.name) else { return false }
        let arguments = call.arguments.compactMap { argument(of: call, $0, in: scope) }
        let noted = RoutineCall(
            target: target,
            tokens: call.tokens,
            nameTokens: call.name.tokens,
            arguments: arguments,
            isTable: true
        )
        routines.calls.append(noted)
        return true
    }

    /// Refuses `|> CALL f()` for a function that somebody wrote: the rows of the pipeline would be an argument.
    ///
    /// - Returns: false when the name is that of a function of BigQuery's own, or of none.
    mutating func refusePiped(_ call: TableFunctionCall) -> Bool {
        guard routineTarget(of: call.name) != nil else { return false }
        refuse(
            "function.table_function",
            "`\(call.name.names.joined(separator: "."))` is called on the rows of a pipeline",
            at: call.name.tokens,
            fix: "begin with `FROM` the function, and give it the query before in parentheses"
        )
        return true
    }

    private mutating func refuseArguments(_ message: String, of name: PathExpression) {
        refuse(
            "function.arguments",
            "`\(name.names.joined(separator: "."))` \(message)",
            at: name.tokens,
            fix: "give one value for each parameter, in their order"
        )
    }

    private mutating func argument(
        of call: TableFunctionCall,
        _ argument: TableFunctionArgument,
        in scope: NameScope
    ) -> RoutineCall.Argument? {
        switch argument {
        case .expression(let expression):
            if case .subquery(let node) = expression, node.kind == .scalar {
                walk(node.query, in: scope)
                return RoutineCall.Argument(kind: .query, tokens: node.tokens)
            }
            walkConstantArgument(expression, of: call, in: scope)
            return RoutineCall.Argument(kind: .value, tokens: expression.tokens)
        case .table(.table(let clause)):
            guard case .path(let path) = clause.source, clause.filter == nil else {
                if case .path(let path) = clause.source { account(path) }
                refuseArguments("takes `TABLE name` or a query in parentheses for a table", of: call.name)
                return nil
            }
            walkTableArgument(path, in: scope)
            return RoutineCall.Argument(kind: .table, tokens: path.tokens)
        case .named(let node):
            walk(node, in: scope)
            refuseArguments("takes its arguments by position", of: call.name)
        case .table(.model(let path)), .table(.connection(let path?)):
            account(path)
            refuseArguments("takes values and tables", of: call.name)
        case .table(.descriptor(let names)):
            for name in names { account(name) }
            refuseArguments("takes values and tables", of: call.name)
        case .table(.connection(nil)), .table(.inputTable):
            refuseArguments("takes values and tables", of: call.name)
        }
        return nil
    }

    private mutating func walkTableArgument(_ path: PathExpression, in scope: NameScope) {
        account(path)
        guard let first = path.parts.first else { return }
        let isCommonTable = path.parts.count == 1 && frames.contains(account(first), in: scope.tables)
        if isCommonTable && !first.name.holdsDot { return }
        let table = TableName(path, defaults: defaults)
        switch table.resolved {
        case .refused(let code, let message, let fix): refuse(code, message, at: path.tokens, fix: fix)
        case .table(let id):
            let read = TableRead(
                tokens: path.tokens,
                pathTokens: path.tokens,
                innerEnd: nil,
                alias: table.implicitAlias,
                aliases: [intern(table.implicitAlias)],
                region: openRegion(in: scope).region,
                table: index(of: id, at: path.tokens)
            )
            useRows(of: [add(read)])
        }
    }

    /// A value for a table function: it can name no column and hold no query.
    private mutating func walkConstantArgument(
        _ expression: Expression,
        of call: TableFunctionCall,
        in scope: NameScope
    ) {
        let readsBefore = reads.count
        let regionsBefore = regions.count
        var alone = openRegion(in: scope)
        alone.rows = nil
        walk(expression, in: alone)
        let region = regions[alone.region]
        let isConstant = region.names.allSatisfy { routines.parameterIndices[$0] != nil } && region.qualified.isEmpty
        if reads.count > readsBefore || regions.count > regionsBefore + 1 || !isConstant {
            refuseArguments("takes literals, parameters and functions of them for values", of: call.name)
        }
    }

    // MARK: Names

    /// What a name means, if it is that of a function that somebody wrote.
    func routineTarget(of path: PathExpression) -> RoutineTarget? {
        guard let first = path.parts.first else { return nil }
        if path.parts.count == 1 && !first.name.holdsDot {
            return routines.temporary[first.name].map { .temporary($0) }
        }
        // Of a name that is also one of BigQuery's own it is not certain which is meant.
        let name = path.parts.map { $0.name.uppercased() }.joined(separator: ".")
        guard FunctionPolicy.verdict(for: name) == nil, first.isQuoted || first.name.uppercased() != "SAFE" else {
            return nil
        }
        return RoutineID(path, project: defaults.project).map { .persistent($0) }
    }
}
