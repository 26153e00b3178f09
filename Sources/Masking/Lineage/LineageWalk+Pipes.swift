import GoogleSQL

extension LineageWalk {
    /// Applies a pipe operator to the rows so far.
    func apply(_ pipe: PipeOperator, to frame: inout LineageFrame, in scope: LineageScope) {
        switch pipe.kind {
        case .limit, .sample: break
        case .distinct: frame.choose(by: frame.star.taint)
        case .filter(let expression): frame.choose(by: value(of: expression, in: scope.inside(frame)).sources)
        case .orderBy(let orderBy): order(frame, by: orderBy, in: scope)
        case .select(let select): frame = LineageFrame(rows(of: select, over: frame, in: scope))
        case .extend(let items, _), .window(let items):
            let added = columns(of: items, over: frame, in: scope.inside(frame))
            let rows = LineageRows(columns: added, taint: added == nil ? frame.taint : MaskSources())
            frame.append(LineageFrame(rows))
        case .aggregate(let aggregate):
            frame = LineageFrame(rows(of: aggregate, over: frame, in: scope))
        case .alias(let name): frame = LineageFrame(frame.star, alias: context.name(of: name))
        case .join(let join): add(join, to: &frame, in: scope)
        case .setOperation(let setOperator, let queries):
            var found = frame.star
            for query in queries {
                let next = rows(of: query, in: scope)
                guard context.spend(found.count ?? 1) else { break }
                found = Self.union(found, next, by: setOperator)
            }
            frame = LineageFrame(found)
        case .rename(let renamings):
            let renamed = Dictionary(renamings.map { (context.name(of: $0.old), $0.new) }) { _, last in last }
            change(&frame) { column in
                guard let identifier = column.name.flatMap({ renamed[$0] }) else { return column }
                return self.column(identifier, column.value)
            }
        case .drop(let names):
            let dropped = Set(names.map { context.name(of: $0) })
            change(&frame) { column in column.name.map { dropped.contains($0) } ?? false ? nil : column }
        case .set(let assignments):
            let inner = scope.inside(frame)
            let assigned = assignments.map { (context.name(of: $0.column), value(of: $0.value, in: inner)) }
            let values = Dictionary(assigned) { _, last in last }
            change(&frame) { column in
                guard let value = column.name.flatMap({ values[$0] }) else { return column }
                return LineageColumn(label: column.label, name: column.name, value: value)
            }
        case .pivot(let pivot): blur(&frame, alias: pivot.alias)
        case .unpivot(let unpivot):
            frame = LineageFrame(rows(of: unpivot, over: frame), alias: context.name(of: unpivot.alias))
        case .with(let clause): add(clause, to: scope)
        case .matchRecognize(let node):
            frame = LineageFrame(rows(of: node, over: frame, in: scope), alias: context.name(of: node.alias))
        case .call(let item):
            guard case .function(let call) = item.source else { return frame = LineageFrame(unknownRows) }
            let made = rows(of: call, piped: frame.star, in: scope.inside(frame))
            frame = LineageFrame(made, alias: context.name(of: item.alias))
        case .recursiveUnion, .describe, .staticDescribe, .assertion, .log, .conditional, .fork, .tee, .insert,
            .exportData, .createTable:
            frame = LineageFrame(unknownRows)
        }
    }

    private func change(_ frame: inout LineageFrame, by change: (LineageColumn) -> LineageColumn?) {
        guard let count = frame.count else { return }
        guard context.spend(count), let columns = frame.star.columns else { return frame.forgetColumns() }
        frame.setStar(LineageRows(columns: columns.compactMap(change), taint: frame.taint, choice: frame.choice))
    }

    /// The grouping columns, then the aggregates.
    private func rows(
        of aggregate: PipeAggregate,
        over frame: LineageFrame,
        in scope: LineageScope
    ) -> LineageRows {
        let inner = scope.inside(frame)
        let unknown = LineageRows(columns: nil, taint: frame.taint, choice: frame.taint)
        var columns: [LineageColumn] = []
        for item in aggregate.groupBy?.items ?? [] {
            switch item {
            case .expression(let node): columns.append(column(of: node, in: inner))
            case .rollup(let expressions), .cube(let expressions):
                columns += expressions.map { column(Self.label(of: $0), value(of: $0, in: inner)) }
            // The order of their columns is not followed here.
            case .empty, .groupingSets: return unknown
            }
        }
        frame.choose(by: LineageRows(columns: columns).taint)
        for item in aggregate.items {
            guard case .expression(let node) = item else { return unknown }
            columns.append(column(of: node, in: inner))
        }
        return LineageRows(columns: columns, taint: frame.taint, choice: frame.choice)
    }

    private func column(of node: OrderedExpression, in scope: LineageScope) -> LineageColumn {
        column(node.alias?.name ?? Self.label(of: node.expression), value(of: node.expression, in: scope))
    }
}
