import GoogleSQL

/// What makes other rows of rows: MATCH_RECOGNIZE and table functions.
extension LineageWalk {
    /// The columns that PARTITION BY and MEASURES give.
    func rows(of node: MatchRecognize, over frame: LineageFrame, in scope: LineageScope) -> LineageRows {
        let variables = node.definitions.map { Optional(context.name(of: $0.name)) }
        let inner = scope.inside(frame).inside(LineageFrame(frame.star, aliases: variables))
        var columns = node.partitionBy.map { column(Self.label(of: $0), value(of: $0, in: inner)) }
        // Which rows a measure is made of: those that the conditions find, in the order that is given.
        var choice = frame.choice
        for definition in node.definitions {
            choice.formUnion(value(of: definition.condition, in: inner).sources.blurred)
        }
        for item in node.orderBy.items { choice.formUnion(value(of: item.expression, in: inner).sources.blurred) }
        for measure in node.measures {
            var value = value(of: measure.expression, in: inner)
            value.sources.formUnion(choice)
            columns.append(column(measure.alias?.name, value))
        }
        return LineageRows(columns: columns, taint: frame.taint, choice: choice)
    }

    /// The columns that a table function gives.
    ///
    /// - Parameter piped: the rows before CALL; nil in FROM, where the first argument is the table.
    func rows(of call: TableFunctionCall, piped: LineageRows?, in scope: LineageScope) -> LineageRows {
        guard let function = TransformingFunction(call.name.names),
            let given = piped ?? call.arguments.first.flatMap({ rows(ofTable: $0, in: scope) })
        else { return unknownRows }
        var taint = given.taint
        for argument in call.arguments.dropFirst(piped == nil ? 1 : 0) {
            taint.formUnion(sources(of: argument, in: scope))
        }
        switch function {
        // Which of the columns are filled, and by what others, stands in strings that are not read here.
        case .gapFill: return LineageRows(columns: nil, taint: taint.blurred, choice: taint.blurred)
        case .rangeSessionize:
            guard let columns = given.columns else {
                return LineageRows(columns: nil, taint: taint.blurred, choice: given.choice)
            }
            let value = LineageValue(sources: taint.blurred, shape: .unknown)
            let name = "session_range"
            let session = LineageColumn(label: name, name: context.name(of: name), value: value)
            return LineageRows(columns: columns + [session], taint: taint, choice: given.choice)
        }
    }

    private func rows(ofTable argument: TableFunctionArgument, in scope: LineageScope) -> LineageRows? {
        switch argument {
        case .table(.table(let clause)):
            guard case .path(let path) = clause.source else { return nil }
            if let table = table(at: path) { return table.rows }
            return path.parts.first.flatMap { scope.tables?[context.name(of: $0)] }
        case .expression(.subquery(let node)): return rows(of: node.query, in: scope)
        case .expression, .named, .table(.model), .table(.connection), .table(.descriptor), .table(.inputTable):
            return nil
        }
    }

    private func sources(of argument: TableFunctionArgument, in scope: LineageScope) -> MaskSources {
        switch argument {
        case .expression(let expression): return value(of: expression, in: scope).sources.blurred
        case .named(let node):
            guard case .expression(let expression) = node.value else { return everything }
            return value(of: expression, in: scope).sources.blurred
        case .table: return everything
        }
    }
}
