import Catalog
import GoogleSQL

/// Table functions, and the tables that they are given.
extension QueryWalk {
    /// Walks a table function.
    ///
    /// - Parameter isPiped: whether it stands in CALL, where the rows before it are its table.
    mutating func walk(_ call: TableFunctionCall, isPiped: Bool, in scope: NameScope) {
        account(call.name)
        if isPiped ? refusePiped(call) : noteRoutine(call, in: scope) { return }
        guard TransformingFunction(call.name.names) != nil else {
            refuseTableFunction(call)
            return
        }
        var arguments = call.arguments[...]
        if !isPiped {
            guard let table = arguments.popFirst() else {
                refuseArgument(call.tokens)
                return
            }
            walk(table: table, in: scope)
        }
        for argument in arguments { walk(argument, in: scope) }
    }

    private mutating func refuseTableFunction(_ call: TableFunctionCall) {
        let name = call.name.names.joined(separator: ".")
        if case .refused(let reason)? = FunctionPolicy.verdict(for: name.uppercased()) {
            let advice = RefusedFunctionAdvice(name.uppercased(), reason)
            refuse(advice.code, "`\(name)` \(advice.explanation)", at: call.name.tokens, fix: advice.fix)
        } else {
            refuse(
                "function.table_function",
                "`\(name)` is a table function",
                at: call.name.tokens,
                fix: "query the tables that it reads"
            )
        }
    }

    private mutating func refuseArgument(_ tokens: Range<Int>) {
        refuse(
            "function.table_argument",
            "this is not a table that the function can be given",
            at: tokens,
            fix: "give it `TABLE dataset.table` or a query in parentheses as its first argument"
        )
    }

    /// Walks the first argument.
    private mutating func walk(table argument: TableFunctionArgument, in scope: NameScope) {
        switch argument {
        case .table(.table(let clause)):
            guard case .path(let path) = clause.source, clause.filter == nil else {
                refuseArgument(clause.tokens)
                return
            }
            read(path, of: clause, in: scope)
        case .expression(.subquery(let node)) where node.kind == .scalar: walk(node.query, in: scope)
        case .expression(let expression): refuseArgument(expression.tokens)
        case .named(let node): refuseArgument(node.tokens)
        case .table(.model), .table(.connection), .table(.descriptor), .table(.inputTable): walk(argument, in: scope)
        }
    }

    private mutating func read(_ path: PathExpression, of clause: TableClause, in scope: NameScope) {
        account(path)
        guard let first = path.parts.first else { return }
        if path.parts.count == 1, frames.contains(account(first), in: scope.tables), !first.name.holdsDot { return }
        switch TableName(path, defaults: defaults).resolved {
        case .refused(let code, let message, let fix): refuse(code, message, at: path.tokens, fix: fix)
        case .table(let id):
            let index = add(
                TableRead(
                    tokens: clause.tokens,
                    pathTokens: path.tokens,
                    innerEnd: nil,
                    alias: nil,
                    aliases: [],
                    region: scope.region,
                    table: index(of: id, at: path.tokens)
                )
            )
            useRows(of: [index])
            pseudo.reshaped.insert(index)
        }
    }

    /// Walks an argument that has to be a value.
    private mutating func walk(_ argument: TableFunctionArgument, in scope: NameScope) {
        switch argument {
        case .expression(let expression): walk(expression, in: scope)
        case .named(let node): walk(node, in: scope)
        case .table(.table(let clause)): refuseArgument(clause.tokens)
        case .table(.model(let path)): refuseArgument(path.tokens)
        case .table(.connection(let path)): refuseArgument(path?.tokens ?? 0..<0)
        case .table(.descriptor(let columns)): refuseArgument(columns.first?.tokens ?? 0..<0)
        case .table(.inputTable(let tokens)): refuseArgument(tokens)
        }
    }
}
