import GoogleSQL

/// What makes other rows of rows: MATCH_RECOGNIZE and table functions.
extension LineageWalk {
    /// The columns that PARTITION BY and MEASURES give.
    func rows(of node: MatchRecognize, over frame: LineageFrame, in scope: LineageScope) -> LineageRows {
        let variables = node.definitions.map { Optional(context.name(of: $0.name)) }
        let inner = scope.inside(frame).inside(LineageFrame(frame.star, aliases: variables))
        var columns = node.partitionBy.map { column(Self.label(of: $0), value(of: $0, in: inner)) }
        // Which rows a measure is made of: those that the conditions find in a partition, in the order that is given.
        var choice = frame.choice
        for column in columns { choice.formUnion(column.value.sources.blurred) }
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

    /// The columns that are not turned into rows, then those of the values and of the names.
    func rows(of unpivot: Unpivot, over frame: LineageFrame) -> LineageRows {
        let star = frame.star
        let unknown = LineageRows(columns: nil, taint: star.taint, choice: star.taint)
        guard let columns = star.columns, context.spend(columns.count) else { return unknown }
        var turned: Set<Name> = []
        var values = [LineageValue](repeating: LineageValue(shape: .unknown), count: unpivot.values.count)
        for item in unpivot.items {
            guard item.columns.count == values.count else { return unknown }
            for (index, path) in item.columns.enumerated() {
                guard let last = path.parts.last else { return unknown }
                let name = context.name(of: last)
                turned.insert(name)
                values[index].sources.formUnion((star.column(named: name) ?? star.blurred).sources.blurred)
            }
        }
        var made = columns.filter { $0.name.map { !turned.contains($0) } ?? true }
        for (path, value) in zip(unpivot.values, values) { made.append(column(path.parts.last, value)) }
        made.append(column(unpivot.name.parts.last, LineageValue()))
        // A value that is NULL makes no row.
        var choice = star.choice
        for value in values { choice.formUnion(value.sources) }
        return LineageRows(columns: made, taint: star.taint, choice: choice)
    }

    /// What groups are made by.
    ///
    /// - Parameter columns: those of the select list, which a number and ALL mean.
    func groups(of groupBy: GroupBy, _ columns: [LineageColumn]?, in scope: LineageScope) -> MaskSources {
        var sources = MaskSources()
        func add(_ expression: Expression) {
            if case .literal = expression { sources.formUnion(LineageRows(columns: columns).taint.blurred) }
            sources.formUnion(value(of: expression, in: scope).sources.blurred)
        }
        if groupBy.isAll {
            for column in columns ?? [] where !column.isOfManyRows { sources.formUnion(column.value.sources.blurred) }
        }
        for item in groupBy.items {
            switch item {
            case .expression(let node): add(node.expression)
            case .empty: break
            case .rollup(let expressions), .cube(let expressions): expressions.forEach(add)
            case .groupingSets(let sets):
                for set in sets {
                    switch set {
                    case .empty: break
                    case .expression(let expression): add(expression)
                    case .rollup(let expressions), .cube(let expressions): expressions.forEach(add)
                    }
                }
            }
        }
        return sources
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
